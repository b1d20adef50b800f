//! An object: its bytes and what is known about them.

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ObjectLock;

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
    /// What keeps the object from being deleted or replaced. Where it names no retention, the bucket's default counts.
    pub lock: Option<ObjectLock>,
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
