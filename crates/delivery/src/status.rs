//! How delivery went, as `GetTrailStatus` tells it.

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

/// What became of the attempts to write one kind of object. An error disappears with the next success.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// When the last object was confirmed in the bucket.
    pub succeeded_at: Option<Timestamp>,
    /// When something was last tried.
    pub attempted_at: Option<Timestamp>,
    /// The S3 error code of the last attempt when it failed, such as `NoSuchBucket`.
    pub error: Option<String>,
}

/// The part of `GetTrailStatus` that delivery knows, for one trail and Region (reference section 1.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailStatus {
    /// `LatestDeliveryTime`, `LatestDeliveryError`, `LatestDeliveryAttemptTime`, `LatestDeliveryAttemptSucceeded`
    pub log_files: Attempts,
    /// `LatestDigestDeliveryTime`, `LatestDigestDeliveryError`
    pub digests: Attempts,
}
