//! `ListAWSServiceAccessForOrganization` shows the services with trusted access.

use serde::{Deserialize, Serialize};

use super::page::page;
use crate::operation::Operation;
use crate::wire_time::WireTime;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListAWSServiceAccessForOrganization;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    enabled_service_principals: Vec<EnabledServicePrincipal>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `EnabledServicePrincipal` of the service model.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EnabledServicePrincipal {
    service_principal: String,
    date_enabled: WireTime,
}

impl Operation for ListAWSServiceAccessForOrganization {
    const NAME: &'static str = "ListAWSServiceAccessForOrganization";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::AWSOrganizationsNotInUseException, ErrorCode::InvalidInputException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let organization = cx.overseen_organization()?;
        let enabled = organization.service_access.iter().map(|(principal, at)| EnabledServicePrincipal {
            service_principal: principal.clone(),
            date_enabled: WireTime(*at),
        });
        let (enabled_service_principals, next_token) =
            page(enabled.collect(), request.next_token.as_deref(), request.max_results)?;
        Ok(Response { enabled_service_principals, next_token })
    }
}
