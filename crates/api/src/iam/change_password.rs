//! `ChangePassword` changes the password of the user who calls.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::refuse;
use super::requests::{caller_name, required};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ChangePassword;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    old_password: Option<String>,
    new_password: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for ChangePassword {
    const NAME: &'static str = "ChangePassword";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::EntityTemporarilyUnmodifiable,
        ErrorCode::InvalidUserType,
        ErrorCode::LimitExceeded,
        ErrorCode::NoSuchEntity,
        ErrorCode::PasswordPolicyViolation,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let nobody = || ApiError::new(ErrorCode::InvalidUserType, "Only a user can change its own password.");
        let name = caller_name(cx).ok_or_else(nobody)?;
        let old = required("oldPassword", request.old_password)?;
        let new = required("newPassword", request.new_password)?;
        cx.services.iam.change_password(cx.caller.account, &name, (&old, &new)).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }

    fn parameters(_: &Request) -> Value {
        Value::Null
    }
}
