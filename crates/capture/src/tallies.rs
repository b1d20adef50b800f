//! What a gateway has counted since it began, for whoever asks the server itself instead of its metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a gateway has counted since it began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GatewayCounts {
    /// Calls that went on to the upstream and have ended.
    pub calls: u64,
    /// Those among them that ended with a status from 400 on, or without an answer.
    pub errors: u64,
    /// Calls of which only their number will be recorded.
    pub gaps: u64,
    /// Calls that have begun in the journal and not ended there. Of one that has just ended, it is known within a second.
    pub open_intents: u64,
    /// What the gateway itself took of each call, without the upstream: half of the calls took at most so many
    /// microseconds, within an eighth.
    pub added_micros_p50: u64,
    /// The same of 99 of 100 calls.
    pub added_micros_p99: u64,
}

/// Counts while calls end.
#[derive(Debug)]
pub(crate) struct Tallies {
    calls: AtomicU64,
    errors: AtomicU64,
    gaps: AtomicU64,
    intents_opened: AtomicU64,
    intents_closed: AtomicU64,
    /// Calls by what the gateway took of them.
    added: Box<[AtomicU64]>,
}

/// Each power of two has so many slots.
const PARTS: u32 = 8;
/// Enough for an hour: what is longer stands in the last one.
const SLOTS: u32 = 30 * PARTS;

impl Default for Tallies {
    fn default() -> Self {
        let zero = AtomicU64::default;
        let added = (0..SLOTS).map(|_| AtomicU64::default()).collect();
        Self { calls: zero(), errors: zero(), gaps: zero(), intents_opened: zero(), intents_closed: zero(), added }
    }
}

impl Tallies {
    pub(crate) fn ended(&self, status: u16) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.errors.fetch_add(u64::from(status >= 400), Ordering::Relaxed);
    }

    pub(crate) fn gap(&self) {
        self.gaps.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn intent_opened(&self) {
        self.intents_opened.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn intent_closed(&self) {
        self.intents_closed.fetch_add(1, Ordering::Relaxed);
    }

    /// What the gateway took of a call that has ended.
    pub(crate) fn added(&self, span: Duration) {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        if let Some(slot) = self.added.get(slot_of(micros)) {
            slot.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn counts(&self) -> GatewayCounts {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        // Closed ones first: one that is opened and closed in between must not count as closed alone.
        let closed = read(&self.intents_closed);
        let added: Vec<u64> = self.added.iter().map(read).collect();
        GatewayCounts {
            calls: read(&self.calls),
            errors: read(&self.errors),
            gaps: read(&self.gaps),
            open_intents: read(&self.intents_opened).saturating_sub(closed),
            added_micros_p50: quantile(&added, 50),
            added_micros_p99: quantile(&added, 99),
        }
    }
}

/// The slot in which so many microseconds are counted: as they are up to 7, then in eighths of each power of two.
fn slot_of(micros: u64) -> usize {
    let power = micros.checked_ilog2().unwrap_or(0);
    let part = |shift: u32| u32::try_from((micros >> shift) & u64::from(PARTS - 1)).unwrap_or(0);
    let slot = match power.checked_sub(3) {
        None => u32::try_from(micros).unwrap_or(0),
        Some(shift) => (shift + 1) * PARTS + part(shift),
    };
    usize::try_from(slot.min(SLOTS - 1)).unwrap_or(0)
}

/// The most that is counted in a slot.
fn top_of(slot: usize) -> u64 {
    let slot = u64::try_from(slot).unwrap_or(0);
    let (row, part) = (slot / u64::from(PARTS), slot % u64::from(PARTS));
    match row.checked_sub(1) {
        None => part,
        Some(shift) => ((u64::from(PARTS) + part + 1) << shift) - 1,
    }
}

/// What so many of a hundred are at most; 0 when nothing is counted.
fn quantile(slots: &[u64], percent: u64) -> u64 {
    let all: u64 = slots.iter().sum();
    let wanted = all.saturating_mul(percent).div_ceil(100);
    let mut below = 0;
    let reached = slots.iter().position(|count| {
        below += count;
        below >= wanted && below > 0
    });
    reached.map_or(0, top_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_span_is_counted_within_an_eighth_of_itself() {
        for micros in [0, 1, 7, 8, 9, 15, 16, 100, 999, 1_000, 123_456, 3_600_000_000_u64] {
            let top = top_of(slot_of(micros));
            assert!(top >= micros && top - micros <= micros / 8, "{micros}: {top}");
        }
        assert_eq!(slot_of(u64::MAX), usize::try_from(SLOTS).unwrap() - 1);
        assert_eq!((0..240).find(|slot| top_of(slot + 1) <= top_of(*slot)), None);
    }

    #[test]
    fn what_ended_failed_and_is_open_is_counted_and_quantiles_are_those_of_the_calls() {
        let tallies = Tallies::default();
        assert_eq!(tallies.counts(), GatewayCounts::default());
        for number in 1..=100_u64 {
            tallies.intent_opened();
            tallies.added(Duration::from_micros(if number <= 98 { 5 } else { 1_000 }));
            tallies.ended(if number <= 97 { 200 } else { 404 });
            if number > 2 {
                tallies.intent_closed();
            }
        }
        tallies.gap();
        let counts = tallies.counts();
        assert_eq!((counts.calls, counts.errors, counts.gaps, counts.open_intents), (100, 3, 1, 2));
        assert_eq!((counts.added_micros_p50, counts.added_micros_p99), (5, 1_023));
    }
}
