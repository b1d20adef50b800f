//! `ListKeys` names the keys of the account in the Region, in the order of their ids.

use serde::{Deserialize, Serialize};

use super::requests::Page;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListKeys;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    limit: Option<u32>,
    marker: Option<String>,
    resource_owners: Option<Vec<String>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    keys: Vec<Listed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    truncated: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    key_id: String,
    key_arn: String,
}

impl Operation for ListKeys {
    const NAME: &'static str = "ListKeys";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidMarkerException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let keys = cx.services.kms.list_keys(&cx.key_place());
        let page = Page::of(keys, request.limit.unwrap_or(100), request.marker.as_deref(), |key| &key.id)?;
        let listed = page.items.iter().map(|key| Listed { key_id: key.id.clone(), key_arn: key.arn() });
        Ok(Response { keys: listed.collect(), next_marker: page.next_marker, truncated: page.truncated })
    }
}
