//! `UpdateUser` gives a user another name or path.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateUser;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    new_path: Option<String>,
    new_user_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UpdateUser {
    const NAME: &'static str = "UpdateUser";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConcurrentModification,
        ErrorCode::EntityAlreadyExists,
        ErrorCode::EntityTemporarilyUnmodifiable,
        ErrorCode::LimitExceeded,
        ErrorCode::NoSuchEntity,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let now = cx.ask_on_user(request.user_name.as_deref());
        cx.asks_to_rename(now, (request.new_path.as_deref(), request.new_user_name.as_deref()))
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("userName", request.user_name)?;
        let new = (request.new_path.as_deref(), request.new_user_name.as_deref());
        cx.services.iam.update_user(cx.caller.account, &name, new).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
