//! `ListAccounts` shows the accounts of the organization, in the order in which they joined.

use serde::{Deserialize, Serialize};

use super::account_shape::AccountShape;
use super::page::page;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListAccounts;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    accounts: Vec<AccountShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListAccounts {
    const NAME: &'static str = "ListAccounts";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::AWSOrganizationsNotInUseException, ErrorCode::InvalidInputException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let organization = cx.overseen_organization()?;
        let accounts = organization.current().map(|member| AccountShape::of(&organization, member)).collect();
        let (accounts, next_token) = page(accounts, request.next_token.as_deref(), request.max_results)?;
        Ok(Response { accounts, next_token })
    }
}
