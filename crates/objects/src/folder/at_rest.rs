//! How the objects of a bucket in a folder are encrypted where they lie.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::{Arc, PoisonError, RwLock};

use zeroize::Zeroizing;

use super::handles::Handle;
use super::sealed::{ReadHeader, Sealing};
use crate::data_keys::DataKeys;
use crate::{BucketLock, BucketRecord, DefaultEncryption, Encryption, ObjectError, ServerSideEncryption};

/// What a bucket needs to encrypt, and to read what is encrypted.
#[derive(Debug, Clone)]
pub(crate) struct AtRest {
    /// The bucket's name, which is a part of its objects' ARNs.
    pub(crate) bucket: Arc<str>,
    /// Without them, objects are written as they are, and encrypted ones cannot be read.
    pub(crate) keys: Option<Arc<dyn DataKeys>>,
    /// Whether objects stay as they are when nobody asks for encryption.
    pub(crate) plain_by_default: bool,
    /// What is kept about the bucket, renewed when it changes; `None` for one that is only read.
    pub(crate) record: Arc<RwLock<Option<BucketRecord>>>,
}

/// How one object is to be encrypted.
#[derive(Debug, Default)]
pub(crate) enum Plan {
    #[default]
    Plain,
    Sealed {
        kms_key_arn: Option<String>,
        context: BTreeMap<String, String>,
        object_key: Zeroizing<[u8; 32]>,
    },
}

impl AtRest {
    /// Of a bucket that knows no keys.
    pub(crate) fn without_keys(bucket: &str) -> Self {
        Self { bucket: bucket.into(), keys: None, plain_by_default: true, record: Arc::default() }
    }

    /// Takes over what is kept about the bucket now.
    pub(crate) fn renew(&self, record: &BucketRecord) {
        *self.record.write().unwrap_or_else(PoisonError::into_inner) = Some(record.clone());
    }

    /// What is kept about the bucket.
    pub(crate) fn record(&self) -> Option<BucketRecord> {
        self.record.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The bucket's Object Lock, if it has it.
    pub(crate) fn lock(&self) -> Option<BucketLock> {
        self.record()?.object_lock
    }

    /// How an object is to be encrypted for which a put asks for `asked`. `object_key` is the key that it gets.
    pub(crate) async fn plan(&self, asked: Encryption, object_key: [u8; 32]) -> Result<Plan, ObjectError> {
        let object_key = Zeroizing::new(object_key);
        let (Some(keys), Some(record)) = (&self.keys, self.record()) else {
            return match asked {
                Encryption::Kms { .. } => Err(no_keys("written")),
                Encryption::BucketDefault | Encryption::Aes256 => Ok(Plan::Plain),
            };
        };
        let (kms_key_arn, context) = match (asked, &record.encryption) {
            (Encryption::Kms { key_arn, context }, _) => (Some(key_arn), context),
            (Encryption::BucketDefault, Some(DefaultEncryption::Kms { key })) => {
                let arn = keys.kms_key(record.owner, &record.region, key.as_deref()).await?;
                (Some(arn), BTreeMap::new())
            }
            (Encryption::BucketDefault, None) if self.plain_by_default => return Ok(Plan::Plain),
            (Encryption::BucketDefault | Encryption::Aes256, _) => (None, BTreeMap::new()),
        };
        Ok(Plan::Sealed { kms_key_arn, context, object_key })
    }

    /// Writes an object as planned, and says how it is encrypted.
    pub(crate) fn write(
        &self,
        plan: Plan,
        key: &str,
        bytes: &[u8],
        file: &mut File,
    ) -> Result<Option<ServerSideEncryption>, ObjectError> {
        use std::io::Write;

        match (plan, &self.keys) {
            (Plan::Sealed { kms_key_arn, context, object_key }, Some(keys)) => {
                let object_arn = &self.object_arn(key);
                let sealing = Sealing { keys: &**keys, object_arn, kms_key_arn, context, object_key: &object_key };
                sealing.write(bytes, file).map(Some)
            }
            (Plan::Plain, _) | (Plan::Sealed { .. }, None) => {
                file.write_all(bytes)?;
                Ok(None)
            }
        }
    }

    /// A handle that reads the object of this key.
    pub(crate) fn handle(
        &self,
        key: &str,
        file: File,
        size: u64,
        header: Option<ReadHeader>,
    ) -> Result<Handle, ObjectError> {
        let Some(header) = header else { return Ok(Handle::new(file, size)) };
        let keys = self.keys.as_ref().ok_or_else(|| no_keys("read"))?;
        Ok(Handle::sealed(file, header.unseal(&**keys, &self.object_arn(key))?))
    }

    fn object_arn(&self, key: &str) -> String {
        format!("arn:aws:s3:::{}/{key}", self.bucket)
    }
}

fn no_keys(what: &str) -> ObjectError {
    ObjectError::Other {
        code: "KMS.KeyUnavailableException".to_owned(),
        reason: format!("an encrypted object cannot be {what} without the master key"),
    }
}
