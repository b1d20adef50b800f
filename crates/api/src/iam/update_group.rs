//! `UpdateGroup` gives a group another name or path.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateGroup;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    group_name: Option<String>,
    new_path: Option<String>,
    new_group_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UpdateGroup {
    const NAME: &'static str = "UpdateGroup";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::EntityAlreadyExists, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let now = cx.ask_on_group(request.group_name.as_deref());
        cx.asks_to_rename(now, (request.new_path.as_deref(), request.new_group_name.as_deref()))
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("groupName", request.group_name)?;
        let new = (request.new_path.as_deref(), request.new_group_name.as_deref());
        cx.services.iam.update_group(cx.caller.account, &name, new).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
