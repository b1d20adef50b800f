//! Limits of what is taken in, and where conflicting events are kept.

use std::time::Duration;

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
    /// Bytes that one gzip member, or a body that is not gzip, may have after inflating. 64 MiB.
    pub text_bytes_max: usize,
    /// Gzip members that one request may have. 65,536.
    pub members_max: u64,
    /// How deep and how wide a JSON document may be.
    pub json: JsonLimits,
    /// Bytes of events that one append carries; no more than the journal takes in one commit. 4 MiB.
    pub append_bytes: usize,
    /// How far the store may be behind the journal before requests wait for it, which bounds what is kept of events
    /// on their way. 262,144 events.
    pub unapplied_events_max: u64,
    /// How far the store may be behind before requests give it [`RecorderSettings::store_lead`], so that it reads
    /// from the journal's memory and not from the disk. 12,288 events.
    pub unapplied_events_near: u64,
    /// How long a request lets the store come near, if it does not; then it goes on. 300 ms.
    pub store_lead: Duration,
    /// How long requests wait for the store before they are refused. 30 seconds.
    pub store_wait_max: Duration,
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
            text_bytes_max: 64 << 20,
            members_max: 65_536,
            json: JsonLimits::default(),
            append_bytes: 4 << 20,
            unapplied_events_max: 262_144,
            unapplied_events_near: 12_288,
            store_lead: Duration::from_millis(300),
            store_wait_max: Duration::from_secs(30),
            problems_max: 100,
            large_requests_max: 4,
            quarantine: None,
        }
    }
}
