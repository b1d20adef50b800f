//! What requests for sessions have in common: durations, names, tags, session policies, and the rules that they keep.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::RangeInclusive;

use cairn_identity::Principal;
use cairn_model::Timestamp;
use cairn_policy::{Policy, PolicyKind};
use serde::{Deserialize, Serialize};

use crate::{ApiError, Context, ErrorCode};

/// `Tag` of the service model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TagShape {
    key: Option<String>,
    value: Option<String>,
}

/// `PolicyDescriptorType` of the service model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PolicyArnShape {
    arn: Option<String>,
}

/// What limits a session, checked.
#[derive(Debug, Default)]
pub(super) struct Limits {
    pub(super) policies: Vec<String>,
    pub(super) policy_arns: Vec<String>,
}

const POLICY_LENGTH_MAX: usize = 2048;
const POLICY_ARNS_MAX: usize = 10;
const TAGS_MAX: usize = 50;
/// What session policies and tags may come to in bytes, of which `PackedPolicySize` is told in percent.
const PACKED_BYTES: usize = 4096;

impl TagShape {
    /// As policies are told of it.
    pub(super) fn pair(&self) -> (&str, &str) {
        (self.key.as_deref().unwrap_or_default(), self.value.as_deref().unwrap_or_default())
    }
}

/// A refused value, in AWS's words.
pub(super) fn invalid(member: &str, value: impl Display, rule: &str) -> ApiError {
    let message =
        format!("1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}");
    ApiError::new(ErrorCode::ValidationError, message)
}

/// A refusal by a rule of its own.
pub(super) fn refused(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::ValidationError, message)
}

/// What a request says of an MFA device: its serial number and a code of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct MfaClaim<'r>(pub(super) Option<&'r str>, pub(super) Option<&'r str>);

impl MfaClaim<'_> {
    /// Whether one was made. Policies are asked as if it held: only then it is checked, since a code counts once.
    pub(super) fn is_made(self) -> bool {
        self.0.is_some() && self.1.is_some()
    }
}

/// A number of seconds within limits.
pub(super) fn checked_duration(seconds: u32, allowed: &RangeInclusive<u32>) -> Result<u32, ApiError> {
    if seconds < *allowed.start() {
        let rule = format!("Member must have value greater than or equal to {}", allowed.start());
        return Err(invalid("durationSeconds", seconds, &rule));
    }
    if seconds > *allowed.end() {
        let rule = format!("Member must have value less than or equal to {}", allowed.end());
        return Err(invalid("durationSeconds", seconds, &rule));
    }
    Ok(seconds)
}

/// A name of letters, digits and `+=,.@-_`.
pub(super) fn checked_name(
    member: &str,
    name: Option<&str>,
    lengths: &RangeInclusive<usize>,
) -> Result<String, ApiError> {
    let name = name.ok_or_else(|| invalid(member, "null", "Member must not be null"))?;
    if !lengths.contains(&name.len()) {
        let rule = format!("Member must have length between {} and {}", lengths.start(), lengths.end());
        return Err(invalid(member, name.escape_debug(), &rule));
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if name.bytes().all(fits) {
        return Ok(name.to_owned());
    }
    let rule = "Member must satisfy regular expression pattern: [\\w+=,.@-]*";
    Err(invalid(member, name.escape_debug(), rule))
}

/// Session tags by their keys.
pub(super) fn checked_tags(tags: Option<&[TagShape]>) -> Result<BTreeMap<String, String>, ApiError> {
    let tags = tags.unwrap_or_default();
    if tags.len() > TAGS_MAX {
        return Err(refused("Number of session tags exceeds the limit of 50."));
    }
    let mut by_key: BTreeMap<String, String> = BTreeMap::new();
    for (key, value) in tags.iter().map(TagShape::pair) {
        if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 {
            return Err(refused("The keys of session tags have 1 to 128 characters, their values up to 256."));
        }
        if by_key.keys().any(|other| other.eq_ignore_ascii_case(key)) {
            return Err(refused("Duplicate tag keys found. Please note that Tag keys are case insensitive."));
        }
        by_key.insert(key.to_owned(), value.to_owned());
    }
    Ok(by_key)
}

/// The names of transitive tags, each of which must be one of the tags.
pub(super) fn checked_transitive(
    names: Option<Vec<String>>,
    tags: &BTreeMap<String, String>,
) -> Result<BTreeSet<String>, ApiError> {
    let names: BTreeSet<String> = names.into_iter().flatten().collect();
    match names.iter().find(|name| !tags.contains_key(*name)) {
        None => Ok(names),
        Some(absent) => Err(refused(format!("The transitive tag key {absent} is no session tag."))),
    }
}

impl Context {
    /// When the caller proved to have an MFA device: now, with a code of a device of its own, or before its session
    /// began. `None` where it did not try.
    pub(super) async fn checked_mfa(&self, claim: MfaClaim<'_>) -> Result<Option<Timestamp>, ApiError> {
        let refused = |reason: &str| {
            Err(ApiError::new(ErrorCode::AccessDenied, format!("MultiFactorAuthentication failed{reason}")))
        };
        let (serial, code) = match claim {
            MfaClaim(None, None) => {
                return Ok(self.caller.session.as_ref().and_then(|session| session.authenticated_with_mfa));
            }
            MfaClaim(Some(serial), Some(code)) => (serial, code),
            MfaClaim(..) => return refused(", must provide both MFA serial number and one time pass code."),
        };
        let unknown = ", unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.";
        let owner = match (&self.caller.principal, &self.caller.session) {
            (Principal::User(user), None) => user.id.clone(),
            (Principal::Root, None) => self.caller.account.to_string(),
            _ => return refused(unknown),
        };
        let device = self.services.iam.mfa_device(serial);
        if device.is_none_or(|device| device.user_id.as_ref() != Some(&owner)) {
            return refused(unknown);
        }
        let is_right = self.services.iam.check_mfa_code(&owner, serial, code).await.map_err(|error| {
            tracing::error!(%error, "a code cannot be checked");
            ApiError::internal()
        })?;
        if is_right { Ok(Some(self.received_at)) } else { refused(" with invalid MFA one time pass code.") }
    }

    /// The session policies of a request.
    pub(super) fn checked_limits(
        &self,
        policy: Option<String>,
        arns: Option<Vec<PolicyArnShape>>,
    ) -> Result<Limits, ApiError> {
        if let Some(text) = &policy {
            let read = Policy::parse(text, PolicyKind::Identity, POLICY_LENGTH_MAX);
            read.map_err(|fault| ApiError::new(ErrorCode::MalformedPolicyDocument, fault.to_string()))?;
        }
        let policy_arns: Vec<String> = arns.into_iter().flatten().map(|shape| shape.arn.unwrap_or_default()).collect();
        if policy_arns.len() > POLICY_ARNS_MAX {
            return Err(invalid("policyArns", "(list)", "Member must have length less than or equal to 10"));
        }
        let is_there = |arn: &&String| self.services.iam.policy(self.caller.account, arn).is_ok();
        if !policy_arns.iter().all(|arn| is_there(&arn)) {
            return Err(refused("Specified Managed Policy ARN is invalid."));
        }
        Ok(Limits { policies: policy.into_iter().collect(), policy_arns })
    }
}

/// How much of what a session may be said to be this one takes, in percent; `None` where nothing was said.
pub(super) fn packed_size(limits: &Limits, tags: &BTreeMap<String, String>) -> Option<u32> {
    let policies = limits.policies.iter().chain(&limits.policy_arns).map(String::len);
    let bytes: usize = policies.chain(tags.iter().map(|(key, value)| key.len() + value.len())).sum();
    (bytes > 0).then(|| u32::try_from((bytes * 100).div_ceil(PACKED_BYTES)).unwrap_or(u32::MAX))
}
