//! What is kept about an embedded bucket beside its objects.

use std::sync::{Arc, OnceLock};

use cairn_model::{AccountId, BucketName, Region, Timestamp};
use cairn_policy::{Policy, PolicyFault};
use serde::{Deserialize, Serialize};

use crate::{BucketLock, LifecycleRule};

/// What is kept about an embedded bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketRecord {
    /// Its name.
    pub name: BucketName,
    /// The account that created it.
    pub owner: AccountId,
    /// The Region it was created in.
    pub region: Region,
    /// When it was created.
    pub created_at: Timestamp,
    /// As last set. Versions are not kept: it is stored and answered.
    #[serde(default)]
    pub versioning: Versioning,
    /// The policy's JSON text as put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// How objects are encrypted for which a put asks for nothing else, where that was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<DefaultEncryption>,
    /// What keeps its objects, where it has Object Lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_lock: Option<BucketLock>,
    /// Which of its objects go by themselves, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifecycle: Vec<LifecycleRule>,
    /// The policy as it was read when it was first asked.
    #[serde(skip)]
    pub(crate) compiled: CompiledPolicy,
}

/// A policy that clones of one record read once. It is equal to any other: the text says which it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct CompiledPolicy(pub(crate) Arc<OnceLock<Result<Policy, PolicyFault>>>);

impl PartialEq for CompiledPolicy {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for CompiledPolicy {}

/// The encryption of a bucket's objects unless a put asks for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DefaultEncryption {
    /// With a key of the store's own.
    Aes256,
    /// With a key of kms.
    Kms {
        /// As it was named: an id, an ARN or an alias. Without one, the key that S3 has of its own.
        key: Option<String>,
    },
}

/// The versioning status of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Versioning {
    /// It was never set.
    #[default]
    NeverSet,
    /// Versions are to be kept.
    Enabled,
    /// No more versions are to be kept.
    Suspended,
}
