//! Five-minute summaries of data events (reference sections 3.8 and 6.3): events are counted, records come out.

mod observation;
mod record;
mod tally;

use std::collections::BTreeMap;
use std::time::Duration;

pub use observation::Observation;
pub use record::SummaryPlace;
use tally::Tally;

use crate::Timestamp;
use crate::selectors::AggregationTemplate;

/// The length of a window, `PT5M`. Windows begin at whole multiples of it, in UTC.
pub const SUMMARY_WINDOW: Duration = Duration::from_mins(5);
/// The values by which the events of one service, template and window are told apart; further ones count as `Other`.
pub const PRIMARY_VALUES_MAX: usize = 1000;
/// The values that one record tells apart in each further dimension; the rest counts as `Other`.
pub const DETAIL_VALUES_MAX: usize = 50;
/// The value that stands for all those for which there was no room.
pub const OTHER_VALUE: &str = "Other";

/// What is counted and not yet a record. It grows with the values that are told apart, not with the events.
#[derive(Debug, Clone, Default)]
pub struct Summaries {
    windows: BTreeMap<Timestamp, Window>,
    bytes: usize,
}

/// The counts of one window, by template and service.
#[derive(Debug, Clone, Default)]
struct Window {
    tallies: BTreeMap<(AggregationTemplate, String), BTreeMap<String, Tally>>,
    bytes: usize,
}

/// The start of the window in which `time` lies.
pub fn summary_window(time: Timestamp) -> Timestamp {
    let length = i64::try_from(SUMMARY_WINDOW.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_unix_ms(time.unix_ms().div_euclid(length).saturating_mul(length))
}

impl Summaries {
    /// Counts an event once for each template under which it has a value: one without a resource is in no summary by
    /// resource. `window` is the start of its window.
    pub fn count(&mut self, window: Timestamp, event: &Observation, templates: &[AggregationTemplate]) {
        let Some(source) = &event.source else { return };
        let window = self.windows.entry(window).or_default();
        let before = window.bytes;
        for template in templates {
            let (primary, details) = tally::dimensions(*template);
            let Some(value) = event.value(primary) else { continue };
            window.count((*template, source), value, details.map(|dimension| event.value(dimension)));
        }
        self.bytes += window.bytes - before;
    }

    /// The starts of the windows that have counts, oldest first.
    pub fn windows(&self) -> impl Iterator<Item = Timestamp> {
        self.windows.keys().copied()
    }

    /// Memory that the counts take, and the size of their records, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes out the windows that begin before `until` and writes their records, oldest first, each with the start of
    /// its window. Those of windows that
    /// begin before `told_until` were told of already: their records say that they came late.
    pub fn close(
        &mut self,
        until: Timestamp,
        told_until: Option<Timestamp>,
        place: SummaryPlace<'_>,
    ) -> Vec<(Timestamp, Vec<u8>)> {
        let open = self.windows.split_off(&until);
        let closed = std::mem::replace(&mut self.windows, open);
        self.bytes = self.windows.values().map(|window| window.bytes).sum();
        let mut records = Vec::new();
        for (start, window) in closed {
            let is_late = told_until.is_some_and(|told| start < told);
            for ((template, source), tallies) in &window.tallies {
                let of_tally = |(value, tally): (&String, &Tally)| {
                    (start, record::write(place, (start, is_late), (*template, source), (value, tally)))
                };
                records.extend(tallies.iter().map(of_tally));
            }
        }
        records
    }
}

impl Window {
    fn count(&mut self, (template, source): (AggregationTemplate, &str), value: &str, details: [Option<&str>; 4]) {
        let tallies = self.tallies.entry((template, source.to_owned())).or_default();
        let is_known = tallies.contains_key(value);
        let value = if is_known || tallies.len() < PRIMARY_VALUES_MAX { value } else { OTHER_VALUE };
        if !tallies.contains_key(value) {
            self.bytes += tally::RECORD_BYTES + source.len() + value.len();
            tallies.insert(value.to_owned(), Tally::default());
        }
        if let Some(tally) = tallies.get_mut(value) {
            self.bytes += tally.count(details);
        }
    }
}
