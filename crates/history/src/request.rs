//! What may be asked of the event history.

use cairn_model::Timestamp;

/// A `LookupEvents` request before its rules are checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookupEvents {
    /// What an event must have, all of it at once.
    pub lookup_attributes: Vec<LookupAttributeText>,
    /// The earliest event time, inclusive; 90 days ago when absent.
    pub start_time: Option<Timestamp>,
    /// The latest event time, inclusive.
    pub end_time: Option<Timestamp>,
    /// `insight`, or our own `data`, `network` and `all`; management events when absent.
    pub event_category: Option<String>,
    /// 1 to 50; 50 when absent.
    pub max_results: Option<i64>,
    /// From the page before.
    pub next_token: Option<String>,
}

/// One lookup attribute as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookupAttributeText {
    /// `AttributeKey`
    pub key: String,
    /// `AttributeValue`
    pub value: String,
}
