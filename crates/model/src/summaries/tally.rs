//! The counts behind one record, and by what each template counts.

use std::collections::BTreeMap;

use super::observation::Dimension;
use super::{DETAIL_VALUES_MAX, OTHER_VALUE};
use crate::selectors::AggregationTemplate;

/// What a record without its values takes, about.
pub(super) const RECORD_BYTES: usize = 1024;
/// What a value takes besides its text, about.
const VALUE_BYTES: usize = 64;

/// How many events, and how many of them by the values of each further dimension.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) events: u64,
    pub(super) details: [BTreeMap<String, u64>; 4],
}

/// The dimension by which a template makes records, and those that stand in the details.
pub(super) const fn dimensions(template: AggregationTemplate) -> (Dimension, [Dimension; 4]) {
    use Dimension::{EventName, ResourceArn, SourceIpAddress, UserAgent, UserIdentity};
    match template {
        AggregationTemplate::ApiActivity => (EventName, [ResourceArn, UserIdentity, UserAgent, SourceIpAddress]),
        AggregationTemplate::ResourceAccess => (ResourceArn, [EventName, UserIdentity, UserAgent, SourceIpAddress]),
        AggregationTemplate::UserActions => (UserIdentity, [EventName, ResourceArn, UserAgent, SourceIpAddress]),
    }
}

impl Tally {
    /// Counts an event with these values in the further dimensions. Returns how much memory that took, about.
    pub(super) fn count(&mut self, values: [Option<&str>; 4]) -> usize {
        self.events += 1;
        let counted = self.details.iter_mut().zip(values);
        counted.filter_map(|(counts, value)| Some(count(counts, value?))).sum()
    }
}

fn count(counts: &mut BTreeMap<String, u64>, value: &str) -> usize {
    if let Some(count) = counts.get_mut(value) {
        *count += 1;
        return 0;
    }
    let value = if counts.len() < DETAIL_VALUES_MAX { value } else { OTHER_VALUE };
    *counts.entry(value.to_owned()).or_insert(0) += 1;
    VALUE_BYTES + value.len()
}
