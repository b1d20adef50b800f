//! The door to whoever keeps the keys of encrypted objects: each object's own key is wrapped behind it.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use cairn_model::{AccountId, Region};
use zeroize::Zeroizing;

use crate::ObjectError;

/// Wraps the keys of objects. This crate knows no key but an object's own.
#[async_trait]
pub trait DataKeys: fmt::Debug + Send + Sync {
    /// The full ARN of the kms key that `reference` means to the bucket's owner: an id, an ARN or an alias. Without one
    /// it is the key that S3 has of its own there.
    ///
    /// # Errors
    /// [`ObjectError::Other`] with a code that begins with `KMS.`, when there is no such key or it cannot be used.
    async fn kms_key(&self, owner: AccountId, region: &Region, reference: Option<&str>) -> Result<String, ObjectError>;

    /// Wraps the key of an object.
    ///
    /// # Errors
    /// [`ObjectError::Other`] with a code that begins with `KMS.`, when the wrapping key cannot be used.
    fn wrap(&self, wrapping: &Wrapping, key: &[u8; 32]) -> Result<Vec<u8>, ObjectError>;

    /// The key that [`DataKeys::wrap`] wrapped in the same way.
    ///
    /// # Errors
    /// The same; also when this is not what was wrapped.
    fn unwrap(&self, wrapping: &Wrapping, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, ObjectError>;
}

/// Under which key an object's own key lies, and what that is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapping {
    /// The kms key; without one, the store's own.
    pub kms_key_arn: Option<String>,
    /// The encryption context. It always has the object's ARN, as `aws:s3:arn`.
    pub context: BTreeMap<String, String>,
}
