//! `ListAttachedRolePolicies` names the managed policies of a role.

use cairn_iam::Holder;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{Page, required};
use super::shapes::AttachedShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListAttachedRolePolicies;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_name: Option<String>,
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    attached_policies: Option<Vec<AttachedShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListAttachedRolePolicies {
    const NAME: &'static str = "ListAttachedRolePolicies";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_role(request.role_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let holder = Holder::Role(required("roleName", request.role_name)?);
        let attached = AttachedShape::of(
            cx,
            &cx.services.iam.grants(cx.caller.account, &holder).map_err(refuse::<Self>)?,
            request.path_prefix.as_deref(),
        )?;
        let page = Page::of(attached, request.max_items, request.marker.as_deref(), AttachedShape::key)?;
        let attached_policies = Some(page.items);
        Ok(Response { attached_policies, is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
