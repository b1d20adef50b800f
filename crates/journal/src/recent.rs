//! Batches of entries in memory: the newest ones, and what was last read from the disk.

use std::collections::VecDeque;
use std::sync::Arc;

use cairn_model::{Entry, Sequence};

use crate::frame::entry_bytes;
use crate::passages::{Passage, Passages};

/// The entries of one frame.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) first: Sequence,
    pub(crate) entries: Vec<Entry>,
    pub(crate) bytes: usize,
}

impl Batch {
    pub(crate) fn new(first: Sequence, entries: Vec<Entry>) -> Self {
        let bytes = entries.iter().map(|entry| entry_bytes(entry.bytes())).sum();
        Self { first, entries, bytes }
    }

    pub(crate) fn end(&self) -> Sequence {
        self.first.plus(u64::try_from(self.entries.len()).unwrap_or(u64::MAX))
    }

    /// What the entries from `from` on take.
    pub(crate) fn bytes_from(&self, from: Sequence) -> usize {
        self.tail(from).iter().map(|entry| entry_bytes(entry.bytes())).sum()
    }

    /// The entries from `from` on.
    pub(crate) fn tail(&self, from: Sequence) -> &[Entry] {
        let skipped = usize::try_from(from.0.saturating_sub(self.first.0)).unwrap_or(usize::MAX);
        self.entries.get(skipped..).unwrap_or_default()
    }
}

/// Batches in order, oldest first, bounded by what their entries take. Of older ones the passages are kept for longer.
#[derive(Debug)]
pub(crate) struct Recent {
    batches: VecDeque<Arc<Batch>>,
    bytes: usize,
    bytes_max: usize,
    /// Up to the first batch.
    passages: Passages,
}

/// Of what is kept in memory, one part in so many may be for passages.
const PASSAGES_SHARE: usize = 4;

impl Recent {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { batches: VecDeque::new(), bytes: 0, bytes_max, passages: Passages::new(bytes_max / PASSAGES_SHARE) }
    }

    /// Adds the newest batch and lets go of the oldest ones.
    pub(crate) fn push(&mut self, batch: Arc<Batch>) {
        self.bytes += batch.bytes;
        self.batches.push_back(batch);
        while self.bytes > self.bytes_max {
            let Some(oldest) = self.batches.pop_front() else { break };
            self.bytes -= oldest.bytes;
            self.passages.push(Passage::over(&[oldest], Sequence(0)));
        }
    }

    /// What the entries from `from` on leave for those who pass imported ones: as far as the first passage with entries,
    /// or as many batches as `bytes_max` takes. None when they are not here.
    pub(crate) fn passage(&self, from: Sequence, bytes_max: usize) -> Option<Passage> {
        let passed = self.passages.from(from);
        if passed.as_ref().is_some_and(|passed| !passed.entries.is_empty()) {
            return passed;
        }
        let start = passed.as_ref().map_or(from, |passed| passed.next);
        let batches = self.find(start, bytes_max);
        if batches.is_empty() { passed } else { Some(Passage::over(&batches, start)) }
    }

    /// The batches from the one that holds `from` on, as many as `bytes_max` takes; none when it is not here.
    pub(crate) fn find(&self, from: Sequence, bytes_max: usize) -> Vec<Arc<Batch>> {
        let at = self.batches.partition_point(|batch| batch.end() <= from);
        let mut found: Vec<Arc<Batch>> = Vec::new();
        let mut bytes = 0_usize;
        for batch in self.batches.range(at..) {
            let continues = found.last().map_or(batch.first <= from, |last| last.end() == batch.first);
            if !continues || bytes >= bytes_max {
                break;
            }
            bytes += batch.bytes_from(from);
            found.push(Arc::clone(batch));
        }
        found
    }
}

/// The entries of consecutive batches from `from` on: at least one, then more until they take `bytes_max`.
pub(crate) fn entries(batches: &[Arc<Batch>], from: Sequence, bytes_max: usize) -> Vec<Entry> {
    let mut bytes = 0_usize;
    let mut taken = Vec::new();
    for entry in batches.iter().flat_map(|batch| batch.tail(from)) {
        if bytes >= bytes_max && !taken.is_empty() {
            break;
        }
        bytes += entry_bytes(entry.bytes());
        taken.push(entry.clone());
    }
    taken
}
