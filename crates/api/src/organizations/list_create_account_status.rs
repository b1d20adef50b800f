//! `ListCreateAccountStatus` shows the requests for accounts, oldest first.

use serde::{Deserialize, Serialize};

use super::account_shape::CreateAccountStatusShape;
use super::input::invalid;
use super::page::page;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListCreateAccountStatus;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    states: Option<Vec<String>>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    create_account_statuses: Vec<CreateAccountStatusShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListCreateAccountStatus {
    const NAME: &'static str = "ListCreateAccountStatus";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::AWSOrganizationsNotInUseException, ErrorCode::InvalidInputException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let organization = cx.overseen_organization()?;
        let states = request.states.unwrap_or_default();
        if states.iter().any(|state| !["IN_PROGRESS", "SUCCEEDED", "FAILED"].contains(&state.as_str())) {
            return Err(invalid("INVALID_ENUM", "States must be IN_PROGRESS, SUCCEEDED or FAILED."));
        }
        let all = organization.account_requests.iter().map(CreateAccountStatusShape::from);
        let asked_for =
            |status: &CreateAccountStatusShape| states.is_empty() || states.iter().any(|state| state == status.state());
        let (create_account_statuses, next_token) =
            page(all.filter(asked_for).collect(), request.next_token.as_deref(), request.max_results)?;
        Ok(Response { create_account_statuses, next_token })
    }
}
