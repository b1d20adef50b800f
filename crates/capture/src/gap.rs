//! Calls without events of their own, counted until an event can say how many there were.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use cairn_model::Timestamp;

/// Names of operations that one event counts.
const NAMES_MAX: usize = 100;

/// What is missing in the record.
#[derive(Debug, Default)]
pub(crate) struct Gaps(Mutex<Option<Gap>>);

/// A stretch of time with calls that were not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
    pub(crate) calls: u64,
    /// How many of each operation.
    pub(crate) names: BTreeMap<String, u64>,
}

/// What became of the calls of a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// They went on to the upstream.
    PassedOn,
    /// They were refused for want of a record, or for another reason that could not be recorded.
    Refused,
}

impl Gap {
    /// A gap of one call.
    pub(crate) fn of(at: Timestamp, name: &str) -> Self {
        Self { first_at: at, last_at: at, calls: 1, names: BTreeMap::from([(name.to_owned(), 1)]) }
    }
}

impl Gaps {
    /// Counts what is missing, or takes back what could not be recorded.
    pub(crate) fn add(&self, more: Gap) {
        let mut gap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(gap) = gap.as_mut() else {
            *gap = Some(more);
            return;
        };
        gap.first_at = gap.first_at.min(more.first_at);
        gap.last_at = gap.last_at.max(more.last_at);
        gap.calls += more.calls;
        for (name, count) in more.names {
            let is_known = gap.names.contains_key(&name);
            let name = if is_known || gap.names.len() < NAMES_MAX { name } else { "others".to_owned() };
            *gap.names.entry(name).or_default() += count;
        }
    }

    pub(crate) fn take(&self) -> Option<Gap> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_counted_is_lost() {
        let (gaps, at) = (Gaps::default(), Timestamp::from_unix_seconds);
        for second in 0..300_u32 {
            gaps.add(Gap::of(at(i64::from(second)), &format!("Operation{second}")));
        }
        let gap = gaps.take().unwrap();
        assert_eq!((gap.calls, gap.first_at, gap.last_at), (300, at(0), at(299)));
        assert_eq!((gap.names.len(), gap.names["others"]), (NAMES_MAX + 1, 200));
        assert_eq!(gaps.take(), None);
        gaps.add(gap.clone());
        gaps.add(gap);
        assert_eq!(gaps.take().unwrap().names.values().sum::<u64>(), 600);
    }
}
