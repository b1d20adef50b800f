//! `EnableAWSServiceAccess` gives a service trusted access to the organization.

use serde::{Deserialize, Serialize};

use super::input::service_principal;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct EnableAWSServiceAccess;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    service_principal: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for EnableAWSServiceAccess {
    const NAME: &'static str = "EnableAWSServiceAccess";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::ConstraintViolationException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let principal = service_principal(request.service_principal.as_deref())?;
        let (by, at) = (cx.caller.account, cx.received_at);
        cx.change_organizations(move |all| all.enable_service(by, principal, at)).await?;
        Ok(Response {})
    }
}
