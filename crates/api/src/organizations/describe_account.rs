//! `DescribeAccount` shows one account of the organization.

use serde::{Deserialize, Serialize};

use super::account_shape::AccountShape;
use super::input::account_id;
use super::standing::account_not_found;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DescribeAccount;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    account_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    account: AccountShape,
}

impl Operation for DescribeAccount {
    const NAME: &'static str = "DescribeAccount";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::AccountNotFoundException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let organization = cx.overseen_organization()?;
        let account = account_id(request.account_id.as_deref(), "AccountId")?;
        let member = organization.member(account).ok_or_else(account_not_found)?;
        Ok(Response { account: AccountShape::of(&organization, member) })
    }
}
