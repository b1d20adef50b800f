//! `ListUsers` names the users of the account, in the order of their names.

use serde::{Deserialize, Serialize};

use super::requests::{Page, under};
use super::shapes::UserShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListUsers;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    users: Option<Vec<UserShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListUsers {
    const NAME: &'static str = "ListUsers";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let users =
            under(request.path_prefix.as_deref(), cx.services.iam.list_users(cx.caller.account), |user| &user.path)?;
        let page = Page::of(users, request.max_items, request.marker.as_deref(), |user| user.name.clone())?;
        let users = page.items.iter().map(|user| UserShape::listed(user)).collect();
        Ok(Response { users: Some(users), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
