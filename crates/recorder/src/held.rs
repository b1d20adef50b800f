//! Calls that were answered though the journal had no space for their events, which wait here, within bounds: calls
//! that only read, and calls that were refused. Nothing else is answered without its event.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::CallRecord;

/// Records that are kept aside. Those of one call may be recorded apart: none of them changed anything.
#[derive(Debug)]
pub struct Held {
    records_max: usize,
    bytes_max: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Oldest first.
    records: VecDeque<CallRecord>,
    bytes: usize,
}

impl Held {
    /// Room for so many records, which have about so many bytes together.
    pub fn new(records_max: usize, bytes_max: usize) -> Self {
        Self { records_max, bytes_max, waiting: Mutex::default() }
    }

    /// Keeps the records of a call, all or none of them. False when there is no more room.
    pub fn keep(&self, records: Vec<CallRecord>) -> bool {
        let bytes: usize = records.iter().map(weight).sum();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = waiting.records.len() + records.len() <= self.records_max && waiting.bytes + bytes <= self.bytes_max;
        if fits {
            waiting.bytes += bytes;
            waiting.records.extend(records);
        }
        fits
    }

    /// The oldest records, as many as have about so many bytes, and one at least where any wait.
    pub fn take(&self, bytes_max: usize) -> Vec<CallRecord> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut taken, mut bytes) = (Vec::new(), 0);
        while let Some(next) = waiting.records.front().map(weight) {
            if !taken.is_empty() && bytes + next > bytes_max {
                break;
            }
            bytes += next;
            taken.extend(waiting.records.pop_front());
        }
        waiting.bytes = waiting.bytes.saturating_sub(bytes);
        taken
    }

    /// Takes back the records that could not be recorded. How many wait now.
    pub fn put_back(&self, records: Vec<CallRecord>) -> usize {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.bytes += records.iter().map(weight).sum::<usize>();
        for record in records.into_iter().rev() {
            waiting.records.push_front(record);
        }
        waiting.records.len()
    }
}

/// About how many bytes a record has in memory.
fn weight(record: &CallRecord) -> usize {
    /// What a record has besides its JSON values: names, addresses, ids.
    const REST: usize = 1 << 10;
    let call = &record.call;
    let values = [&call.request_parameters, &call.response_elements, &call.additional_event_data, &record.beside];
    let values = values.into_iter().flatten().chain([&call.user_identity]);
    REST + call.user_agent.as_ref().map_or(0, String::len) + values.map(weight_of_value).sum::<usize>()
}

fn weight_of_value(value: &Value) -> usize {
    /// Of one value, whatever is in it.
    const VALUE: usize = 32;
    VALUE
        + match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weight_of_value).sum(),
            Value::Object(members) => {
                members.iter().map(|(name, value)| VALUE + name.len() + weight_of_value(value)).sum()
            }
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Call;
    use crate::event::tests::call;

    fn record(name: &str, parameter_bytes: usize) -> CallRecord {
        let request_parameters = Some("x".repeat(parameter_bytes).into());
        Call { event_name: name.to_owned(), request_parameters, ..call() }.into()
    }

    fn names(records: &[CallRecord]) -> Vec<&str> {
        records.iter().map(|record| record.call.event_name.as_str()).collect()
    }

    #[test]
    fn records_come_out_as_they_went_in_and_those_put_back_come_first() {
        let held = Held::new(10, 1 << 20);
        assert!(held.keep(vec![record("a", 0), record("b", 0)]) && held.keep(vec![record("c", 50_000)]));
        let first = held.take(10_000);
        assert_eq!(names(&first), ["a", "b"]);
        assert_eq!(held.put_back(first), 3);
        assert_eq!(names(&held.take(1 << 20)), ["a", "b", "c"]);
        assert!(held.take(1 << 20).is_empty());
    }

    #[test]
    fn one_record_is_taken_whatever_its_size() {
        let held = Held::new(10, 1 << 20);
        assert!(held.keep(vec![record("large", 50_000), record("small", 0)]));
        assert_eq!(names(&held.take(100)), ["large"]);
        assert_eq!(names(&held.take(100)), ["small"]);
    }

    #[test]
    fn neither_bound_is_passed_and_room_comes_back() {
        let held = Held::new(2, 100_000);
        assert!(held.keep(vec![record("a", 0)]) && held.keep(vec![record("b", 0)]));
        assert!(!held.keep(vec![record("c", 0)]));
        assert_eq!(held.take(1 << 20).len(), 2);
        assert!(!held.keep(vec![record("d", 100_000)]));
        assert!(held.keep(vec![record("e", 90_000)]) && !held.keep(vec![record("f", 20_000)]));
        assert_eq!(names(&held.take(0)), ["e"]);
        assert!(held.keep(vec![record("g", 90_000)]));
    }
}
