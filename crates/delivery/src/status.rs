//! How delivery went, as `GetTrailStatus` tells it.

use cairn_model::Timestamp;
use cairn_objects::ObjectError;
use serde::{Deserialize, Serialize};

/// What became of the attempts to write one kind of object. An error disappears with the next success.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// When the last object was confirmed in the bucket.
    pub succeeded_at: Option<Timestamp>,
    /// When something was last tried.
    pub attempted_at: Option<Timestamp>,
    /// The service's error code of the last attempt when it failed, such as `NoSuchBucket`. Timeouts are not shown.
    pub error: Option<String>,
}

impl Attempts {
    pub(crate) fn succeed(&mut self, at: Timestamp) {
        *self = Self { succeeded_at: Some(at), attempted_at: Some(at), error: None };
    }

    pub(crate) fn fail(&mut self, at: Timestamp, error: &ObjectError) {
        self.fail_with(at, (*error != ObjectError::TimedOut).then(|| error.code()));
    }

    /// It failed with this code; without one the error before stays.
    pub(crate) fn fail_with(&mut self, at: Timestamp, code: Option<&str>) {
        self.attempted_at = Some(at);
        if let Some(code) = code {
            self.error = Some(code.to_owned());
        }
    }
}

/// The part of `GetTrailStatus` that delivery knows, for one trail and Region (reference section 1.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailStatus {
    /// `LatestDeliveryTime`, `LatestDeliveryError`, `LatestDeliveryAttemptTime`, `LatestDeliveryAttemptSucceeded`
    pub log_files: Attempts,
    /// `LatestDigestDeliveryTime`, `LatestDigestDeliveryError`
    pub digests: Attempts,
    /// `LatestNotificationTime`, `LatestNotificationError`, `LatestNotificationAttemptTime`,
    /// `LatestNotificationAttemptSucceeded`
    pub notifications: Attempts,
    /// `LatestCloudWatchLogsDeliveryTime`, `LatestCloudWatchLogsDeliveryError`
    pub log_events: Attempts,
}
