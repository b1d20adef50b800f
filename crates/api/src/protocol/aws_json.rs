//! AWS JSON 1.1: requests.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{ApiError, ErrorCode};

/// Reads a request from a JSON object; an empty body is an empty object. Nesting deeper than 127 levels is refused.
pub(super) fn read<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return typed(Value::Object(serde_json::Map::new()));
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        let reason = if error.is_eof() { "ends too early" } else { "cannot be read as JSON" };
        serialization(format!("The request body {reason} at {place}."))
    })?;
    if value.is_object() {
        typed(value)
    } else {
        Err(serialization(format!("{} found where a structure was expected.", kind(&value))))
    }
}

/// Reads a request's members into its type.
pub(super) fn typed<T: DeserializeOwned + Serialize>(value: Value) -> Result<T, ApiError> {
    let value = crate::record::without_nulls(value);
    let read: T = serde_path_to_error::deserialize(&value).map_err(|error| {
        let path = error.path().to_string();
        let text = error.inner().to_string();
        let expected = text.rsplit_once("expected ").map_or("the expected type", |(_, expected)| expected);
        let found = at_path(&value, error.path()).map_or("Unexpected value", kind);
        serialization(format!("{found} can not be converted to {expected}: {path}"))
    })?;
    let written = serde_json::to_value(&read).unwrap_or_default();
    match list_for_structure(&value, &written) {
        None => Ok(read),
        Some(path) => Err(serialization(format!("Start of list can not be converted to a structure: {path}"))),
    }
}

/// Where a list was read as a structure, member by member: serde takes that, AWS does not.
fn list_for_structure(given: &Value, written: &Value) -> Option<String> {
    match (given, written) {
        (Value::Array(_), Value::Object(_)) => Some(String::new()),
        (Value::Array(given), Value::Array(written)) => {
            let found = given.iter().zip(written).enumerate();
            found.into_iter().find_map(|(at, (given, written))| {
                list_for_structure(given, written).map(|inner| format!("[{at}]{inner}"))
            })
        }
        (Value::Object(given), written) => given.iter().find_map(|(name, given)| {
            let inner = list_for_structure(given, written.get(name)?)?;
            let dot = if inner.is_empty() || inner.starts_with('[') { "" } else { "." };
            Some(format!("{name}{dot}{inner}"))
        }),
        _ => None,
    }
}

fn at_path<'v>(value: &'v Value, path: &serde_path_to_error::Path) -> Option<&'v Value> {
    path.iter().try_fold(value, |at, segment| match segment {
        serde_path_to_error::Segment::Seq { index } => at.get(index),
        serde_path_to_error::Segment::Map { key } => at.get(key),
        serde_path_to_error::Segment::Enum { .. } | serde_path_to_error::Segment::Unknown => None,
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "Start of list",
        Value::Object(_) => "Start of structure or map",
    }
}

fn serialization(message: String) -> ApiError {
    ApiError::new(ErrorCode::SerializationException, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct Request {
        name: Option<String>,
        flag: Option<bool>,
        count: Option<i32>,
        inner: Vec<Inner>,
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct Inner {
        flag: Option<bool>,
    }

    fn message(body: &str) -> String {
        let error = read::<Request>(body.as_bytes()).unwrap_err();
        assert_eq!(error.code, ErrorCode::SerializationException);
        error.message
    }

    #[test]
    fn unknown_members_are_passed_over_and_null_is_absent() {
        let request: Request = read(br#"{"Name":null,"Inner":null,"Later":{"x":[1]},"Flag":true}"#).unwrap();
        assert_eq!(request, Request { flag: Some(true), ..Request::default() });
        assert_eq!(read::<Request>(b" \n").unwrap(), Request::default());
    }

    #[test]
    fn a_wrong_type_names_the_member_and_what_it_should_be() {
        assert_eq!(message(r#"{"Name":7}"#), "NUMBER_VALUE can not be converted to a string: Name");
        assert_eq!(message(r#"{"Count":"7"}"#), "STRING_VALUE can not be converted to i32: Count");
        assert_eq!(
            message(r#"{"Inner":[{},{"Flag":"x"}]}"#),
            "STRING_VALUE can not be converted to a boolean: Inner[1].Flag"
        );
        assert_eq!(message(r#"{"Inner":{}}"#), "Start of structure or map can not be converted to a sequence: Inner");
    }

    #[test]
    fn a_list_is_no_structure_at_any_depth() {
        assert_eq!(message(r#"{"Inner":[{},[true]]}"#), "Start of list can not be converted to a structure: Inner[1]");
        assert!(read::<Request>(br#"{"Inner":[{}],"Later":[[]]}"#).is_ok());
    }

    #[test]
    fn what_is_no_json_object_is_refused_with_its_place() {
        assert_eq!(message(r#"{"Name":"#), "The request body ends too early at line 1 column 8.");
        assert_eq!(message("{x}"), "The request body cannot be read as JSON at line 1 column 2.");
        assert_eq!(message("[]"), "Start of list found where a structure was expected.");
        assert_eq!(message("null"), "NULL_VALUE found where a structure was expected.");
        let deep = format!(r#"{{"Later":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        assert!(message(&deep).starts_with("The request body cannot be read as JSON at line 1 column 1"));
        let error = read::<Request>(b"{\"Name\":\"\xff\"}").unwrap_err();
        assert_eq!(error.code, ErrorCode::SerializationException);
    }
}
