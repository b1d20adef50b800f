//! Events that are gathered for one log file, and the file that they become.

use bytes::Bytes;
use cairn_model::{Entry, Sequence, Timestamp};
use tokio::time::Instant;

use crate::file_kind::FileKind;
use crate::gzip;

const HEAD: &[u8] = b"{\"Records\":[";
const TAIL: &[u8] = b"]}";

/// The events of one file, in the order of the journal, and when it is to be sealed.
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
    events: Vec<Bytes>,
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
        Self {
            kind,
            first: entry.sequence,
            last: entry.sequence,
            received_at: entry.received_at,
            oldest: event_time,
            newest: event_time,
            due,
            told_until: None,
            bytes: HEAD.len() + entry.event.len() + TAIL.len(),
            events: vec![entry.event.clone()],
        }
    }

    /// Records of summaries, as one file.
    pub(crate) fn of_records(facts: BatchFacts, records: Vec<Bytes>) -> Self {
        let BatchFacts { first, last, received_at, oldest, newest, told_until, made } = facts;
        let commas = records.len().saturating_sub(1);
        let bytes = HEAD.len() + records.iter().map(Bytes::len).sum::<usize>() + commas + TAIL.len();
        let (kind, told_until, events) = (FileKind::Aggregated, Some(told_until), records);
        Self { kind, first, last, received_at, oldest, newest, due: made, told_until, events, bytes }
    }

    /// Whether `entry` still fits.
    pub(crate) fn fits(&self, entry: &Entry, limits: BatchLimits) -> bool {
        self.events.len() < limits.events_max && self.bytes + 1 + entry.event.len() <= limits.bytes_max
    }

    /// Takes one more event.
    pub(crate) fn push(&mut self, entry: &Entry, event_time: Timestamp) {
        self.last = entry.sequence;
        self.oldest = self.oldest.min(event_time);
        self.newest = self.newest.max(event_time);
        self.bytes += 1 + entry.event.len();
        self.events.push(entry.event.clone());
    }

    /// Bytes of the file before compression.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The file: every event byte for byte as it was accepted.
    pub(crate) fn file(&self) -> LogFile {
        let mut content = Vec::with_capacity(self.bytes);
        content.extend_from_slice(HEAD);
        for (at, event) in self.events.iter().enumerate() {
            if at > 0 {
                content.push(b',');
            }
            content.extend_from_slice(event);
        }
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
}
