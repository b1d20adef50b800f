//! `UpdateLoginProfile` changes a user's password.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::refuse;
use super::requests::{required, without};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateLoginProfile;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    password: Option<String>,
    password_reset_required: Option<bool>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UpdateLoginProfile {
    const NAME: &'static str = "UpdateLoginProfile";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::EntityTemporarilyUnmodifiable,
        ErrorCode::LimitExceeded,
        ErrorCode::NoSuchEntity,
        ErrorCode::PasswordPolicyViolation,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("userName", request.user_name)?;
        let new = (request.password.as_deref(), request.password_reset_required);
        cx.services.iam.update_login_profile(cx.caller.account, &name, new).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }

    fn parameters(request: &Request) -> Value {
        without(request, &["Password"])
    }
}
