//! `ListRoles` names the roles of the account, in the order of their names.

use serde::{Deserialize, Serialize};

use super::requests::{Page, under};
use super::shapes::RoleShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListRoles;

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
    roles: Option<Vec<RoleShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListRoles {
    const NAME: &'static str = "ListRoles";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let roles =
            under(request.path_prefix.as_deref(), cx.services.iam.list_roles(cx.caller.account), |role| &role.path)?;
        let page = Page::of(roles, request.max_items, request.marker.as_deref(), |role| role.name.clone())?;
        let roles = page.items.iter().map(|role| RoleShape::listed(role)).collect();
        Ok(Response { roles: Some(roles), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
