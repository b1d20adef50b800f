//! The rows that have a value: written small, read fast.
//!
//! A value of the `fst` map says where its rows are: `row * 2 + 1` is a single row itself; `offset << 33 | length << 1`
//! is a list in the section of rows, which is read alone. A list begins with the CRC-32C of the rest. Then stands the
//! number of rows as a varint: up to [`FEW_MAX`] rows follow as varints, each the distance from the one before; more rows
//! follow as a serialised roaring bitmap.

use std::fmt;
use std::io::Cursor;
use std::ops::Range;

use bytes::Bytes;
use roaring::RoaringBitmap;

use crate::number::{length, narrow, put_varint, take_varint, wide};

/// So many rows are written as distances rather than as a bitmap.
const FEW_MAX: usize = 16;

/// Some rows of a file, in ascending order: newest first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rows {
    /// These.
    Few(Vec<u32>),
    /// Those of a bitmap.
    Many(RoaringBitmap),
}

impl Rows {
    pub(crate) fn none() -> Self {
        Self::Few(Vec::new())
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Few(rows) => rows.is_empty(),
            Self::Many(rows) => rows.is_empty(),
        }
    }

    /// Rows that are in both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Few(mut few), Self::Few(other)) => {
                few.retain(|row| other.binary_search(row).is_ok());
                Self::Few(few)
            }
            (Self::Few(mut few), Self::Many(many)) | (Self::Many(many), Self::Few(mut few)) => {
                few.retain(|row| many.contains(*row));
                Self::Few(few)
            }
            (Self::Many(one), Self::Many(other)) => Self::Many(one & other),
        }
    }

    /// Rows that are in either.
    pub(crate) fn or(self, other: Self) -> Self {
        let mut all = self.into_bitmap();
        all |= other.into_bitmap();
        Self::Many(all)
    }

    pub(crate) fn into_bitmap(self) -> RoaringBitmap {
        match self {
            Self::Few(rows) => rows.into_iter().collect(),
            Self::Many(rows) => rows,
        }
    }

    /// The rows in order, from `first` up to, not including, `end`; none when `end` comes first, as it does for a page
    /// that begins behind the time that is asked for.
    pub(crate) fn between(self, first: u32, end: u32) -> RowsBetween {
        match self {
            Self::Few(mut rows) => {
                rows.retain(|row| (first..end).contains(row));
                RowsBetween::Few(rows.into_iter())
            }
            Self::Many(rows) => RowsBetween::Many(rows.into_range(first..end.max(first))),
        }
    }
}

/// Iterates over rows that it owns.
pub(crate) enum RowsBetween {
    All(Range<u32>),
    Few(std::vec::IntoIter<u32>),
    Many(roaring::bitmap::IntoIter),
}

impl fmt::Debug for RowsBetween {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowsBetween")
    }
}

impl Iterator for RowsBetween {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::All(rows) => rows.next(),
            Self::Few(rows) => rows.next(),
            Self::Many(rows) => rows.next(),
        }
    }
}

/// Where the rows of a value are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is this row alone.
    Row(u32),
    /// They are in the list at these bytes of the section.
    List(Range<u64>),
}

impl Place {
    /// The place that a value of the map names.
    pub(crate) fn of(value: u64) -> Self {
        if value % 2 == 1 {
            return Self::Row(u32::try_from(value / 2).unwrap_or(u32::MAX));
        }
        let (offset, bytes) = (value >> 33, (value >> 1) & u64::from(u32::MAX));
        Self::List(offset..offset + bytes)
    }
}

/// The rows of a value, as they were read.
#[derive(Debug, Clone)]
pub(crate) enum List {
    /// This row alone.
    Row(u32),
    /// A list without its checksum.
    Rows(Bytes),
}

/// A list without its checksum; none when it does not have it.
pub(crate) fn checked(list: &Bytes) -> Option<Bytes> {
    let (crc, rows) = list.split_first_chunk::<4>()?;
    (crc32c::crc32c(rows) == u32::from_le_bytes(*crc)).then(|| list.slice(4..))
}

/// Appends `rows`, which ascend, to the section of rows, and gives the value for the map.
pub(crate) fn encode(rows: &[u32], to: &mut Vec<u8>) -> u64 {
    if let [row] = rows {
        return u64::from(*row) * 2 + 1;
    }
    let start = to.len();
    to.extend([0; 4]);
    put_varint(to, narrow(rows.len()));
    if rows.len() <= FEW_MAX {
        let mut before = 0;
        for row in rows {
            put_varint(to, row - before);
            before = *row;
        }
    } else {
        let mut bitmap: RoaringBitmap = rows.iter().copied().collect();
        bitmap.optimize();
        // A Vec takes every byte.
        let _written = bitmap.serialize_into(&mut *to);
    }
    if let Some((crc, list)) = to.get_mut(start..).and_then(<[u8]>::split_first_chunk_mut::<4>) {
        *crc = crc32c::crc32c(list).to_le_bytes();
    }
    length(start) << 33 | length(to.len() - start) << 1
}

impl List {
    /// The list of `rows`, which ascend. None when there are none.
    pub(crate) fn of(rows: &[u32]) -> Option<Self> {
        if let [row] = rows {
            return Some(Self::Row(*row));
        }
        let mut bytes = Vec::new();
        encode(rows, &mut bytes);
        (!rows.is_empty()).then(|| checked(&Bytes::from(bytes)))?.map(Self::Rows)
    }

    /// The rows. None when they are damaged.
    pub(crate) fn rows(&self) -> Option<Rows> {
        let mut bytes: &[u8] = match self {
            Self::Row(row) => return Some(Rows::Few(vec![*row])),
            Self::Rows(bytes) => bytes,
        };
        let count = wide(take_varint(&mut bytes)?);
        if count > FEW_MAX {
            return Some(Rows::Many(RoaringBitmap::deserialize_unchecked_from(bytes).ok()?));
        }
        let mut before = 0_u32;
        let rows = (0..count).map(|_| {
            before = before.checked_add(take_varint(&mut bytes)?)?;
            Some(before)
        });
        Some(Rows::Few(rows.collect::<Option<_>>()?))
    }

    /// Only those rows that are in `others` too. None when they are damaged.
    pub(crate) fn rows_among(&self, others: Rows) -> Option<Rows> {
        if let (Self::Rows(bytes), Rows::Many(bitmap)) = (self, &others) {
            let mut bytes: &[u8] = bytes;
            if wide(take_varint(&mut bytes)?) > FEW_MAX {
                return Some(Rows::Many(bitmap.intersection_with_serialized_unchecked(Cursor::new(bytes)).ok()?));
            }
        }
        Some(self.rows()?.and(others))
    }

    /// How many rows there are.
    pub(crate) fn count(&self) -> Option<u32> {
        match self {
            Self::Row(_) => Some(1),
            Self::Rows(bytes) => take_varint(&mut &**bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn list(value: u64, section: &[u8]) -> List {
        match Place::of(value) {
            Place::Row(row) => List::Row(row),
            Place::List(range) => {
                let bytes = &section[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
                List::Rows(checked(&Bytes::copy_from_slice(bytes)).unwrap())
            }
        }
    }

    #[test]
    fn a_changed_list_is_noticed() {
        let mut bytes = Vec::new();
        encode(&[3, 5, 1_000_000], &mut bytes);
        assert!(checked(&Bytes::from(bytes.clone())).is_some());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(checked(&Bytes::from(changed)).is_none(), "byte {at}");
        }
        assert!(checked(&Bytes::from_static(b"123")).is_none());
    }

    proptest::proptest! {
        #[test]
        fn rows_come_back_and_meet_as_sets_do(
            one in proptest::collection::btree_set(0_u32..200_000, 1..300),
            other in proptest::collection::btree_set(0_u32..600, 1..300),
        ) {
            let mut bytes = vec![7; 3];
            let rows = |set: &BTreeSet<u32>| set.iter().copied().collect::<Vec<_>>();
            let (a, b) = (encode(&rows(&one), &mut bytes), encode(&rows(&other), &mut bytes));
            let list = |value| list(value, &bytes);
            let read = |value| list(value).rows().unwrap();
            proptest::prop_assert_eq!(read(a).between(0, u32::MAX).collect::<Vec<_>>(), rows(&one));
            proptest::prop_assert_eq!(list(b).count(), Some(narrow(other.len())));
            let both: Vec<_> = one.intersection(&other).copied().collect();
            let met = list(a).rows_among(read(b)).unwrap();
            proptest::prop_assert_eq!(met.is_empty(), both.is_empty());
            proptest::prop_assert_eq!(met.between(0, u32::MAX).collect::<Vec<_>>(), both);
            let either: Vec<_> = one.union(&other).copied().filter(|row| (5..100).contains(row)).collect();
            proptest::prop_assert_eq!(read(a).or(read(b)).between(5, 100).collect::<Vec<_>>(), either);
        }
    }

    #[test]
    fn nothing_is_between_an_end_and_the_beginning_behind_it() {
        for count in [1, 5_000] {
            let rows: Vec<u32> = (0..count).collect();
            let mut bytes = Vec::new();
            let value = encode(&rows, &mut bytes);
            assert_eq!(list(value, &bytes).rows().unwrap().between(4_000, 3).count(), 0, "{count}");
        }
    }
}
