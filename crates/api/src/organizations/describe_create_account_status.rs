//! `DescribeCreateAccountStatus` says what became of a request for an account.

use serde::{Deserialize, Serialize};

use super::account_shape::CreateAccountStatusShape;
use super::input::required;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DescribeCreateAccountStatus;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    create_account_request_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    create_account_status: CreateAccountStatusShape,
}

impl Operation for DescribeCreateAccountStatus {
    const NAME: &'static str = "DescribeCreateAccountStatus";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::CreateAccountStatusNotFoundException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let organization = cx.overseen_organization()?;
        let id = required(request.create_account_request_id.as_deref(), "CreateAccountRequestId")?;
        let found = organization.account_requests.iter().find(|made| made.id == id);
        let missing = || {
            let message = "There is no request to create an account with this id.";
            ApiError::new(ErrorCode::CreateAccountStatusNotFoundException, message)
        };
        Ok(Response { create_account_status: found.map(CreateAccountStatusShape::from).ok_or_else(missing)? })
    }
}
