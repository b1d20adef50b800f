//! Requests of SNS in their wire form, and the codes of its errors.

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a form leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The message attribute that is the same on every attempt.
const IDEMPOTENCY_ATTRIBUTE: &str = "cairn.idempotency-key";

/// `Publish`, without a subject. `key` is the same on every attempt to publish the same thing: subscribers that must
/// act once compare it. A standard topic has no deduplication of its own.
pub(crate) fn publish(url: &str, topic: &str, message: &str, key: Option<&str>) -> http::Result<Request<Bytes>> {
    let mut fields = vec![("Action", "Publish"), ("Version", "2010-03-31"), ("TopicArn", topic), ("Message", message)];
    if let Some(key) = key {
        fields.extend([
            ("MessageAttributes.entry.1.Name", IDEMPOTENCY_ATTRIBUTE),
            ("MessageAttributes.entry.1.Value.DataType", "String"),
            ("MessageAttributes.entry.1.Value.StringValue", key),
        ]);
    }
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, PLAIN));
    let form = fields.iter().map(pair).collect::<Vec<_>>().join("&");
    Request::post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(Bytes::from(form))
}

/// The code in an error's document.
pub(crate) fn error_code(document: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(document).ok()?;
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    Some(code.trim().chars().take(128).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publication_is_a_form_with_its_key_as_an_attribute() {
        let topic = "arn:aws:sns:us-east-1:123456789012:t";
        let request = publish("http://sns.example/", topic, r#"{"a":["b/c d"]}"#, Some("k-1")).unwrap();
        let expected = "Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3At\
            &Message=%7B%22a%22%3A%5B%22b%2Fc%20d%22%5D%7D\
            &MessageAttributes.entry.1.Name=cairn.idempotency-key\
            &MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=k-1";
        assert_eq!(request.body(), expected);
        let plain = publish("http://sns.example/", topic, "m", None).unwrap();
        assert!(!std::str::from_utf8(plain.body()).unwrap().contains("MessageAttributes"));
    }

    #[test]
    fn the_code_of_an_error_is_found() {
        let document = b"<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code></Error></ErrorResponse>";
        assert_eq!(error_code(document).as_deref(), Some("NotFound"));
        assert_eq!(error_code(b"<html>"), None);
        assert_eq!(error_code(&[0xff]), None);
    }
}
