//! How the store's errors look to an S3 client.

use cairn_objects::ObjectError;
use s3s::{S3Error, S3ErrorCode, S3Result, StdError};

/// What the store refuses by S3's own rules, with S3's words.
const REFUSALS: [&str; 4] = ["AccessDenied", "InvalidArgument", "InvalidBucketState", "InvalidRequest"];

/// The S3 error for an error of the store.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn refuse(error: ObjectError) -> S3Error {
    let code = match &error {
        ObjectError::NotFound => S3ErrorCode::NoSuchKey,
        ObjectError::AlreadyExists => S3ErrorCode::PreconditionFailed,
        ObjectError::NoSuchBucket => S3ErrorCode::NoSuchBucket,
        ObjectError::AccessDenied => S3ErrorCode::AccessDenied,
        ObjectError::InvalidKey { reason } => {
            return S3Error::with_message(S3ErrorCode::InvalidArgument, format!("The key cannot be used: {reason}"));
        }
        ObjectError::Full => S3ErrorCode::SlowDown,
        ObjectError::TimedOut => S3ErrorCode::RequestTimeout,
        ObjectError::Other { code, reason } if code.starts_with("KMS.") => {
            let mut refusal = S3Error::with_message(S3ErrorCode::Custom(code.as_str().into()), reason.clone());
            refusal.set_status_code(http::StatusCode::BAD_REQUEST);
            return refusal;
        }
        ObjectError::Other { code, reason } if REFUSALS.contains(&code.as_str()) => {
            let code = S3ErrorCode::from_bytes(code.as_bytes()).unwrap_or(S3ErrorCode::InternalError);
            return S3Error::with_message(code, reason.clone());
        }
        ObjectError::Other { code, reason } => {
            tracing::error!(%code, %reason, "the store of a bucket failed");
            S3ErrorCode::InternalError
        }
    };
    S3Error::new(code)
}

/// The S3 error for a request body that could not be read to its end. The protocol layer hides the types of these.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn refuse_body(error: StdError) -> S3Error {
    let text = error.to_string();
    let has = |word: &str| text.contains(word);
    if has("Sha256Mismatch") {
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        let mut refusal = S3Error::with_message(S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()), message);
        refusal.set_status_code(http::StatusCode::BAD_REQUEST);
        return refusal;
    }
    let code = if has("SignatureMismatch") {
        S3ErrorCode::SignatureDoesNotMatch
    } else if has("length limit exceeded") {
        S3ErrorCode::EntityTooLarge
    } else if has("FormatError") || has("TooLarge") || has("TooMany") {
        S3ErrorCode::InvalidRequest
    } else {
        S3ErrorCode::IncompleteBody
    };
    S3Error::new(code)
}

/// Refuses what a request asks for beyond what is there.
pub(crate) fn refuse_extras(extras: &[(&'static str, bool)]) -> S3Result<()> {
    match extras.iter().find(|(_, is_asked_for)| *is_asked_for) {
        None => Ok(()),
        Some((name, _)) => {
            let message = format!("A header you provided implies functionality that is not implemented: {name}");
            Err(S3Error::with_message(S3ErrorCode::NotImplemented, message))
        }
    }
}
