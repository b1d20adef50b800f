//! `ListGroupsForUser` names the groups of a user.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{Page, required};
use super::shapes::GroupShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListGroupsForUser;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    groups: Option<Vec<GroupShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListGroupsForUser {
    const NAME: &'static str = "ListGroupsForUser";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("userName", request.user_name)?;
        let groups = cx.services.iam.groups_of_user(cx.caller.account, &name).map_err(refuse::<Self>)?;
        let page = Page::of(groups, request.max_items, request.marker.as_deref(), |group| group.name.clone())?;
        let groups = page.items.iter().map(|group| GroupShape::of(group)).collect();
        Ok(Response { groups: Some(groups), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
