//! An object: its bytes and what is known about them.

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_model::Timestamp;

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ObjectLock {
    /// Until when.
    pub retention: Option<Retention>,
    /// Whether it is held regardless of any time, until someone lifts that.
    pub legal_hold: bool,
}

/// Until when an object is kept, and how strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// How strictly.
    pub mode: LockMode,
    /// The first moment at which the object may go.
    pub until: Timestamp,
}

/// How strictly an object is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// What is known about an object without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

/// An object with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What is known about it.
    pub meta: ObjectMeta,
    /// All of its bytes.
    pub bytes: Bytes,
}
