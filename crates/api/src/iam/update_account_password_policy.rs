//! `UpdateAccountPasswordPolicy` sets the rule for the account's passwords; what is not given takes its default.

use cairn_iam::{PasswordPolicy, RequiredLetters};
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateAccountPasswordPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    minimum_password_length: Option<u32>,
    require_symbols: Option<bool>,
    require_numbers: Option<bool>,
    require_uppercase_characters: Option<bool>,
    require_lowercase_characters: Option<bool>,
    allow_users_to_change_password: Option<bool>,
    max_password_age: Option<u32>,
    password_reuse_prevention: Option<u32>,
    hard_expiry: Option<bool>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UpdateAccountPasswordPolicy {
    const NAME: &'static str = "UpdateAccountPasswordPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::LimitExceeded, ErrorCode::MalformedPolicyDocument, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let is = |flag: Option<bool>| flag.unwrap_or(false);
        let letters = RequiredLetters {
            uppercase: is(request.require_uppercase_characters),
            lowercase: is(request.require_lowercase_characters),
        };
        let policy = PasswordPolicy {
            minimum_length: request.minimum_password_length.unwrap_or(6),
            require_symbols: is(request.require_symbols),
            require_numbers: is(request.require_numbers),
            letters,
            allow_users_to_change_password: is(request.allow_users_to_change_password),
            max_age_days: request.max_password_age.filter(|days| *days > 0),
            reuse_prevention: request.password_reuse_prevention.filter(|count| *count > 0),
            hard_expiry: request.hard_expiry,
        };
        cx.services.iam.set_password_policy(cx.caller.account, Some(policy)).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
