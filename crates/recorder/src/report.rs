//! What became of the events that someone brought.

use cairn_model::{Sequence, SequenceRange};
use serde::{Deserialize, Serialize};

/// What became of one request's events. As JSON its members are in camel case:
///
/// ```json
/// {"accepted":2,"duplicates":0,"conflicts":0,"rejected":1,"digests":0,"firstSequence":7,"lastSequence":8,
///  "problems":[{"member":0,"offset":0,"document":0,"record":2,"reason":"the event has no eventTime"}]}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IngestReport {
    /// Events that are new and durable now.
    pub accepted: u64,
    /// Events that were there already, byte for byte; also those that came twice in the request.
    pub duplicates: u64,
    /// Events that have the account and id of another event but other bytes. They are kept aside, not taken in.
    pub conflicts: u64,
    /// Records, documents and members that could not be read.
    pub rejected: u64,
    /// Digest files, which hold no events and were skipped.
    pub digests: u64,
    /// The first accepted event's place in the journal; absent when none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_sequence: Option<Sequence>,
    /// The last accepted event's place in the journal. Events of other requests may stand between the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sequence: Option<Sequence>,
    /// The first of the rejected and conflicting records, with their places.
    pub problems: Vec<Problem>,
}

/// Something in a request that was not taken in, with its place. All numbers count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The gzip member; 0 for a body that is not gzip.
    pub member: u64,
    /// Bytes of the body, as it was sent, before the member.
    pub offset: u64,
    /// The JSON document in the member: the line of NDJSON, the only one of a log file. Absent when the problem
    /// is the member's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<u64>,
    /// The record in the document. Absent when the problem is the document's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// Which rule was broken.
    pub reason: String,
}

impl IngestReport {
    /// Takes in the places of events that are durable now.
    pub(crate) fn add_range(&mut self, range: SequenceRange) {
        if range.count > 0 {
            let last = Sequence(range.end().0.saturating_sub(1));
            self.accepted += range.count;
            self.first_sequence = Some(self.first_sequence.map_or(range.first, |first| first.min(range.first)));
            self.last_sequence = Some(self.last_sequence.map_or(last, |before| before.max(last)));
        }
    }

    /// Lists a problem, as long as there are fewer than `problems_max`.
    pub(crate) fn add_problem(&mut self, problem: Problem, problems_max: usize) {
        if self.problems.len() < problems_max {
            self.problems.push(problem);
        }
    }
}
