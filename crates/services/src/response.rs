//! An answer as the gateway saw it, and what the record takes from it.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::request::BodyView;

/// The head of an answer and the beginning of its body.
#[derive(Debug, Clone, Copy)]
pub struct ResponseView<'a> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// What was kept of the body.
    pub body: BodyView<'a>,
}

/// What an answer says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallOutcome {
    /// `requestID`, as the service gave it.
    pub request_id: Option<String>,
    /// `errorCode` and `errorMessage` of a refused call, in CloudTrail's spelling. The message may be empty.
    pub error: Option<(String, String)>,
    /// `responseElements`; none for calls that only read, except where AWS keeps them.
    pub response_elements: Option<Value>,
    /// The whole answer of IAM and STS calls that give credentials or identities, with its secrets. For learning who is
    /// who, never to be recorded. None for every other call.
    pub lesson: Option<Value>,
}

/// One of a record's `resources`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceName {
    /// `AWS::S3::Bucket`
    pub resource_type: String,
    /// `arn:aws:s3:::photos`
    pub arn: String,
    /// Whether the ARN is the beginning of those that the call is about, as `arn:aws:s3:::photos/` of a listing: records
    /// write it as `ARNPrefix`.
    pub is_prefix: bool,
    /// The owner, where the record shows it.
    pub account_id: Option<String>,
}

/// A key that an S3 `DeleteObjects` call did not delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletionError {
    /// The key.
    pub key: String,
    /// The version that was to be deleted, if one was named.
    pub version_id: Option<String>,
    /// `AccessDenied`
    pub code: String,
    /// May be empty.
    pub message: String,
}
