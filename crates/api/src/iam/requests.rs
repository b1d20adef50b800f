//! What requests to iam have in common: members that must be there, tags, paths and pages.

use std::fmt::Display;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_iam::{KeyStatus, Person};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

use super::shapes::TagShape;
use crate::{ApiError, Context, ErrorCode};

/// What RFC 3986 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const PAGE_ITEMS: u32 = 100;
const PAGE_ITEMS_MAX: u32 = 1000;

/// A value that breaks a rule, in AWS's words.
pub(crate) fn invalid(member: &str, value: impl Display, rule: &str) -> ApiError {
    let shown: String = value.to_string().chars().take(128).collect();
    let message =
        format!("1 validation error detected: Value '{shown}' at '{member}' failed to satisfy constraint: {rule}");
    ApiError::new(ErrorCode::ValidationError, message)
}

/// A member that a request cannot do without.
pub(crate) fn required(member: &str, text: Option<String>) -> Result<String, ApiError> {
    let absent = || {
        let message = format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        );
        ApiError::new(ErrorCode::ValidationError, message)
    };
    text.filter(|text| !text.is_empty()).ok_or_else(absent)
}

/// The name of the user who calls; `None` where it is no user.
pub(crate) fn caller_name(cx: &Context) -> Option<String> {
    let arn = cx.caller.arn();
    let (_, resource) = arn.split_once(":user/")?;
    resource.rsplit('/').next().map(str::to_owned)
}

/// The user that is named, or the one who calls.
pub(crate) fn user_or_caller(cx: &Context, name: Option<String>) -> Result<String, ApiError> {
    let nobody =
        || ApiError::new(ErrorCode::ValidationError, "Must specify userName when calling with non-User credentials");
    name.or_else(|| caller_name(cx)).ok_or_else(nobody)
}

/// Whose password or MFA device is meant: a user's, or the root's own, which calls itself `root` or by the account's number.
pub(crate) fn person<'n>(cx: &Context, name: &'n str) -> Person<'n> {
    let account = cx.caller.account;
    let means_itself = cx.caller.is_root() && (name == ROOT || name == account.as_str());
    if means_itself && cx.services.iam.user(account, name).is_none() { Person::Root } else { Person::User(name) }
}

/// The person that is named, or the one who calls: a user, or the root.
pub(crate) fn person_or_caller(cx: &Context, name: Option<String>) -> Result<String, ApiError> {
    match name {
        None if cx.caller.is_root() => Ok(cx.caller.account.to_string()),
        name => user_or_caller(cx, name),
    }
}

/// What the root is called where answers have the name of a user.
pub(crate) const ROOT: &str = "root";

/// Tags as keys and values.
pub(crate) fn tag_pairs(tags: Option<Vec<TagShape>>) -> Result<Vec<(String, String)>, ApiError> {
    tags.unwrap_or_default().into_iter().map(TagShape::into_pair).collect()
}

/// The status of an access key.
pub(crate) fn checked_status(status: Option<String>) -> Result<KeyStatus, ApiError> {
    match required("status", status)?.as_str() {
        "Active" => Ok(KeyStatus::Active),
        "Inactive" => Ok(KeyStatus::Inactive),
        other => Err(invalid("status", other, "Member must satisfy enum value set: [Active, Inactive]")),
    }
}

/// A request as its event shows it: without these members.
pub(crate) fn without(request: &impl Serialize, hidden: &[&str]) -> Value {
    let mut parameters = serde_json::to_value(request).unwrap_or_default();
    if let Some(members) = parameters.as_object_mut() {
        for member in hidden {
            members.remove(*member);
        }
    }
    parameters
}

/// A policy's text as answers have it: percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Those whose paths begin with `prefix`.
pub(crate) fn under<T>(prefix: Option<&str>, mut all: Vec<T>, path: impl Fn(&T) -> &str) -> Result<Vec<T>, ApiError> {
    let Some(prefix) = prefix else { return Ok(all) };
    if !prefix.starts_with('/') {
        let message = "The specified value for pathPrefix is invalid. It must begin with / and contain only \
                       alphanumeric characters and/or / characters.";
        return Err(ApiError::new(ErrorCode::ValidationError, message));
    }
    all.retain(|item| path(item).starts_with(prefix));
    Ok(all)
}

/// A part of a list.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) is_truncated: bool,
    /// Where the next page begins.
    pub(crate) marker: Option<String>,
}

impl<T> Page<T> {
    /// The `max_items` items of `all` behind `marker`. `all` is in the order of its keys, whatever their case.
    pub(crate) fn of(
        all: Vec<T>,
        max_items: Option<u32>,
        marker: Option<&str>,
        key: impl Fn(&T) -> String,
    ) -> Result<Self, ApiError> {
        let max_items = max_items.unwrap_or(PAGE_ITEMS);
        if !(1..=PAGE_ITEMS_MAX).contains(&max_items) {
            let rule = format!("Member must have value between 1 and {PAGE_ITEMS_MAX}");
            return Err(invalid("maxItems", max_items, &rule));
        }
        let folded = |item: &T| key(item).to_ascii_lowercase();
        let after = marker.map(read_marker).transpose()?;
        let behind = |item: &T| after.as_ref().is_none_or(|after| folded(item) > *after);
        let mut items: Vec<T> = all.into_iter().filter(behind).collect();
        let most = usize::try_from(max_items).unwrap_or(usize::MAX);
        let is_truncated = items.len() > most;
        items.truncate(most);
        let marker = items.last().filter(|_| is_truncated).map(|item| URL_SAFE_NO_PAD.encode(folded(item)));
        Ok(Self { items, is_truncated, marker })
    }
}

fn read_marker(marker: &str) -> Result<String, ApiError> {
    let bytes = URL_SAFE_NO_PAD.decode(marker).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| ApiError::new(ErrorCode::ValidationError, "Invalid Marker."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_a_gap() {
        let all: Vec<String> = ["A", "b", "C"].map(str::to_owned).to_vec();
        let page = |max, marker| Page::of(all.clone(), Some(max), marker, String::clone).unwrap();
        let first = page(2, None);
        assert_eq!((first.items.join(""), first.is_truncated), ("Ab".to_owned(), true));
        let rest = page(2, first.marker.as_deref());
        assert_eq!((rest.items.join(""), rest.is_truncated, rest.marker), ("C".to_owned(), false, None));
        for (max, marker) in [(0, None), (1001, None), (1, Some("*"))] {
            assert_eq!(
                Page::of(all.clone(), Some(max), marker, String::clone).unwrap_err().code,
                ErrorCode::ValidationError
            );
        }
    }

    #[test]
    fn only_letters_digits_and_four_signs_stay_as_they_are() {
        assert_eq!(encoded("{\"a\": ~-._*"), "%7B%22a%22%3A%20~-._%2A");
    }
}
