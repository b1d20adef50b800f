//! When a trail wants digests in a Region: one schedule for each span of logging with validation on.

use std::time::Duration;

use cairn_catalog::Trail;
use cairn_model::{Region, Sequence, Timestamp};
use serde::{Deserialize, Serialize};

/// Which schedule: its span of logging, and the moment from which its windows are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ScheduleId {
    /// The first event of the span of logging.
    pub(crate) span_from: Sequence,
    /// When logging started, or validation was switched on later, to the second.
    pub(crate) anchor: Timestamp,
}

/// A chain of digests that a trail wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    pub(crate) id: ScheduleId,
    /// When logging stopped, if it did.
    pub(crate) stop: Option<Timestamp>,
}

/// A digest's window: after `start`, up to and with `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

/// The schedules of `trail` in `region`, oldest first.
pub(crate) fn schedules(trail: &Trail, region: &Region) -> Vec<Schedule> {
    let Some(since) = trail.log_file_validation.filter(|_| trail.visible_in(region)) else { return Vec::new() };
    let of_span = |span: &cairn_catalog::LoggingSpan| {
        let stop = span.stopped.map(|stopped| stopped.at).or(trail.deleted_at);
        let anchor = span.started_at.max(since).whole_seconds();
        let wanted = stop.is_none_or(|stop| since <= stop);
        wanted.then_some(Schedule { id: ScheduleId { span_from: span.from, anchor }, stop })
    };
    trail.logging.iter().filter_map(of_span).collect()
}

/// Everything of a schedule that is known before its first digest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// The end of the digest before, of an earlier chain.
    pub(crate) last_end: Option<Timestamp>,
    /// When the Region's first event came, if the trail had been logging without it.
    pub(crate) joined_at: Option<Timestamp>,
    /// The length of a window.
    pub(crate) interval: Duration,
}

impl Schedule {
    /// The window of the starting digest: it ends when logging started, or for a Region that joined later with the
    /// trail's window before. Ends are never repeated and windows never overlap earlier ones.
    pub(crate) fn starting_window(self, start: Start) -> Window {
        let Start { last_end, joined_at, interval } = start;
        let anchor = self.id.anchor;
        let joined = joined_at.map_or(anchor, |at| at.min(self.stop.unwrap_or(at)));
        let ended = whole_windows(joined.since(anchor), interval);
        let after_last = last_end.map_or(anchor, |last| last.plus(SECOND));
        let end = anchor.plus(interval.saturating_mul(ended)).max(after_last);
        let start = end.minus(interval);
        Window { start: last_end.map_or(start, |last| last.max(start)), end }
    }
}

/// The smallest difference between two ends: they are written in seconds.
pub(crate) const SECOND: Duration = Duration::from_secs(1);

fn whole_windows(span: Duration, interval: Duration) -> u32 {
    let count = span.as_millis().checked_div(interval.as_millis()).unwrap_or(0);
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds)
    }

    fn schedule(anchor: i64, stop: Option<i64>) -> Schedule {
        Schedule { id: ScheduleId { span_from: Sequence(0), anchor: at(anchor) }, stop: stop.map(at) }
    }

    fn window(start: i64, end: i64) -> Window {
        Window { start: at(start), end: at(end) }
    }

    #[test]
    fn the_starting_digest_ends_when_logging_started() {
        let fresh = Start { last_end: None, joined_at: None, interval: HOUR };
        assert_eq!(schedule(10_000, None).starting_window(fresh), window(6_400, 10_000));
    }

    #[test]
    fn a_region_that_joins_later_keeps_the_grid_of_the_trail() {
        let joined = |at_second| Start { last_end: None, joined_at: Some(at(at_second)), interval: HOUR };
        assert_eq!(schedule(10_000, None).starting_window(joined(17_300)), window(13_600, 17_200));
        assert_eq!(schedule(10_000, Some(11_000)).starting_window(joined(17_300)), window(6_400, 10_000));
        assert_eq!(schedule(10_000, None).starting_window(joined(9_000)), window(6_400, 10_000));
    }

    #[test]
    fn a_restart_neither_repeats_an_end_nor_overlaps() {
        let after = |last| Start { last_end: Some(at(last)), joined_at: None, interval: HOUR };
        assert_eq!(schedule(10_000, None).starting_window(after(9_990)), window(9_990, 10_000));
        assert_eq!(schedule(10_000, None).starting_window(after(10_000)), window(10_000, 10_001));
        assert_eq!(schedule(10_000, None).starting_window(after(1_000)), window(6_400, 10_000));
    }
}
