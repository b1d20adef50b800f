//! What can be wrong with an event that someone brings.

/// Why bytes are not an acceptable event. The text names the member and the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not JSON, or a member has the wrong type.
    #[error("not a valid event: {0}")]
    Malformed(String),
    /// `eventTime` is absent.
    #[error("the event has no eventTime")]
    MissingEventTime,
    /// `eventTime` does not have the documented form.
    #[error("eventTime: {0}")]
    InvalidEventTime(#[from] crate::InvalidTimestamp),
    /// Larger than an event may be.
    #[error("the event has {size} bytes; at most {limit} are accepted")]
    TooLarge {
        /// Bytes it has.
        size: usize,
        /// Bytes it may have.
        limit: usize,
    },
}
