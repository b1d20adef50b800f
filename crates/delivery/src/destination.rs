//! Where a trail delivers to, and the check that it can.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::AccountId;
use cairn_objects::{Bucket, Buckets};

/// Finds buckets by their names.
#[derive(Debug, Clone)]
pub enum BucketSource {
    /// The embedded buckets and those named in the settings.
    Buckets(Buckets),
    /// A fixed set, for tests and simulation.
    Fixed(Arc<BTreeMap<String, Bucket>>),
}

/// Why `CreateTrail` and `UpdateTrail` refuse a destination (reference section 1.8).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// `S3BucketDoesNotExistException`
    #[error("the bucket {0} does not exist")]
    BucketDoesNotExist(String),
    /// `InsufficientS3BucketPolicyException`: a marker object could not be written; `code` is S3's.
    #[error("the bucket {bucket} refused a marker object: {code}")]
    Refused {
        /// The bucket.
        bucket: String,
        /// S3's error code.
        code: String,
    },
}

impl BucketSource {
    /// The bucket with this name, when there is one.
    pub async fn find(&self, name: &str) -> Option<Bucket> {
        match self {
            Self::Buckets(buckets) => buckets.find(name).await,
            Self::Fixed(buckets) => buckets.get(name).cloned(),
        }
    }

    /// Whether trails of `account` may deliver to the bucket: an embedded one takes its owner's only, one that the
    /// settings name takes everyone's.
    pub(crate) async fn admits(&self, name: &str, account: AccountId) -> bool {
        match self {
            Self::Buckets(buckets) => buckets.describe(name).await.is_none_or(|record| record.owner == account),
            Self::Fixed(_) => true,
        }
    }
}

impl From<Buckets> for BucketSource {
    fn from(buckets: Buckets) -> Self {
        Self::Buckets(buckets)
    }
}

impl FromIterator<Bucket> for BucketSource {
    fn from_iter<I: IntoIterator<Item = Bucket>>(buckets: I) -> Self {
        Self::Fixed(Arc::new(buckets.into_iter().map(|bucket| (bucket.name().to_owned(), bucket)).collect()))
    }
}
