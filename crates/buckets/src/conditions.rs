//! Conditional requests: whether an object is the one that the client means.

use cairn_objects::ObjectMeta;
use s3s::dto::{ETag, ETagCondition, Timestamp};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use crate::object_reads::timestamp;

/// The conditions in a request's headers. A condition on the tag outranks the one on the time beside it.
///
/// Source: RFC 9110, section 13.2.2
#[derive(Debug)]
#[allow(clippy::struct_field_names, reason = "they are the headers' names")]
pub(crate) struct Conditions {
    pub(crate) if_match: Option<ETagCondition>,
    pub(crate) if_none_match: Option<ETagCondition>,
    pub(crate) if_modified_since: Option<Timestamp>,
    pub(crate) if_unmodified_since: Option<Timestamp>,
}

impl Conditions {
    /// Passes when the object is the one that is meant.
    ///
    /// # Errors
    /// `PreconditionFailed`, or `NotModified` where the client has it already.
    pub(crate) fn check(&self, meta: &ObjectMeta) -> S3Result<()> {
        let modified = timestamp(meta.last_modified.whole_seconds());
        let is_meant = match (&self.if_match, &self.if_unmodified_since) {
            (Some(condition), _) => matches(condition, meta),
            (None, Some(time)) => modified <= *time,
            (None, None) => true,
        };
        if !is_meant {
            return Err(s3_error!(PreconditionFailed));
        }
        let is_known = match (&self.if_none_match, &self.if_modified_since) {
            (Some(condition), _) => matches(condition, meta),
            (None, Some(time)) => modified <= *time,
            (None, None) => false,
        };
        if is_known { Err(not_modified(meta)) } else { Ok(()) }
    }
}

fn matches(condition: &ETagCondition, meta: &ObjectMeta) -> bool {
    condition.is_any() || condition.as_etag().is_some_and(|tag| tag.value() == meta.etag)
}

fn not_modified(meta: &ObjectMeta) -> S3Error {
    let mut error = S3Error::new(S3ErrorCode::NotModified);
    if let Ok(tag) = ETag::Strong(meta.etag.clone()).to_http_header() {
        error.set_headers([(http::header::ETAG, tag)].into_iter().collect());
    }
    error
}
