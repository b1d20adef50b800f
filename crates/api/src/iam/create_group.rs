//! `CreateGroup` makes a group.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use super::shapes::GroupShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateGroup;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    path: Option<String>,
    group_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    group: Option<GroupShape>,
}

impl Operation for CreateGroup {
    const NAME: &'static str = "CreateGroup";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::EntityAlreadyExists, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let name = (request.path.as_deref(), request.group_name.as_deref());
        cx.asks_to_make(("group", name), None, None)
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("groupName", request.group_name)?;
        let path = request.path.unwrap_or_else(|| "/".to_owned());
        let made = cx.services.iam.create_group(cx.caller.account, (&path, &name)).await.map_err(refuse::<Self>)?;
        Ok(Response { group: Some(GroupShape::of(&made)) })
    }
}
