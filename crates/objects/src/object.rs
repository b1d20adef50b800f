//! An object: its bytes and what is known about them.

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

/// How an object is put.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PutOptions {
    /// Refuse with [`crate::ObjectError::AlreadyExists`] when the key is taken; exact under concurrency.
    pub only_if_absent: bool,
    /// `Content-Type`, such as `application/json`.
    pub content_type: Option<String>,
    /// `Content-Encoding`, such as `gzip`.
    pub content_encoding: Option<String>,
    /// The `x-amz-meta-` headers, without that prefix; S3 lowers the case of their names.
    pub user_metadata: BTreeMap<String, String>,
    /// How the object is encrypted where it lies.
    pub encryption: Encryption,
    /// What keeps the object from being deleted or replaced; without it, what the bucket's default says.
    pub lock: Option<ObjectLock>,
}

/// What keeps an object from being deleted or replaced: S3's Object Lock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectLock {
    /// Until when.
    pub retention: Option<Retention>,
    /// Whether it is held regardless of any time, until someone lifts that.
    pub legal_hold: bool,
}

/// Until when an object is kept, and how strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// How strictly.
    pub mode: LockMode,
    /// The first moment at which the object may go.
    pub until: Timestamp,
}

/// How strictly an object is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LockMode {
    /// Whoever may bypass governance can delete it all the same: S3's `GOVERNANCE`.
    Governance,
    /// Nobody can: S3's `COMPLIANCE`.
    Compliance,
}

/// How the store encrypts an object at rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Encryption {
    /// As the bucket's default says.
    #[default]
    BucketDefault,
    /// With a key of the store's own: S3's `AES256`, SSE-S3.
    Aes256,
    /// With a key of kms: S3's `aws:kms`, SSE-KMS.
    Kms {
        /// The key's full ARN.
        key_arn: String,
        /// What whoever decrypts has to name again, such as `aws:cloudtrail:arn`.
        context: BTreeMap<String, String>,
    },
}

/// How an object lies encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ServerSideEncryption {
    /// With a key of the store's own.
    Aes256,
    /// With a key of kms.
    Kms {
        /// The key's full ARN.
        key_arn: String,
    },
}

impl ObjectLock {
    /// Whether the object must stay as it is at `now`.
    pub fn holds(&self, now: Timestamp, bypass: Bypass) -> bool {
        let retained = self.retention.is_some_and(|retention| {
            let is_bypassed = bypass == Bypass::Governance && retention.mode == LockMode::Governance;
            now < retention.until && !is_bypassed
        });
        self.legal_hold || retained
    }
}

/// Which locks whoever deletes may pass by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bypass {
    /// None.
    #[default]
    Nothing,
    /// Retention in governance mode.
    Governance,
}

/// What is known about an object without its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectMeta {
    /// The full key.
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// Names this content, without quotation marks: the MD5 in hexadecimal where S3 clients may see it.
    pub etag: String,
    /// When it was put, in whole milliseconds.
    pub last_modified: Timestamp,
    /// As put. A listing of a remote bucket does not tell it.
    pub content_type: Option<String>,
    /// As put. A listing of a remote bucket does not tell it.
    pub content_encoding: Option<String>,
    /// As put. A listing of a remote bucket does not tell it.
    pub user_metadata: BTreeMap<String, String>,
    /// How an object of an embedded bucket lies encrypted; `None` for one from before, and in every other bucket.
    pub encryption: Option<ServerSideEncryption>,
    /// What keeps an object of an embedded bucket from going.
    pub lock: ObjectLock,
}

/// An object with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What is known about it.
    pub meta: ObjectMeta,
    /// All of its bytes.
    pub bytes: Bytes,
}
