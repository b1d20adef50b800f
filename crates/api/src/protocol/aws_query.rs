//! The AWS query protocol: a form in, XML out.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::About;
use super::form::{self, FormValue};
use crate::{ApiError, ErrorCode};

/// Reads a request from its form. `Action` and `Version` are members like any other, which no request asks for.
pub(super) fn read<T: DeserializeOwned>(form: &[u8]) -> Result<T, ApiError> {
    let pairs = form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let members = form::members(pairs.map(|pair| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let mut half = || decode(halves.next().unwrap_or_default());
        (half(), half())
    }));
    serde_path_to_error::deserialize(FormValue(members)).map_err(|error| {
        let (path, reason) = (error.path().to_string(), error.inner().to_string());
        ApiError::new(ErrorCode::MalformedInput, format!("{path}: {reason}"))
    })
}

/// `+` is a space and `%xx` a byte; what is no escape stands for itself.
fn decode(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let (byte, next) = match first {
            b'+' => (b' ', tail),
            b'%' => escaped(tail).unwrap_or((b'%', tail)),
            other => (*other, tail),
        };
        bytes.push(byte);
        rest = next;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, rest) = text.split_at_checked(2)?;
    let digits = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some((u8::from_str_radix(digits, 16).ok()?, rest))
}

/// Writes `{Operation}Response` with `{Operation}Result` and the request id.
pub(super) fn write(value: &Value, about: &About<'_>) -> Bytes {
    let About { operation, namespace, request_id } = about;
    let mut xml = format!("<{operation}Response xmlns=\"{namespace}\">\n");
    element(&mut xml, 1, &format!("{operation}Result"), value);
    element(&mut xml, 1, "ResponseMetadata", &serde_json::json!({ "RequestId": request_id }));
    xml.extend(["</", operation, "Response>\n"]);
    xml.into()
}

/// The members of answers that are maps: their entries have keys and values.
const MAPS: &[&str] = &["SummaryMap", "EvalDecisionDetails"];

fn element(xml: &mut String, depth: usize, name: &str, value: &Value) {
    let indent = "  ".repeat(depth);
    let content = match value {
        Value::Null => return,
        Value::String(text) => escape(text),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Object(entries) if MAPS.contains(&name) => {
            let entries: Vec<Value> =
                entries.iter().map(|(key, value)| serde_json::json!({ "key": key, "value": value })).collect();
            nested(depth, entries.iter().map(|entry| ("entry", entry)))
        }
        Value::Object(members) => nested(depth, members.iter().map(|(member, value)| (member.as_str(), value))),
        Value::Array(items) => nested(depth, items.iter().map(|item| ("member", item))),
    };
    xml.extend([indent.as_str(), "<", name, ">", &content, "</", name, ">\n"]);
}

fn nested<'v>(depth: usize, children: impl Iterator<Item = (&'v str, &'v Value)>) -> String {
    let mut xml = String::from("\n");
    children.for_each(|(name, value)| element(&mut xml, depth + 1, name, value));
    xml.push_str(&"  ".repeat(depth));
    xml
}

/// Escapes what XML reserves; characters that XML cannot carry become U+FFFD.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' | '\n' => escaped.push(character),
            control if control.is_ascii_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Request {
        role_arn: Option<String>,
        name: Option<String>,
    }

    #[test]
    fn a_form_is_read_with_its_escapes() {
        let request: Request = read(b"Action=X&RoleArn=arn%3Aaws%3a1&Name=a+b%2&&Other").unwrap();
        assert_eq!(request, Request { role_arn: Some("arn:aws:1".into()), name: Some("a b%2".into()) });
        assert_eq!(read::<Request>(b"").unwrap(), Request { role_arn: None, name: None });
    }

    #[test]
    fn an_answer_is_written_with_its_result_and_request_id() {
        let about = About { operation: "Get", namespace: "https://x/", request_id: "id-1" };
        let xml = write(&json!({"Arn": "a<&>", "Tags": [{"N": 1}], "Flag": true}), &about);
        let expected = "<GetResponse xmlns=\"https://x/\">\n  <GetResult>\n    <Arn>a&lt;&amp;&gt;</Arn>\n    <Tags>\n      \
             <member>\n        <N>1</N>\n      </member>\n    </Tags>\n    <Flag>true</Flag>\n  </GetResult>\n  \
             <ResponseMetadata>\n    <RequestId>id-1</RequestId>\n  </ResponseMetadata>\n</GetResponse>\n";
        assert_eq!(std::str::from_utf8(&xml).unwrap(), expected);
    }
}
