//! `GetLoginProfile` says whether a user has a password.

use serde::{Deserialize, Serialize};

use super::people_shapes::LoginProfileShape;
use super::requests::user_or_caller;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetLoginProfile;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    login_profile: Option<LoginProfileShape>,
}

impl Operation for GetLoginProfile {
    const NAME: &'static str = "GetLoginProfile";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = user_or_caller(cx, request.user_name)?;
        let user = cx.services.iam.user(cx.caller.account, &name);
        let login = user.as_ref().and_then(|user| user.login.as_ref()).ok_or_else(|| {
            ApiError::new(ErrorCode::NoSuchEntity, format!("Login Profile for User {name} cannot be found."))
        })?;
        Ok(Response { login_profile: Some(LoginProfileShape::of(&name, login)) })
    }
}
