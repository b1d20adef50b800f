//! How far an import is, and how it ended.

use std::time::Duration;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Files that the server has taken.
    pub files: u64,
    /// Files found; until the listing is complete only those found so far.
    pub files_found: u64,
    /// Whether all files are found.
    pub listing_complete: bool,
    /// Events read by the server so far, new or not.
    pub events: u64,
    /// Bytes of the files that the server has taken.
    pub bytes: u64,
    /// Bytes of the files found.
    pub bytes_found: u64,
    /// Time since the start.
    pub elapsed: Duration,
}

/// Something in a file that was not taken in, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// The file's path, or the object's key.
    pub file: String,
    /// Bytes of the file before the gzip member, when it is not the first one.
    pub member_offset: Option<u64>,
    /// The line or document in the file, or in its gzip member, from 0; absent when the problem is the file's.
    pub document: Option<u64>,
    /// The record in the document, from 0; absent when the problem is the document's.
    pub record: Option<u64>,
    /// What is wrong.
    pub reason: String,
}

/// How an import ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Files read in this run.
    pub files: u64,
    /// Files that an earlier run had done.
    pub files_done_before: u64,
    /// Files that could not be read at all.
    pub files_failed: u64,
    /// Files that are neither gzip nor JSON, told by their first bytes, and were passed over.
    pub files_skipped: u64,
    /// Events read: new, duplicate and conflicting ones.
    pub events: u64,
    /// Events that are new and durable now.
    pub accepted: u64,
    /// Events that the server had already.
    pub duplicates: u64,
    /// Events with the id of another event but other bytes; the server keeps them aside.
    pub conflicts: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Digest files skipped.
    pub digests: u64,
    /// The first problems of files and records, at most 1,000.
    pub problems: Vec<FileProblem>,
    /// Time from start to end.
    pub elapsed: Duration,
}

impl Progress {
    /// Events a second since the start.
    pub fn events_per_second(&self) -> u64 {
        rate(self.events, self.elapsed)
    }

    /// The time that is left at the speed so far; absent before anything is done or found.
    pub fn remaining(&self) -> Option<Duration> {
        let left = self.bytes_found.checked_sub(self.bytes)?;
        let ms = u128::from(left).checked_mul(self.elapsed.as_millis())?.checked_div(u128::from(self.bytes))?;
        u64::try_from(ms).ok().filter(|_| self.listing_complete).map(Duration::from_millis)
    }
}

impl Summary {
    /// Events a second.
    pub fn events_per_second(&self) -> u64 {
        rate(self.events, self.elapsed)
    }
}

fn rate(events: u64, elapsed: Duration) -> u64 {
    let ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    events.saturating_mul(1000) / ms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_the_bytes() {
        let mut progress =
            Progress { bytes: 25, bytes_found: 100, elapsed: Duration::from_secs(5), ..Progress::default() };
        assert_eq!(progress.remaining(), None);
        progress.listing_complete = true;
        assert_eq!(progress.remaining(), Some(Duration::from_secs(15)));
        progress.bytes = 0;
        assert_eq!(progress.remaining(), None);
    }
}
