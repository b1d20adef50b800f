//! Limits of what is taken in, and where conflicting events are kept.

use cairn_model::JsonLimits;
use cairn_objects::Bucket;

/// Limits and places of a [`crate::Recorder`].
#[derive(Debug, Clone)]
pub struct RecorderSettings {
    /// Bytes that one request may have after inflating. 256 MiB.
    pub inflated_bytes_max: usize,
    /// How many times larger than its packed form a body may become, once it has passed
    /// [`RecorderSettings::inflated_bytes_free`]. 200.
    pub inflated_ratio_max: usize,
    /// Bytes that any body may inflate to, whatever its ratio. 1 MiB.
    pub inflated_bytes_free: usize,
    /// Gzip members that one request may have. 65,536.
    pub members_max: u64,
    /// How deep and how wide a JSON document may be.
    pub json: JsonLimits,
    /// Problems that a report lists; further ones are only counted. 100.
    pub problems_max: usize,
    /// Large requests that are unpacked and checked at the same time, which bounds their memory. 4.
    pub large_requests_max: usize,
    /// Where events are kept aside that have the id of another event but other bytes: one object each, named by
    /// what it holds. Without it they are only reported.
    pub quarantine: Option<Bucket>,
}

impl Default for RecorderSettings {
    fn default() -> Self {
        Self {
            inflated_bytes_max: 256 << 20,
            inflated_ratio_max: 200,
            inflated_bytes_free: 1 << 20,
            members_max: 65_536,
            json: JsonLimits::default(),
            problems_max: 100,
            large_requests_max: 4,
            quarantine: None,
        }
    }
}
