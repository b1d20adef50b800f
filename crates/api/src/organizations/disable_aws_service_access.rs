//! `DisableAWSServiceAccess` ends a service's trusted access. Without CloudTrail's, organization trails become ordinary ones.

use serde::{Deserialize, Serialize};

use super::input::service_principal;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DisableAWSServiceAccess;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    service_principal: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DisableAWSServiceAccess {
    const NAME: &'static str = "DisableAWSServiceAccess";
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
        let (by, now) = (cx.caller.account, cx.stop_now());
        cx.change_organizations(move |all| all.disable_service(by, &principal, now)).await?;
        Ok(Response {})
    }
}
