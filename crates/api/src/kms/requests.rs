//! What requests to kms have in common: members that must be there, their limits, pages, and how events show them.

use std::fmt::Display;
use std::ops::RangeInclusive;

use cairn_kms::EncryptionContext;
use serde::Serialize;
use serde_json::Value;

use crate::{ApiError, ErrorCode};

/// The one algorithm of symmetric keys, and the one kind of key.
pub(crate) const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";

const DESCRIPTION_LENGTH_MAX: usize = 8192;
pub(super) const POLICY_BYTES_MAX: usize = 32_768;
const CONTEXT_BYTES_MAX: usize = 8192;
const PAGE_ITEMS: RangeInclusive<u32> = 1..=1000;

/// A member that a request cannot do without.
pub(crate) fn required<'t>(member: &str, text: Option<&'t str>) -> Result<&'t str, ApiError> {
    text.filter(|text| !text.is_empty()).ok_or_else(|| invalid(member, "null", "Member must not be null"))
}

/// Checks a number.
pub(crate) fn number_within(member: &str, number: u32, allowed: RangeInclusive<u32>) -> Result<(), ApiError> {
    if allowed.contains(&number) {
        return Ok(());
    }
    let (least, most) = (allowed.start(), allowed.end());
    Err(invalid(member, number, &format!("Member must have value between {least} and {most}")))
}

/// Checks the length of bytes, which are not shown.
pub(crate) fn length_within(member: &str, length: usize, allowed: RangeInclusive<usize>) -> Result<(), ApiError> {
    if allowed.contains(&length) {
        return Ok(());
    }
    let (least, most) = (allowed.start(), allowed.end());
    Err(invalid(member, "(hidden)", &format!("Member must have length between {least} and {most}")))
}

fn invalid(member: &str, value: impl Display, rule: &str) -> ApiError {
    let message =
        format!("1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}");
    ApiError::new(ErrorCode::ValidationException, message)
}

/// A description that is not too long.
pub(crate) fn checked_description(text: Option<String>) -> Result<String, ApiError> {
    let text = text.ok_or_else(|| invalid("description", "null", "Member must not be null"))?;
    length_within("description", text.chars().count(), 0..=DESCRIPTION_LENGTH_MAX).map(|()| text)
}

/// A policy that is a JSON object and not too long.
pub(crate) fn checked_policy(text: &str) -> Result<String, ApiError> {
    let refused = |text: &str| ApiError::new(ErrorCode::MalformedPolicyDocumentException, text);
    if text.len() > POLICY_BYTES_MAX {
        return Err(refused("The policy is longer than 32 kilobytes."));
    }
    let parsed: Result<serde_json::Map<String, Value>, _> = serde_json::from_str(text);
    parsed.map(|_| text.to_owned()).map_err(|_| refused("The policy is not a JSON object."))
}

/// The only name that the policy of a key can have.
pub(crate) fn check_policy_name(name: Option<&str>) -> Result<(), ApiError> {
    match name {
        None | Some("default") => Ok(()),
        Some(_) => Err(ApiError::new(ErrorCode::NotFoundException, "No such policy exists")),
    }
}

/// The only algorithm.
pub(crate) fn check_algorithm(algorithm: Option<&str>) -> Result<(), ApiError> {
    match algorithm {
        None | Some(SYMMETRIC) => Ok(()),
        Some(other) => Err(invalid("encryptionAlgorithm", other, "Member must be SYMMETRIC_DEFAULT")),
    }
}

/// Nobody attests here: answers are never sealed for an enclave.
pub(crate) fn check_recipient(recipient: Option<&Value>) -> Result<(), ApiError> {
    if recipient.is_none() {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::ValidationException, "Recipient is not supported."))
}

/// An encryption context that is not too long; without one, the empty one.
pub(crate) fn checked_context(context: Option<EncryptionContext>) -> Result<EncryptionContext, ApiError> {
    let context = context.unwrap_or_default();
    let bytes = context.iter().map(|(name, value)| name.len() + value.len()).sum();
    length_within("encryptionContext", bytes, 0..=CONTEXT_BYTES_MAX).map(|()| context)
}

/// Ends a call that was only to be tried.
pub(crate) fn check_dry_run(dry_run: Option<bool>) -> Result<(), ApiError> {
    if dry_run != Some(true) {
        return Ok(());
    }
    let message = "The request would have succeeded, but the DryRun option is set.";
    Err(ApiError::new(ErrorCode::DryRunOperationException, message))
}

/// A request as its event shows it: without the members `hidden`, and with the algorithm where the operation has one.
pub(crate) fn shown(request: &impl Serialize, hidden: &[&str], has_algorithm: bool) -> Value {
    let mut parameters = serde_json::to_value(request).unwrap_or_default();
    if let Some(members) = parameters.as_object_mut() {
        for member in hidden {
            members.remove(*member);
        }
        if has_algorithm {
            members.insert("EncryptionAlgorithm".to_owned(), SYMMETRIC.into());
        }
    }
    parameters
}

/// A part of a list.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_marker: Option<String>,
    pub(crate) truncated: bool,
}

impl<T> Page<T> {
    /// The `limit` items of `all` behind `marker`, the name of the last one of the page before. `all` is in the order
    /// of its names.
    pub(crate) fn of(
        all: Vec<T>,
        limit: u32,
        marker: Option<&str>,
        name: impl Fn(&T) -> &String,
    ) -> Result<Self, ApiError> {
        number_within("limit", limit, PAGE_ITEMS)?;
        let is_known = marker.is_none_or(|marker| all.iter().any(|item| name(item) == marker));
        if !is_known {
            return Err(ApiError::new(ErrorCode::InvalidMarkerException, "The marker is not valid."));
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let behind = |item: &T| marker.is_none_or(|marker| name(item).as_str() > marker);
        let mut items: Vec<T> = all.into_iter().filter(behind).collect();
        let truncated = items.len() > limit;
        items.truncate(limit);
        let next_marker = items.last().filter(|_| truncated).map(|item| name(item).clone());
        Ok(Self { items, next_marker, truncated })
    }
}
