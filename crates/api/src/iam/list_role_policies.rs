//! `ListRolePolicies` names the policies of a role's own.

use cairn_iam::Holder;
use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{Page, required};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListRolePolicies;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_name: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    policy_names: Option<Vec<String>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListRolePolicies {
    const NAME: &'static str = "ListRolePolicies";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_role(request.role_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let holder = Holder::Role(required("roleName", request.role_name)?);
        let names =
            cx.services.iam.grants(cx.caller.account, &holder).map_err(refuse::<Self>)?.inline.into_keys().collect();
        let page = Page::of(names, request.max_items, request.marker.as_deref(), String::clone)?;
        Ok(Response { policy_names: Some(page.items), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
