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
