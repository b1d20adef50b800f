//! What the S3 client's errors mean.

use std::error::Error as _;

use http::StatusCode;
use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

use crate::ObjectError;

/// The meaning of an error about an object.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn object_error(error: Error) -> ObjectError {
    match code(&error) {
        Some(code) => from_code(&code, || first_line(&error.to_string())),
        None => from_kind(&error),
    }
}

/// The meaning of an error about the bucket as a whole, where nothing else can be absent.
pub(crate) fn bucket_error(error: Error) -> ObjectError {
    let meaning = object_error(error);
    if meaning == ObjectError::NotFound { ObjectError::NoSuchBucket } else { meaning }
}

/// The meaning of an answer that is no success: of the code in its document, or of its status.
pub(crate) fn answered(status: StatusCode, body: &[u8]) -> ObjectError {
    let document = String::from_utf8_lossy(body);
    if let Some(code) = code_in(&document) {
        return from_code(&code, || first_line(message_in(&document).unwrap_or(&document)));
    }
    let other =
        |code: &str| ObjectError::Other { code: code.to_owned(), reason: format!("the endpoint answered {status}") };
    match status.as_u16() {
        404 => ObjectError::NoSuchBucket,
        401 | 403 => ObjectError::AccessDenied,
        412 => ObjectError::AlreadyExists,
        408 => ObjectError::TimedOut,
        409 => other("ConditionalRequestConflict"),
        429 | 503 => other("SlowDown"),
        501 => other("NotImplemented"),
        500..=599 => other("InternalError"),
        _ => other("InvalidRequest"),
    }
}

fn from_code(code: &str, reason: impl FnOnce() -> String) -> ObjectError {
    match code {
        "NoSuchKey" | "NotFound" => ObjectError::NotFound,
        "NoSuchBucket" => ObjectError::NoSuchBucket,
        "PreconditionFailed" => ObjectError::AlreadyExists,
        "AccessDenied" | "AllAccessDisabled" => ObjectError::AccessDenied,
        "RequestTimeout" => ObjectError::TimedOut,
        _ => ObjectError::Other { code: code.to_owned(), reason: reason() },
    }
}

fn from_kind(error: &Error) -> ObjectError {
    let other = |code: &str| ObjectError::Other { code: code.to_owned(), reason: first_line(&error.to_string()) };
    #[allow(clippy::wildcard_enum_match_arm, reason = "the library's list is open")]
    match error {
        Error::NotFound { .. } => ObjectError::NotFound,
        Error::AlreadyExists { .. } | Error::Precondition { .. } => ObjectError::AlreadyExists,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => ObjectError::AccessDenied,
        Error::InvalidPath { source } => ObjectError::invalid_key(source.to_string()),
        _ => match http_kind(error) {
            Some(HttpErrorKind::Timeout) => ObjectError::TimedOut,
            Some(_) => other("ServiceUnavailable"),
            None if chain(error).any(|text| text.contains("416")) => other("InvalidRange"),
            None => other("InternalError"),
        },
    }
}

/// The code in the error document that the endpoint sent, wherever the library wrapped it.
fn code(error: &Error) -> Option<String> {
    chain(error).find_map(|text| code_in(&text))
}

fn code_in(document: &str) -> Option<String> {
    let (_, after) = document.split_once("<Code>")?;
    let (code, _) = after.split_once("</Code>")?;
    Some(code.trim().to_owned())
}

fn message_in(document: &str) -> Option<&str> {
    let (_, after) = document.split_once("<Message>")?;
    after.split_once("</Message>").map(|(message, _)| message)
}

fn http_kind(error: &Error) -> Option<HttpErrorKind> {
    let mut cause = error.source();
    while let Some(current) = cause {
        if let Some(http) = current.downcast_ref::<HttpError>() {
            return Some(http.kind());
        }
        cause = current.source();
    }
    None
}

/// The texts of the error and of its causes.
fn chain(error: &Error) -> impl Iterator<Item = String> {
    let mut texts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(current) = cause {
        texts.push(current.to_string());
        cause = current.source();
    }
    texts.into_iter()
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_body(body: &'static str) -> Error {
        Error::Generic { store: "S3", source: body.into() }
    }

    #[test]
    fn the_code_in_the_document_counts_first() {
        let cases = [
            ("<Error><Code>NoSuchBucket</Code></Error>", ObjectError::NoSuchBucket),
            ("<Error><Code>AccessDenied</Code></Error>", ObjectError::AccessDenied),
            ("<Error><Code>PreconditionFailed</Code></Error>", ObjectError::AlreadyExists),
        ];
        for (body, meaning) in cases {
            assert_eq!(object_error(with_body(body)), meaning);
        }
        assert!(object_error(with_body("<Code>SlowDown</Code>")).is_outage());
        assert!(!object_error(with_body("<Code>InvalidAccessKeyId</Code>")).is_outage());
    }

    #[test]
    fn an_answer_means_what_its_document_says_or_else_its_status() {
        let document = b"<Error><Code>InvalidTag</Code><Message>no such tag</Message></Error>";
        let expected = ObjectError::Other { code: "InvalidTag".to_owned(), reason: "no such tag".to_owned() };
        assert_eq!(answered(StatusCode::BAD_REQUEST, document), expected);
        assert_eq!(answered(StatusCode::PRECONDITION_FAILED, b""), ObjectError::AlreadyExists);
        assert!(answered(StatusCode::SERVICE_UNAVAILABLE, b"<html>").is_outage());
        assert_eq!(answered(StatusCode::TEMPORARY_REDIRECT, b"").code(), "InvalidRequest");
    }

    #[test]
    fn without_a_document_the_status_counts() {
        let absent = || Error::NotFound { path: "a".into(), source: "404".into() };
        assert_eq!(object_error(absent()), ObjectError::NotFound);
        assert_eq!(bucket_error(absent()), ObjectError::NoSuchBucket);
        assert_eq!(object_error(with_body("status code: 416")).code(), "InvalidRange");
    }
}
