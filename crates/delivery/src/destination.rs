//! Where a trail delivers to, and the check that it can.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_objects::{Bucket, BucketRecord, Buckets};

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
    /// `InsufficientS3BucketPolicyException`: the bucket's policy does not let CloudTrail do what it must.
    #[error("the policy of the bucket {bucket} is insufficient: {reason}")]
    InsufficientPolicy {
        /// The bucket.
        bucket: String,
        /// What is refused, and why.
        reason: String,
        /// The policy that would let it.
        policy: String,
    },
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

    /// What is kept about a bucket that is embedded.
    pub(crate) async fn embedded(&self, name: &str) -> Option<BucketRecord> {
        match self {
            Self::Buckets(buckets) => buckets.describe(name).await,
            Self::Fixed(_) => None,
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
