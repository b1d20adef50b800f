//! What is left of older entries for those who pass imported ones: often next to nothing, so it fits into memory.

use std::collections::VecDeque;
use std::sync::Arc;

use cairn_model::{Entry, Origin, Sequence};

use crate::frame::entry_bytes;
use crate::recent::Batch;

/// So many are kept; a long import needs few.
const PASSAGES_MAX: usize = 4096;

/// The entries of some part of the journal that were not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// They, in order; perhaps none.
    pub entries: Vec<Entry>,
    /// About what all entries of the part have, imported ones too.
    pub bytes: usize,
    /// Where the part begins.
    pub(crate) first: Sequence,
    /// The place after the part.
    pub next: Sequence,
}

impl Passage {
    /// From the first of these consecutive batches on, but not before `from`.
    pub(crate) fn over(batches: &[Arc<Batch>], from: Sequence) -> Self {
        let first = batches.first().map_or(from, |batch| batch.first.max(from));
        let next = batches.last().map_or(first, |batch| batch.end());
        let own = |entry: &&Entry| entry.origin != Origin::Imported;
        let entries = batches.iter().flat_map(|batch| batch.tail(from)).filter(own).cloned().collect();
        Self { entries, bytes: batches.iter().map(|batch| batch.bytes).sum(), first, next }
    }

    /// What it keeps in memory.
    fn kept_bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry_bytes(entry.bytes())).sum()
    }
}

/// Passages one after the other without a gap, bounded by what their entries take.
#[derive(Debug)]
pub(crate) struct Passages {
    queue: VecDeque<Passage>,
    bytes: usize,
    bytes_max: usize,
}

impl Passages {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { queue: VecDeque::new(), bytes: 0, bytes_max }
    }

    /// Adds what follows on the last one; when it does not, it begins anew.
    pub(crate) fn push(&mut self, passage: Passage) {
        if self.queue.back().is_some_and(|last| last.next != passage.first) {
            self.queue.clear();
            self.bytes = 0;
        }
        self.bytes += passage.kept_bytes();
        match self.queue.back_mut() {
            Some(last) if passage.entries.is_empty() => {
                last.bytes = last.bytes.saturating_add(passage.bytes);
                last.next = passage.next;
            }
            _ => self.queue.push_back(passage),
        }
        while self.queue.len() > PASSAGES_MAX || self.bytes > self.bytes_max {
            let Some(oldest) = self.queue.pop_front() else { break };
            self.bytes -= oldest.kept_bytes();
        }
    }

    /// What is left from `from` on, as far as the first that has entries; none when it is not here.
    pub(crate) fn from(&self, from: Sequence) -> Option<Passage> {
        let at = self.queue.partition_point(|passage| passage.next <= from);
        let (mut rest, mut bytes): (Option<Passage>, usize) = (None, 0);
        for passage in self.queue.range(at..) {
            if rest.is_none() && passage.first > from {
                return None;
            }
            let entries: Vec<Entry> = passage.entries.iter().filter(|entry| entry.sequence >= from).cloned().collect();
            let is_enough = !entries.is_empty();
            bytes = bytes.saturating_add(passage.bytes);
            rest = Some(Passage { entries, bytes, first: from, next: passage.next });
            if is_enough {
                break;
            }
        }
        rest
    }
}
