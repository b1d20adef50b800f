//! `DeleteAccountAlias` takes the account's name for people away.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteAccountAlias;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    account_alias: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeleteAccountAlias {
    const NAME: &'static str = "DeleteAccountAlias";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::ConcurrentModification, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let alias = required("accountAlias", request.account_alias)?;
        cx.services.iam.delete_account_alias(cx.caller.account, &alias).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
