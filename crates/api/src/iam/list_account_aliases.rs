//! `ListAccountAliases` names the account's alias, where it has one.

use serde::{Deserialize, Serialize};

use super::requests::Page;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListAccountAliases;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    account_aliases: Option<Vec<String>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListAccountAliases {
    const NAME: &'static str = "ListAccountAliases";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let aliases: Vec<String> = cx.services.iam.account(cx.caller.account).alias.into_iter().collect();
        let page = Page::of(aliases, request.max_items, request.marker.as_deref(), String::clone)?;
        Ok(Response { account_aliases: Some(page.items), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
