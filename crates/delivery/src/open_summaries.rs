//! The data events of a lane that are counted and not in a file of summaries yet.
//!
//! A window is closed one log interval after its end, and what has been counted until then becomes its records. An
//! event that arrives later has a record of its own for the same window, which says so. Which events are in a file is
//! told by two marks: those before `sealed_until` in the journal whose windows begin before `told_until` in time.

use std::collections::BTreeMap;
use std::time::Duration;

use cairn_catalog::Trail;
use cairn_model::{Entry, Observation, SUMMARY_WINDOW, Sequence, Summaries, SummaryPlace, Timestamp, summary_window};
use tokio::time::Instant;

use crate::batch::{Batch, BatchFacts};
use crate::file_kind::FileKind;
use crate::lane_state::LaneState;

/// Counts of a lane.
#[derive(Debug, Clone)]
pub(crate) struct OpenSummaries {
    counts: Summaries,
    /// The first event of each window that is open.
    firsts: BTreeMap<Timestamp, Arrival>,
    /// The last event that was looked at.
    last: Sequence,
    sealed_until: Sequence,
    told_until: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Arrival {
    sequence: Sequence,
    received_at: Timestamp,
}

impl OpenSummaries {
    /// Goes on after what the lane's last file of summaries tells of.
    pub(crate) fn after(state: &LaneState) -> Self {
        Self {
            counts: Summaries::default(),
            firsts: BTreeMap::new(),
            last: Sequence::default(),
            sealed_until: state.sealed_until(FileKind::Aggregated),
            told_until: state.told_until,
        }
    }

    /// Counts an event, unless a file tells of it. One that claims to come from the future is counted in the window in
    /// which it arrived.
    pub(crate) fn count(&mut self, entry: &Entry, event_time: Timestamp, seen: &Observation, trail: &Trail) {
        let window = summary_window(event_time.min(entry.received_at));
        if entry.sequence < self.sealed_until && self.told_until.is_some_and(|told| window < told) {
            return;
        }
        self.last = self.last.max(entry.sequence);
        let templates: Vec<_> =
            trail.aggregation_configurations.iter().flat_map(|of| of.templates.iter().copied()).collect();
        self.counts.count(window, seen, &templates);
        let arrival = Arrival { sequence: entry.sequence, received_at: entry.received_at };
        let first = self.firsts.entry(window).or_insert(arrival);
        *first = (*first).min(arrival);
    }

    /// Memory that the counts take, about.
    pub(crate) fn bytes(&self) -> usize {
        self.counts.bytes()
    }

    /// The first event in the journal of an open window.
    pub(crate) fn first(&self) -> Option<Sequence> {
        self.firsts.values().map(|first| first.sequence).min()
    }

    /// How long until a window is to be closed; none when none is open.
    pub(crate) fn wait(&self, now: Timestamp, allowance: Duration) -> Option<Duration> {
        let first = self.firsts.keys().next()?;
        Some(first.plus(SUMMARY_WINDOW).plus(allowance).since(now))
    }

    /// The moment up to which windows are to be closed now: those whose time is over, or all of them.
    pub(crate) fn due(&self, now: Timestamp, allowance: Duration, all: bool) -> Option<Timestamp> {
        let until = if all {
            self.firsts.keys().next_back()?.plus(SUMMARY_WINDOW)
        } else {
            summary_window(now.minus(allowance))
        };
        self.firsts.keys().next().is_some_and(|first| *first < until).then_some(until)
    }

    /// Closes the windows that begin before `until`: their records, as the file that tells of them. None when nothing
    /// in them has a value to be counted by.
    pub(crate) fn close(&mut self, until: Timestamp, made: Instant, state: &LaneState) -> Option<Batch> {
        let open = self.firsts.split_off(&until);
        let closed = std::mem::replace(&mut self.firsts, open);
        let first = closed.values().min().copied()?;
        let closing = format!("{} {} {} {}", state.trail.id, first.sequence.0, self.last.0, until.unix_ms());
        let place = SummaryPlace { account: state.trail.account, region: &state.region, closing: &closing };
        let records = self.counts.close(until, self.told_until, place);
        self.sealed_until = self.sealed_until.max(self.last.plus(1));
        self.told_until = self.told_until.max(Some(until));
        let facts = BatchFacts {
            first: first.sequence,
            last: self.last,
            received_at: first.received_at,
            oldest: records.first()?.0,
            newest: records.last()?.0,
            told_until: until,
            made,
        };
        Some(Batch::of_records(facts, records.into_iter().map(|(_, record)| record)))
    }
}
