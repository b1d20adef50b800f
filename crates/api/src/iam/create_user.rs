//! `CreateUser` makes a user.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{required, tag_pairs};
use super::shapes::{TagShape, UserShape};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateUser;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    path: Option<String>,
    user_name: Option<String>,
    permissions_boundary: Option<String>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    user: Option<UserShape>,
}

impl Operation for CreateUser {
    const NAME: &'static str = "CreateUser";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConcurrentModification,
        ErrorCode::EntityAlreadyExists,
        ErrorCode::InvalidInput,
        ErrorCode::LimitExceeded,
        ErrorCode::NoSuchEntity,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let name = (request.path.as_deref(), request.user_name.as_deref());
        cx.asks_to_make(
            ("user", name),
            request.permissions_boundary.as_deref(),
            Some(("iam:TagUser", request.tags.as_deref().unwrap_or_default())),
        )
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let (name, tags) = (required("userName", request.user_name)?, tag_pairs(request.tags)?);
        let path = request.path.unwrap_or_else(|| "/".to_owned());
        let boundary = request.permissions_boundary.as_deref();
        let made = cx
            .services
            .iam
            .create_user(cx.caller.account, (&path, &name), &tags, boundary)
            .await
            .map_err(refuse::<Self>)?;
        Ok(Response { user: Some(UserShape::of(&made)) })
    }
}
