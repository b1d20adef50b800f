//! `ListInstanceProfiles` names the instance profiles of the account, of which there are none.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListInstanceProfiles;

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
    instance_profiles: Option<Vec<Value>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListInstanceProfiles {
    const NAME: &'static str = "ListInstanceProfiles";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(_: &Context, _: Request) -> Result<Response, ApiError> {
        Ok(Response { instance_profiles: Some(Vec::new()), is_truncated: Some(false), marker: None })
    }
}
