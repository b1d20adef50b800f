//! How requests and answers stand in events: no nulls, and member names with a lower-case first letter.

use serde_json::{Map, Value};

/// The value as `requestParameters` or `responseElements`: absent when nothing is in it.
pub(crate) fn event_member(value: Value) -> Option<Value> {
    let value = lower_first(without_nulls(value));
    let is_empty = value.is_null() || value.as_object().is_some_and(Map::is_empty);
    (!is_empty).then_some(value)
}

/// The value without members that are null, at any depth.
pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(_, member)| !member.is_null());
            Value::Object(kept.map(|(name, member)| (name, without_nulls(member))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

fn lower_first(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let renamed: Map<_, _> = members
                .into_iter()
                .map(|(name, member)| (lower_first_letter(&name), of_member(&name, member)))
                .collect();
            Value::Object(renamed)
        }
        Value::Array(items) => Value::Array(items.into_iter().map(lower_first).collect()),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

/// Maps have the callers' own names in them, which stay as they are.
fn of_member(name: &str, member: Value) -> Value {
    if MAPS.contains(&name) { member } else { lower_first(member) }
}

/// The members of requests that are maps.
const MAPS: &[&str] = &["EncryptionContext"];

fn lower_first_letter(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_take_a_lower_case_first_letter_at_every_depth() {
        let value =
            json!({"TrailARN": "arn:X", "S3BucketName": "b", "TagsList": [{"Key": "K", "Value": null}], "N": null});
        let expected = json!({"trailARN": "arn:X", "s3BucketName": "b", "tagsList": [{"key": "K"}]});
        assert_eq!(event_member(value), Some(expected));
    }

    #[test]
    fn nothing_is_absent_and_not_an_empty_object() {
        assert_eq!(event_member(json!({})), None);
        assert_eq!(event_member(json!({"Name": null})), None);
        assert_eq!(event_member(Value::Null), None);
    }
}
