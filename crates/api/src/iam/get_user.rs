//! `GetUser` describes a user, or the caller.

use serde::{Deserialize, Serialize};

use super::requests::caller_name;
use super::shapes::UserShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetUser;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    user: Option<UserShape>,
}

impl Operation for GetUser {
    const NAME: &'static str = "GetUser";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let Some(name) = request.user_name.or_else(|| caller_name(cx)) else {
            if cx.caller.is_root() {
                return Ok(Response { user: Some(UserShape::of_root(cx)) });
            }
            let message = "Must specify userName when calling with non-User credentials";
            return Err(ApiError::new(ErrorCode::ValidationError, message));
        };
        let absent = || ApiError::new(ErrorCode::NoSuchEntity, format!("The user with name {name} cannot be found."));
        let user = cx.services.iam.user(cx.caller.account, &name).ok_or_else(absent)?;
        Ok(Response { user: Some(UserShape::of(&user)) })
    }
}
