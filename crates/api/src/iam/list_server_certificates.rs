//! `ListServerCertificates` names the server certificates of the account, of which there are none.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListServerCertificates;

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
    server_certificate_metadata_list: Option<Vec<Value>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListServerCertificates {
    const NAME: &'static str = "ListServerCertificates";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(_: &Context, _: Request) -> Result<Response, ApiError> {
        Ok(Response { server_certificate_metadata_list: Some(Vec::new()), is_truncated: Some(false), marker: None })
    }
}
