//! Events that are gathered for one log file, and the file that they become.

use bytes::Bytes;
use cairn_model::{Entry, Sequence, Timestamp};
use tokio::time::Instant;

use crate::file_kind::FileKind;
use crate::gzip;

const HEAD: &[u8] = b"{\"Records\":[";
const TAIL: &[u8] = b"]}";

/// Bytes of events that are gathered in one piece, so that none of them is moved often and little room is unused.
const PIECE_BYTES: usize = 256 << 10;

/// The events of one file, in the order of the journal, and when it is to be sealed. They are copied: what an event came
/// in may be far larger, and would stay in memory with it.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    /// Which kind of file it becomes.
    pub(crate) kind: FileKind,
    /// The first event in it.
    pub(crate) first: Sequence,
    /// The last event in it.
    pub(crate) last: Sequence,
    /// When the first event was accepted.
    pub(crate) received_at: Timestamp,
    /// The earliest `eventTime`.
    pub(crate) oldest: Timestamp,
    /// The latest `eventTime`.
    pub(crate) newest: Timestamp,
    /// When it is sealed at the latest.
    pub(crate) due: Instant,
    /// Up to where it tells of windows, when it holds summaries.
    pub(crate) told_until: Option<Timestamp>,
    /// What stands between [`HEAD`] and [`TAIL`].
    pieces: Vec<Vec<u8>>,
    events: usize,
    bytes: usize,
}

/// How large a batch may become.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchLimits {
    pub(crate) bytes_max: usize,
    pub(crate) events_max: usize,
}

/// What is known of summaries besides their records.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchFacts {
    /// The first event that was counted.
    pub(crate) first: Sequence,
    /// The last event that was looked at.
    pub(crate) last: Sequence,
    /// When the first event was accepted.
    pub(crate) received_at: Timestamp,
    /// The start of the first window.
    pub(crate) oldest: Timestamp,
    /// The start of the last window.
    pub(crate) newest: Timestamp,
    /// Windows that begin before are told of.
    pub(crate) told_until: Timestamp,
    /// When it was made: it does not wait.
    pub(crate) made: Instant,
}

/// A log file before it has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogFile {
    /// The bytes of the object.
    pub(crate) member: Bytes,
    /// SHA-256 of the uncompressed content, as digests list it.
    pub(crate) content_hash: String,
    /// SHA-256 of `member`.
    pub(crate) stored_hash: String,
}

impl Batch {
    /// A batch that begins with `entry`.
    pub(crate) fn begin(kind: FileKind, entry: &Entry, event_time: Timestamp, due: Instant) -> Self {
        let mut batch = Self {
            kind,
            first: entry.sequence,
            last: entry.sequence,
            received_at: entry.received_at,
            oldest: event_time,
            newest: event_time,
            due,
            told_until: None,
            pieces: Vec::new(),
            events: 0,
            bytes: HEAD.len() + TAIL.len(),
        };
        batch.append(&entry.event);
        batch
    }

    /// Records of summaries, as one file.
    pub(crate) fn of_records(facts: BatchFacts, records: impl Iterator<Item = Vec<u8>>) -> Self {
        let BatchFacts { first, last, received_at, oldest, newest, told_until, made } = facts;
        let (kind, told_until, bytes) = (FileKind::Aggregated, Some(told_until), HEAD.len() + TAIL.len());
        let (pieces, events) = (Vec::new(), 0);
        let mut batch =
            Self { kind, first, last, received_at, oldest, newest, due: made, told_until, pieces, events, bytes };
        records.for_each(|record| batch.append(&record));
        batch
    }

    /// Whether `entry` still fits.
    pub(crate) fn fits(&self, entry: &Entry, limits: BatchLimits) -> bool {
        self.events < limits.events_max && self.bytes + 1 + entry.event.len() <= limits.bytes_max
    }

    /// Takes one more event.
    pub(crate) fn push(&mut self, entry: &Entry, event_time: Timestamp) {
        self.last = entry.sequence;
        self.oldest = self.oldest.min(event_time);
        self.newest = self.newest.max(event_time);
        self.append(&entry.event);
    }

    fn append(&mut self, event: &[u8]) {
        let comma: &[u8] = if self.events > 0 { b"," } else { b"" };
        let bytes = comma.len() + event.len();
        if self.pieces.last().is_none_or(|piece| piece.len() + bytes > PIECE_BYTES) {
            // The first piece grows with what comes; where more come, there will be many.
            let room = if self.pieces.is_empty() { bytes } else { bytes.max(PIECE_BYTES) };
            self.pieces.push(Vec::with_capacity(room));
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.extend_from_slice(comma);
            piece.extend_from_slice(event);
        }
        self.events += 1;
        self.bytes += bytes;
    }

    /// Bytes of the file before compression.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The file: every event byte for byte as it was accepted.
    pub(crate) fn file(&self) -> LogFile {
        let mut content = Vec::with_capacity(self.bytes);
        content.extend_from_slice(HEAD);
        self.pieces.iter().for_each(|piece| content.extend_from_slice(piece));
        content.extend_from_slice(TAIL);
        let member = gzip::one_member(&content);
        LogFile { content_hash: gzip::sha256_hex(&content), stored_hash: gzip::sha256_hex(&member), member }
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::{AccountId, Origin, Outline};

    use super::*;

    fn entry(sequence: u64, event: &'static str) -> Entry {
        Entry {
            sequence: Sequence(sequence),
            received_at: Timestamp::from_unix_seconds(100),
            account: AccountId::DEFAULT,
            origin: Origin::Live,
            event: Bytes::from_static(event.as_bytes()),
            beside: None,
            outline: Outline::default(),
        }
    }

    #[tokio::test]
    async fn a_file_holds_the_accepted_bytes_in_order() {
        let at = Timestamp::from_unix_seconds;
        let mut batch = Batch::begin(FileKind::Events, &entry(3, r#"{ "a" : 1.0 }"#), at(50), Instant::now());
        batch.push(&entry(7, r#"{"b":"ü"}"#), at(40));
        let content = r#"{"Records":[{ "a" : 1.0 },{"b":"ü"}]}"#;
        assert_eq!(batch.bytes(), content.len());
        assert_eq!(batch.file().content_hash, gzip::sha256_hex(content.as_bytes()));
        assert_eq!((batch.first, batch.last), (Sequence(3), Sequence(7)));
        assert_eq!((batch.oldest, batch.newest), (at(40), at(50)));
        let limits = BatchLimits { bytes_max: content.len() + 3, events_max: 9 };
        assert!(batch.fits(&entry(8, "{}"), limits));
        assert!(!batch.fits(&entry(8, "{1}"), limits));
        assert!(!batch.fits(&entry(8, "{}"), BatchLimits { events_max: 2, ..limits }));
    }

    #[tokio::test]
    async fn many_events_and_ones_larger_than_a_piece_stand_one_behind_the_other() {
        let long: &'static str = format!("\"{}\"", "x".repeat(PIECE_BYTES + 9)).leak();
        let mut batch = Batch::begin(FileKind::Events, &entry(0, "0"), Timestamp::default(), Instant::now());
        let mut expected = String::from("{\"Records\":[0");
        for at in 1..5_000 {
            let event = if at % 1_000 == 0 {
                long
            } else {
                "\"a hundred bytes are too many for a line, and these are enough\""
            };
            batch.push(&entry(at, event), Timestamp::default());
            expected.push(',');
            expected.push_str(event);
        }
        expected.push_str("]}");
        assert_eq!(batch.bytes(), expected.len());
        assert_eq!(batch.file().content_hash, gzip::sha256_hex(expected.as_bytes()));
        let room: usize = batch.pieces.iter().map(Vec::capacity).sum();
        // Each of the four long ones leaves the rest of a piece unused.
        assert!(room < expected.len() + 6 * PIECE_BYTES, "{room} bytes for {}", expected.len());
    }
}
