//! Batches of entries in memory: the newest ones, and what was last read from the disk.

use std::collections::VecDeque;
use std::sync::Arc;

use cairn_model::{Entry, Sequence};

use crate::frame::entry_bytes;

/// The entries of one frame.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) first: Sequence,
    pub(crate) entries: Vec<Entry>,
    bytes: usize,
}

impl Batch {
    pub(crate) fn new(first: Sequence, entries: Vec<Entry>) -> Self {
        let bytes = entries.iter().map(|entry| entry_bytes(&entry.event)).sum();
        Self { first, entries, bytes }
    }

    pub(crate) fn end(&self) -> Sequence {
        self.first.plus(u64::try_from(self.entries.len()).unwrap_or(u64::MAX))
    }

    /// What the entries from `from` on take.
    pub(crate) fn bytes_from(&self, from: Sequence) -> usize {
        self.tail(from).iter().map(|entry| entry_bytes(&entry.event)).sum()
    }

    /// The entries from `from` on.
    fn tail(&self, from: Sequence) -> &[Entry] {
        let skipped = usize::try_from(from.0.saturating_sub(self.first.0)).unwrap_or(usize::MAX);
        self.entries.get(skipped..).unwrap_or_default()
    }
}

/// Batches in order, oldest first, bounded by what their entries take.
#[derive(Debug)]
pub(crate) struct Recent {
    batches: VecDeque<Arc<Batch>>,
    bytes: usize,
    bytes_max: usize,
}

impl Recent {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { batches: VecDeque::new(), bytes: 0, bytes_max }
    }

    /// Adds the newest batch and lets go of the oldest ones.
    pub(crate) fn push(&mut self, batch: Arc<Batch>) {
        self.bytes += batch.bytes;
        self.batches.push_back(batch);
        while self.bytes > self.bytes_max {
            let Some(oldest) = self.batches.pop_front() else { break };
            self.bytes -= oldest.bytes;
        }
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
        bytes += entry_bytes(&entry.event);
        taken.push(entry.clone());
    }
    taken
}
