//! `DeregisterOrganizationDelegatedAdmin` ends that an account administers CloudTrail for the organization.

use cairn_catalog::{CLOUDTRAIL_PRINCIPAL, OrganizationError};
use serde::{Deserialize, Serialize};

use super::administration::administration_refused;
use super::trail_ask::TRUSTED_ACCESS;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeregisterOrganizationDelegatedAdmin;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    delegated_admin_account_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeregisterOrganizationDelegatedAdmin {
    const NAME: &'static str = "DeregisterOrganizationDelegatedAdmin";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AccountNotFoundException,
        ErrorCode::AccountNotRegisteredException,
        ErrorCode::CloudTrailAccessNotEnabledException,
        ErrorCode::InsufficientDependencyServiceAccessPermissionException,
        ErrorCode::InvalidParameterException,
        ErrorCode::NotOrganizationManagementAccountException,
        ErrorCode::OrganizationNotInAllFeaturesModeException,
        ErrorCode::OrganizationsNotInUseException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(_: &Context, _: &Request) -> Vec<Ask> {
        vec![Ask::itself(), Ask::to("organizations:DeregisterDelegatedAdministrator"), Ask::to(TRUSTED_ACCESS)]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let account = cx.administered_account(request.delegated_admin_account_id.as_deref())?;
        let by = cx.caller.account;
        let catalog = cx.catalog();
        let deregistered = catalog.change_organizations(move |all| all.deregister(by, account, CLOUDTRAIL_PRINCIPAL));
        deregistered.await.map_err(refused)?;
        Ok(Response {})
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "any other refusal keeps the words that it has")]
fn refused(error: OrganizationError) -> ApiError {
    match error {
        OrganizationError::NotRegistered => {
            let message = "The account is not registered as a delegated administrator of CloudTrail.";
            ApiError::new(ErrorCode::AccountNotRegisteredException, message)
        }
        other => administration_refused(other),
    }
}
