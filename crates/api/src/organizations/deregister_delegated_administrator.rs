//! `DeregisterDelegatedAdministrator` ends that an account administers a service.

use serde::{Deserialize, Serialize};

use super::input::{account_id, service_principal};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeregisterDelegatedAdministrator;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    account_id: Option<String>,
    service_principal: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeregisterDelegatedAdministrator {
    const NAME: &'static str = "DeregisterDelegatedAdministrator";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::AccountNotFoundException,
        ErrorCode::AccountNotRegisteredException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let account = account_id(request.account_id.as_deref(), "AccountId")?;
        let principal = service_principal(request.service_principal.as_deref())?;
        let by = cx.caller.account;
        cx.change_organizations(move |all| all.deregister(by, account, &principal)).await?;
        Ok(Response {})
    }
}
