//! `GetAccessKeyInfo` says which account an access key belongs to.

use serde::{Deserialize, Serialize};

use super::session_request::{invalid, refused};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

/// The operation; a name that ends in `Info` is AWS's alone.
pub(crate) struct GetAccessKeyInfoOperation;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    access_key_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    account: String,
}

impl Operation for GetAccessKeyInfoOperation {
    const NAME: &'static str = "GetAccessKeyInfo";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let id = request.access_key_id.as_deref().unwrap_or_default();
        if !(16..=128).contains(&id.len()) {
            return Err(invalid("accessKeyId", id.escape_debug(), "Member must have length between 16 and 128"));
        }
        let own = (*cx.caller.access_key_id == *id).then_some(cx.caller.account);
        let account = own.or_else(|| cx.services.directory.account_of(id));
        let account = account.ok_or_else(|| refused(format!("Access key {} is not valid", id.escape_debug())))?;
        Ok(Response { account: account.to_string() })
    }
}
