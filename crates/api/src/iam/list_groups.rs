//! `ListGroups` names the groups of the account, in the order of their names.

use serde::{Deserialize, Serialize};

use super::requests::{Page, under};
use super::shapes::GroupShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListGroups;

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
    groups: Option<Vec<GroupShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListGroups {
    const NAME: &'static str = "ListGroups";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let groups =
            under(request.path_prefix.as_deref(), cx.services.iam.list_groups(cx.caller.account), |group| &group.path)?;
        let page = Page::of(groups, request.max_items, request.marker.as_deref(), |group| group.name.clone())?;
        let groups = page.items.iter().map(|group| GroupShape::of(group)).collect();
        Ok(Response { groups: Some(groups), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
