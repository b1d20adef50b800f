//! Requests of CloudWatch Logs in their wire form, its answers, and the codes of its errors.

use bytes::Bytes;
use cairn_model::Timestamp;
use http::Request;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};

/// A log group's ARN, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GroupArn<'a> {
    pub(crate) region: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> GroupArn<'a> {
    /// `arn:aws:logs:{region}:{account}:log-group:{name}:*`
    pub(crate) fn parse(arn: &'a str) -> Option<Self> {
        let mut parts = arn.split(':');
        let (region, name) = (parts.nth(3)?, parts.nth(2)?);
        (!region.is_empty() && !name.is_empty()).then_some(Self { region, name })
    }
}

#[derive(Serialize)]
struct CreateLogStream<'a> {
    #[serde(rename = "logGroupName")]
    group: &'a str,
    #[serde(rename = "logStreamName")]
    stream: &'a str,
}

#[derive(Serialize)]
struct PutLogEvents<'a> {
    #[serde(rename = "logGroupName")]
    group: &'a str,
    #[serde(rename = "logStreamName")]
    stream: &'a str,
    #[serde(rename = "logEvents")]
    events: Vec<InputLogEvent<'a>>,
}

#[derive(Serialize)]
struct InputLogEvent<'a> {
    timestamp: i64,
    message: &'a str,
}

/// `CreateLogStream`
pub(crate) fn create_stream(url: &str, group: &str, stream: &str) -> http::Result<Request<Bytes>> {
    call(url, "CreateLogStream", &CreateLogStream { group, stream })
}

/// `PutLogEvents`: `lines` in their order, all with the same time.
pub(crate) fn put_events(
    url: &str,
    (group, stream): (&str, &str),
    at: Timestamp,
    lines: &[String],
) -> http::Result<Request<Bytes>> {
    let event = |message| InputLogEvent { timestamp: at.unix_ms(), message };
    let events = lines.iter().map(String::as_str).map(event).collect();
    call(url, "PutLogEvents", &PutLogEvents { group, stream, events })
}

fn call(url: &str, operation: &str, body: &impl Serialize) -> http::Result<Request<Bytes>> {
    // Texts and numbers always have a JSON form.
    let body = serde_json::to_vec(body).unwrap_or_default();
    Request::post(url)
        .header(CONTENT_TYPE, "application/x-amz-json-1.1")
        .header("x-amz-target", format!("Logs_20140328.{operation}"))
        .body(Bytes::from(body))
}

/// How many of a batch's events an answer says were not kept: too old, or past the group's retention.
pub(crate) fn rejected(answer: &[u8], sent: usize) -> usize {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Answer {
        rejected_log_events_info: Option<Rejected>,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Rejected {
        #[serde(rename = "tooNewLogEventStartIndex")]
        too_new_from: Option<usize>,
        #[serde(rename = "tooOldLogEventEndIndex")]
        too_old_until: Option<usize>,
        #[serde(rename = "expiredLogEventEndIndex")]
        expired_until: Option<usize>,
    }
    let answer: Answer = serde_json::from_slice(answer).unwrap_or_default();
    let Some(of) = answer.rejected_log_events_info else { return 0 };
    let before = of.too_old_until.max(of.expired_until).unwrap_or(0);
    let after = of.too_new_from.map_or(0, |start| sent.saturating_sub(start));
    (before + after).min(sent)
}

/// The code in an error's document.
pub(crate) fn error_code(document: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Error {
        #[serde(rename = "__type", alias = "code", alias = "Code")]
        code: String,
    }
    let error: Error = serde_json::from_slice(document).ok()?;
    let code = error.code.rsplit('#').next().unwrap_or_default().split(':').next().unwrap_or_default();
    Some(code.chars().take(128).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_a_json_document_for_its_stream() {
        let lines = ["{\"a\":\"b\\n\"}".to_owned(), "{}".to_owned()];
        let request =
            put_events("http://logs.example/", ("g/h", "s"), Timestamp::from_unix_seconds(5), &lines).unwrap();
        assert_eq!(request.headers()["x-amz-target"], "Logs_20140328.PutLogEvents");
        let expected = r#"{"logGroupName":"g/h","logStreamName":"s","logEvents":[{"timestamp":5000,"message":"{\"a\":\"b\\n\"}"},{"timestamp":5000,"message":"{}"}]}"#;
        assert_eq!(request.body(), expected);
    }

    #[test]
    fn a_group_is_found_in_its_arn() {
        let group = GroupArn::parse("arn:aws:logs:eu-west-1:123456789012:log-group:/a/b:*");
        assert_eq!(group, Some(GroupArn { region: "eu-west-1", name: "/a/b" }));
        assert_eq!(GroupArn::parse("arn:aws:logs"), None);
    }

    #[test]
    fn answers_tell_their_code_and_what_was_not_kept() {
        let code = |text: &str| error_code(text.as_bytes());
        assert_eq!(code(r#"{"__type":"ResourceNotFoundException"}"#).as_deref(), Some("ResourceNotFoundException"));
        assert_eq!(code(r#"{"__type":"a.b#Throttling:http://x"}"#).as_deref(), Some("Throttling"));
        assert_eq!(code("<html>"), None);
        assert_eq!(rejected(b"{}", 9), 0);
        assert_eq!(rejected(br#"{"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":3}}"#, 9), 3);
        assert_eq!(rejected(br#"{"rejectedLogEventsInfo":{"tooNewLogEventStartIndex":3}}"#, 9), 6);
    }
}
