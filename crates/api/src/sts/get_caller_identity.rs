//! `GetCallerIdentity` says who signed the request.

use serde::{Deserialize, Serialize};

use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetCallerIdentity;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    user_id: String,
    account: String,
    arn: String,
}

impl Operation for GetCallerIdentity {
    const NAME: &'static str = "GetCallerIdentity";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        Ok(Response { user_id: cx.caller.user_id(), account: cx.caller.account.to_string(), arn: cx.caller.arn() })
    }
}
