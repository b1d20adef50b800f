//! What registering and deregistering CloudTrail's delegated administrators share.

use cairn_catalog::OrganizationError;
use cairn_model::AccountId;

use super::organization_trail::{check_trusted, not_in_use};
use crate::{ApiError, Context, ErrorCode};

impl Context {
    /// The account that a request is about, when the caller is the management account of an organization that trusts
    /// CloudTrail.
    pub(super) fn administered_account(&self, text: Option<&str>) -> Result<AccountId, ApiError> {
        let account = AccountId::parse(text.unwrap_or_default()).map_err(|_| {
            let message = "The account ID must be twelve digits.";
            ApiError::new(ErrorCode::InvalidParameterException, message)
        })?;
        let organizations = self.services.catalog.organizations();
        let organization = organizations.of(self.caller.account).ok_or_else(|| not_in_use(self.caller.account))?;
        if organization.management_account != self.caller.account {
            return Err(not_management());
        }
        check_trusted(organization)?;
        Ok(account)
    }
}

/// The refusals that both operations have.
#[expect(clippy::wildcard_enum_match_arm, reason = "any other refusal keeps the words that it has")]
pub(super) fn administration_refused(error: OrganizationError) -> ApiError {
    match error {
        OrganizationError::AccountNotFound => {
            let message = "The account is not a member of the organization.";
            ApiError::new(ErrorCode::AccountNotFoundException, message)
        }
        OrganizationError::AccessDenied | OrganizationError::NotInUse => not_management(),
        OrganizationError::Constraint("SERVICE_ACCESS_NOT_ENABLED") => {
            let message = "Trusted access for CloudTrail is not enabled in the organization.";
            ApiError::new(ErrorCode::CloudTrailAccessNotEnabledException, message)
        }
        other => other.into(),
    }
}

fn not_management() -> ApiError {
    let message = "Only the management account of the organization can do this.";
    ApiError::new(ErrorCode::NotOrganizationManagementAccountException, message)
}
