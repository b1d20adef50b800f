//! `CreateLoginProfile` gives a user a password for the console.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::refuse;
use super::people_shapes::LoginProfileShape;
use super::requests::{required, user_or_caller, without};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateLoginProfile;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    password: Option<String>,
    password_reset_required: Option<bool>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    login_profile: Option<LoginProfileShape>,
}

impl Operation for CreateLoginProfile {
    const NAME: &'static str = "CreateLoginProfile";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::EntityAlreadyExists,
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
        let name = user_or_caller(cx, request.user_name)?;
        let password = required("password", request.password)?;
        let new = (password.as_str(), request.password_reset_required.unwrap_or(false));
        let made = cx.services.iam.create_login_profile(cx.caller.account, &name, new).await.map_err(refuse::<Self>)?;
        Ok(Response { login_profile: Some(LoginProfileShape::of(&name, &made)) })
    }

    fn parameters(request: &Request) -> Value {
        without(request, &["Password"])
    }
}
