//! The aggregated record, to the member as AWS writes it.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::SUMMARY_WINDOW;
use super::observation::Dimension;
use super::tally::{Tally, dimensions};
use crate::selectors::AggregationTemplate;
use crate::{AccountId, Region, Timestamp};

/// Whose events were counted, and what makes the ids of their records.
#[derive(Debug, Clone, Copy)]
pub struct SummaryPlace<'a> {
    /// The account.
    pub account: AccountId,
    /// The Region.
    pub region: &'a Region,
    /// Differs for each time that windows are closed: the same closing gives its records the same ids.
    pub closing: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    event_version: &'static str,
    account_id: AccountId,
    event_id: String,
    event_category: &'static str,
    event_type: &'static str,
    aws_region: &'a Region,
    event_source: &'a str,
    time_window: TimeWindow,
    summary: Summary<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addendum: Option<Addendum>,
}

#[derive(Serialize)]
struct TimeWindow {
    #[serde(rename = "windowStart")]
    start: String,
    #[serde(rename = "windowEnd")]
    end: String,
    #[serde(rename = "windowSize")]
    size: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    primary_dimension: Counts<'a>,
    details: Vec<Counts<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts<'a> {
    dimension: &'static str,
    statistics: Vec<Statistic<'a>>,
    aggregation_type: &'static str,
}

#[derive(Serialize)]
struct Statistic<'a> {
    name: &'a str,
    value: u64,
}

#[derive(Serialize)]
struct Addendum {
    reason: &'static str,
}

/// Writes the record of one tally.
pub(super) fn write(
    place: SummaryPlace<'_>,
    (start, is_late): (Timestamp, bool),
    (template, source): (AggregationTemplate, &str),
    (value, tally): (&str, &Tally),
) -> Vec<u8> {
    let (primary, further) = dimensions(template);
    let details = further.into_iter().zip(&tally.details).filter(|(_, counts)| !counts.is_empty());
    let primary_dimension = Counts {
        dimension: primary.as_str(),
        statistics: vec![Statistic { name: value, value: tally.events }],
        aggregation_type: "Count",
    };
    let document = Document {
        event_version: "1.0",
        account_id: place.account,
        event_id: id(place, &[&start.iso_seconds(), template.as_str(), source, value]),
        event_category: "Aggregated",
        event_type: "AwsAggregatedEvent",
        aws_region: place.region,
        event_source: source,
        time_window: TimeWindow {
            start: start.iso_seconds(),
            end: start.plus(SUMMARY_WINDOW).iso_seconds(),
            size: "PT5M",
        },
        summary: Summary {
            primary_dimension,
            details: details.map(|(dimension, counts)| shown(dimension, counts)).collect(),
        },
        addendum: is_late.then_some(Addendum { reason: "DELIVERY_DELAY" }),
    };
    // Strings and numbers always become JSON.
    serde_json::to_vec(&document).unwrap_or_default()
}

fn shown(dimension: Dimension, counts: &BTreeMap<String, u64>) -> Counts<'_> {
    Counts { dimension: dimension.as_str(), statistics: statistics(counts), aggregation_type: "Count" }
}

/// The most frequent first.
fn statistics(counts: &BTreeMap<String, u64>) -> Vec<Statistic<'_>> {
    let mut statistics: Vec<_> = counts.iter().map(|(name, value)| Statistic { name, value: *value }).collect();
    statistics.sort_by_key(|statistic| std::cmp::Reverse(statistic.value));
    statistics
}

/// A UUID that is the same whenever the same counts are closed again.
fn id(place: SummaryPlace<'_>, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in [place.closing, place.region.as_str()].iter().chain(parts) {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let number = hash.finalize().iter().take(16).fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    let digits = format!("{number:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    // The marks of a UUID of version 8, whose bits are free.
    format!("{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
