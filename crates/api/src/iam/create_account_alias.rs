//! `CreateAccountAlias` gives the account a name for people.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateAccountAlias;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    account_alias: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for CreateAccountAlias {
    const NAME: &'static str = "CreateAccountAlias";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::ConcurrentModification, ErrorCode::EntityAlreadyExists, ErrorCode::LimitExceeded];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let alias = required("accountAlias", request.account_alias)?;
        cx.services.iam.create_account_alias(cx.caller.account, &alias).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
