//! The buckets of one server: embedded ones under a folder, and remote ones that the settings name.

use std::path::PathBuf;

use cairn_environment::Environment;
use cairn_model::{AccountId, Region};

use crate::{Bucket, BucketRecord, InvalidBucketName, ObjectError, RemoteBucket, Versioning};

/// The buckets of one server. Clones share them.
#[derive(Clone, Debug)]
pub struct Buckets {}

/// Why an embedded bucket was not created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreateBucketError {
    /// The name breaks a rule.
    #[error(transparent)]
    InvalidName(#[from] InvalidBucketName),
    /// The same account has it already.
    #[error("the bucket is yours already")]
    AlreadyOwnedByYou,
    /// Someone else has it, or a remote bucket has this name.
    #[error("the bucket name is taken")]
    AlreadyExists,
    /// The folder failed.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

/// Why an embedded bucket was not removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoveBucketError {
    /// It has objects.
    #[error("the bucket is not empty")]
    NotEmpty,
    /// The folder failed, or the bucket is not there.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

#[allow(clippy::todo, clippy::unused_async, unused_variables, reason = "skeleton")]
impl Buckets {
    /// Opens the embedded buckets under `root`, which is created when absent, and knows `remotes` by their names.
    ///
    /// # Errors
    /// When the folder cannot be read or a record in it does not parse.
    pub async fn open(
        root: PathBuf,
        remotes: Vec<RemoteBucket>,
        environment: &Environment,
    ) -> Result<Self, ObjectError> {
        todo!()
    }

    /// The bucket of this name, embedded or remote.
    pub async fn find(&self, name: &str) -> Option<Bucket> {
        todo!()
    }

    /// Whether an embedded bucket has this name.
    pub fn is_embedded(&self, name: &str) -> bool {
        todo!()
    }

    /// Creates an embedded bucket.
    ///
    /// # Errors
    /// Each [`CreateBucketError`].
    pub async fn create(&self, name: &str, owner: AccountId, region: &Region) -> Result<(), CreateBucketError> {
        todo!()
    }

    /// Removes an embedded bucket, which must be empty.
    ///
    /// # Errors
    /// Each [`RemoveBucketError`].
    pub async fn remove(&self, name: &str) -> Result<(), RemoveBucketError> {
        todo!()
    }

    /// What is kept about an embedded bucket.
    pub async fn describe(&self, name: &str) -> Option<BucketRecord> {
        todo!()
    }

    /// The embedded buckets of an account, in the order of their names.
    pub async fn list_owned(&self, owner: AccountId) -> Vec<BucketRecord> {
        todo!()
    }

    /// Sets the versioning status that an embedded bucket answers.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`], or what the folder failed with.
    pub async fn set_versioning(&self, name: &str, versioning: Versioning) -> Result<(), ObjectError> {
        todo!()
    }

    /// Sets or, with `None`, deletes the policy text of an embedded bucket.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`], or what the folder failed with.
    pub async fn set_policy(&self, name: &str, policy: Option<String>) -> Result<(), ObjectError> {
        todo!()
    }
}
