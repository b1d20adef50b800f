//! `GetGroup` describes a group with its users.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{Page, required};
use super::shapes::{GroupShape, UserShape};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetGroup;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    group_name: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    group: Option<GroupShape>,
    users: Option<Vec<UserShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for GetGroup {
    const NAME: &'static str = "GetGroup";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_group(request.group_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("groupName", request.group_name)?;
        let group = cx.services.iam.group(cx.caller.account, &name).map_err(refuse::<Self>)?;
        let users = cx.services.iam.users_of_group(cx.caller.account, &name).map_err(refuse::<Self>)?;
        let page = Page::of(users, request.max_items, request.marker.as_deref(), |user| user.name.clone())?;
        let users = page.items.iter().map(|user| UserShape::listed(user)).collect();
        let group = Some(GroupShape::of(&group));
        Ok(Response { group, users: Some(users), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
