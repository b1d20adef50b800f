//! Positions in the journal.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The place of one event in the journal: 0 for the first, without holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sequence(pub u64);

impl Sequence {
    /// The place `count` events further on.
    #[must_use]
    pub fn plus(self, count: u64) -> Self {
        Self(self.0 + count)
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The places of `count` consecutive events, from `first` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SequenceRange {
    /// The place of the first event.
    pub first: Sequence,
    /// How many events.
    pub count: u64,
}

impl SequenceRange {
    /// The place after the last event.
    pub fn end(self) -> Sequence {
        self.first.plus(self.count)
    }
}
