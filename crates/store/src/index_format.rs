//! The lookup index beside each Parquet file: what is where.
//!
//! ```text
//! head      magic "CAIRNIX5" · rows u32 · widths u8 × 2 · newest event time i64 (ms) · first sequence u64
//!           then for each section: offset u64 · length u64 · CRC-32C u32; then the CRC-32C of the head before it
//! sections  in the order of `section`, one after the other
//! ```
//!
//! Numbers are little-endian. Rows are numbered as in the Parquet file: newest first.
//!
//! | Section | Holds |
//! | --- | --- |
//! | times | for each row the seconds before the newest event time, in 4 or 8 bytes (the first width) |
//! | sequences | for each row the distance from the first sequence, in 4 or 8 bytes (the second width) |
//! | arrivals | runs of events that arrived in one millisecond: first sequence u64 · arrival i64, ascending |
//! | pages | for each page of the raw column: first row u32 · bytes with its header u32 · offset in the file u64 |
//! | beside pages | the same of the beside column; empty when nothing stands in it |
//! | filter | which keys the file may have, see [`crate::key_filter`] |
//! | key buckets | for each bucket of keys its first key's number u32 · CRC-32C of the bucket u32 |
//! | keys | ascending: id u64 · hash of the bytes u32 · row u32; a bucket has the ids with equal upper bits |
//! | values, one for each [`Indexed`] | `fst` map from value to the place of its rows; for a long value see [`crate::long_values`] |
//! | rows, one for each [`Indexed`] | lists of rows, each with a checksum of its own, see [`crate::postings`] |

use crate::number::{i64_at, length, u32_at, u64_at};

/// What an index may be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Values of more than 8,000 bytes are not in its maps. No longer written.
    Four,
    /// They stand there under their hashes.
    Five,
}

impl Form {
    fn magic(self) -> &'static [u8; 8] {
        match self {
            Self::Four => b"CAIRNIX4",
            Self::Five => b"CAIRNIX5",
        }
    }
}

/// The sections by number.
pub(crate) mod section {
    pub(crate) const TIMES: usize = 0;
    pub(crate) const SEQUENCES: usize = 1;
    pub(crate) const ARRIVALS: usize = 2;
    pub(crate) const PAGES: usize = 3;
    pub(crate) const BESIDE_PAGES: usize = 4;
    pub(crate) const FILTER: usize = 5;
    pub(crate) const KEY_BUCKETS: usize = 6;
    pub(crate) const KEYS: usize = 7;
    pub(crate) const VALUES: usize = 8;
    pub(crate) const ROWS: usize = VALUES + super::Indexed::ALL.len();
    pub(crate) const COUNT: usize = ROWS + super::Indexed::ALL.len();
}

/// The columns whose texts are read row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TextColumn {
    /// The events.
    Raw,
    /// What stands beside them; empty for nothing.
    Beside,
}

impl TextColumn {
    /// The section with its pages.
    pub(crate) fn section(self) -> usize {
        match self {
            Self::Raw => section::PAGES,
            Self::Beside => section::BESIDE_PAGES,
        }
    }
}

/// What rows can be found by through a map of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Indexed {
    EventName,
    EventSource,
    AwsRegion,
    Username,
    AccessKeyId,
    ResourceType,
    ResourceName,
    ReadOnly,
    Category,
    Origin,
    OriginPrincipal,
}

impl Indexed {
    /// All of them, in the order of their sections.
    pub(crate) const ALL: [Self; 11] = [
        Self::EventName,
        Self::EventSource,
        Self::AwsRegion,
        Self::Username,
        Self::AccessKeyId,
        Self::ResourceType,
        Self::ResourceName,
        Self::ReadOnly,
        Self::Category,
        Self::Origin,
        Self::OriginPrincipal,
    ];

    /// The number of the section with the map of its values.
    pub(crate) fn values_section(self) -> usize {
        section::VALUES + self.number()
    }

    /// The number of the section with the rows of its values.
    pub(crate) fn rows_section(self) -> usize {
        section::ROWS + self.number()
    }

    fn number(self) -> usize {
        Self::ALL.iter().position(|indexed| *indexed == self).unwrap_or_default()
    }
}

/// Where a section stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) crc: u32,
}

/// The beginning of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) form: Form,
    pub(crate) rows: u32,
    pub(crate) time_width: Width,
    pub(crate) sequence_width: Width,
    pub(crate) time_max_ms: i64,
    pub(crate) sequence_first: u64,
    pub(crate) sections: [Place; section::COUNT],
}

/// How many bytes each number of a section has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    Four,
    Eight,
}

impl Width {
    /// The smallest that holds `max`.
    pub(crate) fn for_max(max: u64) -> Self {
        if u32::try_from(max).is_ok() { Self::Four } else { Self::Eight }
    }

    pub(crate) fn put(self, number: u64, to: &mut Vec<u8>) {
        match self {
            Self::Four => to.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()),
            Self::Eight => to.extend(number.to_le_bytes()),
        }
    }

    /// Number `at` of a section.
    pub(crate) fn get(self, from: &[u8], at: usize) -> Option<u64> {
        match self {
            Self::Four => u32_at(from, at * 4).map(u64::from),
            Self::Eight => u64_at(from, at * 8),
        }
    }

    fn byte(self) -> u8 {
        match self {
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    fn parse(byte: u8) -> Option<Self> {
        match byte {
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }
}

/// Bytes before the places of the sections.
const FIXED_BYTES: usize = 8 + 4 + 2 + 8 + 8;
/// Bytes of the place of one section.
const PLACE_BYTES: usize = 8 + 8 + 4;
/// Bytes of the whole head.
pub(crate) const HEAD_BYTES: usize = FIXED_BYTES + PLACE_BYTES * section::COUNT + 4;

impl Head {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD_BYTES);
        bytes.extend(self.form.magic());
        bytes.extend(self.rows.to_le_bytes());
        bytes.extend([self.time_width.byte(), self.sequence_width.byte()]);
        bytes.extend(self.time_max_ms.to_le_bytes());
        bytes.extend(self.sequence_first.to_le_bytes());
        for place in &self.sections {
            bytes.extend(place.offset.to_le_bytes());
            bytes.extend(place.length.to_le_bytes());
            bytes.extend(place.crc.to_le_bytes());
        }
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// None when `bytes` are not a whole, undamaged head.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (before, crc) = bytes.get(..HEAD_BYTES)?.split_last_chunk::<4>()?;
        let form = [Form::Five, Form::Four].into_iter().find(|form| before.starts_with(form.magic()))?;
        if crc32c::crc32c(before) != u32::from_le_bytes(*crc) {
            return None;
        }
        let mut sections = [Place::default(); section::COUNT];
        for (number, place) in sections.iter_mut().enumerate() {
            let at = FIXED_BYTES + number * PLACE_BYTES;
            *place = Place { offset: u64_at(bytes, at)?, length: u64_at(bytes, at + 8)?, crc: u32_at(bytes, at + 16)? };
        }
        Some(Self {
            form,
            rows: u32_at(bytes, 8)?,
            time_width: Width::parse(*bytes.get(12)?)?,
            sequence_width: Width::parse(*bytes.get(13)?)?,
            time_max_ms: i64_at(bytes, 14)?,
            sequence_first: u64_at(bytes, 22)?,
            sections,
        })
    }
}

/// Puts sections behind a head that is written last.
#[derive(Debug)]
pub(crate) struct SectionWriter {
    bytes: Vec<u8>,
    sections: Vec<Place>,
}

impl SectionWriter {
    pub(crate) fn new() -> Self {
        Self { bytes: vec![0; HEAD_BYTES], sections: Vec::new() }
    }

    /// The next section.
    pub(crate) fn put(&mut self, section: &[u8]) {
        let place =
            Place { offset: length(self.bytes.len()), length: length(section.len()), crc: crc32c::crc32c(section) };
        self.bytes.extend_from_slice(section);
        self.sections.push(place);
    }

    /// The whole index: `head` with the places of the sections, then the sections.
    pub(crate) fn finish(mut self, mut head: Head) -> Vec<u8> {
        for (to, from) in head.sections.iter_mut().zip(&self.sections) {
            *to = *from;
        }
        let head = head.to_bytes();
        if let Some(start) = self.bytes.get_mut(..head.len()) {
            start.copy_from_slice(&head);
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_comes_back_and_any_changed_byte_is_noticed() {
        let mut sections = [Place::default(); section::COUNT];
        sections[3] = Place { offset: 1 << 40, length: 77, crc: 5 };
        let head = Head {
            form: Form::Five,
            rows: 9,
            time_width: Width::Eight,
            sequence_width: Width::Four,
            time_max_ms: -5,
            sequence_first: u64::MAX,
            sections,
        };
        let bytes = head.to_bytes();
        assert_eq!(Head::parse(&bytes), Some(head));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(Head::parse(&changed), None, "byte {at}");
        }
        assert_eq!(Head::parse(&bytes[1..]), None);
    }
}
