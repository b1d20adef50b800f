//! What a trail's bucket says of itself: an embedded one all, one elsewhere as far as its endpoint tells.

use std::fmt;
use std::time::Duration;

use cairn_environment::Clock;
use cairn_objects::{Bucket, BucketRecord, Disclosed, LifecycleRule, ObjectError, Versioning};

/// How long a bucket elsewhere may take to say what one of its settings is.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads the documents in which S3 endpoints say what the settings of a bucket are.
pub trait ReadDocuments: fmt::Debug + Send + Sync {
    /// A lifecycle configuration: the rules that let objects expire.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    fn lifecycle(&self, xml: &str) -> Result<Vec<LifecycleRule>, String>;

    /// A versioning configuration.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    fn versioning(&self, xml: &str) -> Result<Versioning, String>;
}

/// The settings that matter to trails. What is not told is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BucketSettings {
    /// The policy's text; empty where there is none.
    pub(crate) policy: Option<String>,
    pub(crate) versioning: Option<Versioning>,
    pub(crate) lifecycle: Option<Vec<LifecycleRule>>,
}

impl BucketSettings {
    /// Those of an embedded bucket.
    pub(crate) fn of_record(record: BucketRecord) -> Self {
        Self {
            policy: Some(record.policy.unwrap_or_default()),
            versioning: Some(record.versioning),
            lifecycle: Some(record.lifecycle),
        }
    }

    /// Asks a bucket elsewhere. What cannot be read is as good as not told, and is in the log.
    pub(crate) async fn ask(bucket: &Bucket, documents: &dyn ReadDocuments, clock: &Clock) -> Self {
        let told = |answer: Result<Result<Disclosed, ObjectError>, _>, what: &str| match answer.unwrap_or(Err::<
            Disclosed,
            _,
        >(
            ObjectError::TimedOut,
        )) {
            Ok(Disclosed::Document(document)) => Some(document),
            Ok(Disclosed::Nothing) => Some(String::new()),
            Ok(Disclosed::Withheld(code)) => {
                tracing::debug!(bucket = bucket.name(), what, code, "a bucket does not tell one of its settings");
                None
            }
            Err(error) => {
                tracing::debug!(bucket = bucket.name(), what, %error, "a setting of a bucket cannot be looked at now");
                None
            }
        };
        let policy = told(clock.timeout(PATIENCE, bucket.policy()).await, "policy");
        let versioning = told(clock.timeout(PATIENCE, bucket.versioning()).await, "versioning");
        let lifecycle = told(clock.timeout(PATIENCE, bucket.lifecycle()).await, "lifecycle");
        let read = |what: &str, fault: &String| {
            tracing::warn!(bucket = bucket.name(), what, fault, "a setting of a bucket cannot be read");
        };
        let versioning = versioning.and_then(|xml| {
            let found = if xml.is_empty() { Ok(Versioning::NeverSet) } else { documents.versioning(&xml) };
            found.inspect_err(|fault| read("versioning", fault)).ok()
        });
        let lifecycle = lifecycle.and_then(|xml| {
            let found = if xml.is_empty() { Ok(Vec::new()) } else { documents.lifecycle(&xml) };
            found.inspect_err(|fault| read("lifecycle", fault)).ok()
        });
        Self { policy, versioning, lifecycle }
    }
}
