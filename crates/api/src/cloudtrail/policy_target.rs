//! What resource policies hang on: event data stores, dashboards and channels (reference section 9.7). There are none
//! yet, so that a good ARN names something that is not found.

use serde_json::Value;

use crate::{ApiError, Context, ErrorCode};

const ARN_LENGTH: std::ops::RangeInclusive<usize> = 3..=256;
const POLICY_LENGTH_MAX: usize = 8192;

/// The error for the resource that a request names.
///
/// `ResourceARNNotValidException` when it is no ARN of CloudTrail, `ResourceTypeNotSupportedException` when it is one of
/// something that has no policy, such as a trail, `ResourceNotFoundException` otherwise.
pub(crate) fn no_such_target(cx: &Context, arn: Option<&str>) -> ApiError {
    let arn = arn.unwrap_or_default();
    match kind(arn) {
        None => {
            let message = format!("The resource ARN {arn} is not valid.");
            ApiError::new(ErrorCode::ResourceARNNotValidException, message)
        }
        Some("eventdatastore" | "dashboard" | "channel") => {
            let message = format!("The resource {arn} was not found for the user: {}", cx.caller.account);
            ApiError::new(ErrorCode::ResourceNotFoundException, message)
        }
        Some(other) => {
            let message = format!("Resources of the type {other} have no resource policies.");
            ApiError::new(ErrorCode::ResourceTypeNotSupportedException, message)
        }
    }
}

/// What kind of CloudTrail resource an ARN names; none when it is no such ARN.
fn kind(arn: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-:".contains(&byte);
    if !ARN_LENGTH.contains(&arn.len()) || !arn.bytes().all(is_plain) {
        return None;
    }
    match arn.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "cloudtrail", region, account, resource] if !region.is_empty() && is_account(account) => {
            resource.split_once('/').filter(|(_, name)| !name.is_empty()).map(|(kind, _)| kind)
        }
        _ => None,
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks the text of a policy as far as every policy is alike.
///
/// # Errors
/// `ResourcePolicyNotValidException` says what is wrong.
pub(crate) fn check_policy(text: Option<&str>) -> Result<(), ApiError> {
    let invalid = |message: String| Err(ApiError::new(ErrorCode::ResourcePolicyNotValidException, message));
    let text = text.unwrap_or_default();
    let length = text.chars().count();
    if length == 0 || length > POLICY_LENGTH_MAX {
        return invalid(format!("A resource policy has 1 to {POLICY_LENGTH_MAX} characters, not {length}."));
    }
    // serde_json itself refuses to go deeper than 128 levels.
    let policy: Value = match serde_json::from_str(text) {
        Ok(policy) => policy,
        Err(error) => return invalid(format!("The resource policy is not valid JSON: {error}.")),
    };
    let statements = policy.get("Statement").map(|found| found.as_array().map_or(1, Vec::len));
    match statements {
        Some(count) if count > 0 => Ok(()),
        Some(_) | None => invalid("The resource policy has no statements.".to_owned()),
    }
}
