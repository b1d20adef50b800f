//! The answer of `LookupEvents` in AWS's shape.

use serde::Serialize;

/// One page of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LookupAnswer {
    /// Newest first.
    pub events: Vec<HistoryEvent>,
    /// Asks for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// One event (reference section 8). What an event lacks is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct HistoryEvent {
    /// `eventID`; derived from the bytes where the event has none.
    pub event_id: String,
    /// `eventName`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
    /// `true` or `false`, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<&'static str>,
    /// The access key of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// Seconds since 1970.
    pub event_time: i64,
    /// `eventSource`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_source: Option<String>,
    /// The name of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What the event touched; may be empty.
    pub resources: Vec<HistoryResource>,
    /// The event itself, byte for byte as accepted.
    pub cloud_trail_event: String,
}

/// One resource of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct HistoryResource {
    /// `AWS::S3::Bucket`; absent when unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// A name, an id or an ARN.
    pub resource_name: String,
}
