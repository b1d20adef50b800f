//! `GetAccountPasswordPolicy` shows the rule for the account's passwords.

use serde::{Deserialize, Serialize};

use super::people_shapes::PasswordPolicyShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetAccountPasswordPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    password_policy: Option<PasswordPolicyShape>,
}

impl Operation for GetAccountPasswordPolicy {
    const NAME: &'static str = "GetAccountPasswordPolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        let policy = cx.services.iam.password_policy(cx.caller.account).ok_or_else(|| {
            let message = format!("The Password Policy with domain name {} cannot be found.", cx.caller.account);
            ApiError::new(ErrorCode::NoSuchEntity, message)
        })?;
        Ok(Response { password_policy: Some(PasswordPolicyShape::of(&policy)) })
    }
}
