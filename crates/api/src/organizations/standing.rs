//! How a caller stands to an organization, and what that lets it do.

use cairn_catalog::{Organization, OrganizationError, Organizations};

use super::handshake_shape::{HandshakeShape, OneHandshake};
use crate::{ApiError, Context, ErrorCode};

impl Context {
    /// The organization that the caller's account is in.
    pub(super) fn organization(&self) -> Result<Organization, ApiError> {
        let organizations = self.services.catalog.organizations();
        organizations.of(self.caller.account).cloned().ok_or_else(|| OrganizationError::NotInUse.into())
    }

    /// The same for who may look at all of it: the management account and delegated administrators.
    pub(super) fn overseen_organization(&self) -> Result<Organization, ApiError> {
        let organization = self.organization()?;
        let account = self.caller.account;
        let is_delegated = organization.delegations.iter().any(|delegation| delegation.account == account);
        if is_delegated || organization.management_account == account {
            return Ok(organization);
        }
        Err(OrganizationError::AccessDenied.into())
    }

    /// The same for the management account alone.
    pub(super) fn managed_organization(&self) -> Result<Organization, ApiError> {
        let organizations = self.services.catalog.organizations();
        Ok(organizations.managed_by(self.caller.account).cloned()?)
    }

    /// A handshake as either of its parties sees it.
    pub(super) fn answer_handshake(&self, id: &str) -> Result<OneHandshake, ApiError> {
        let organizations = self.services.catalog.organizations();
        let (organization, handshake) = organizations.handshake(id, self.caller.account)?;
        Ok(OneHandshake { handshake: HandshakeShape::of(organization, handshake, self.received_at) })
    }

    /// Changes organizations: all or nothing, and durable when this returns.
    pub(super) async fn change_organizations<C>(&self, change: C) -> Result<(), ApiError>
    where
        C: FnOnce(&mut Organizations) -> Result<(), OrganizationError> + Send + 'static,
    {
        Ok(self.catalog().change_organizations(change).await?)
    }

    /// A new id: `prefix` and `count` letters or digits.
    pub(super) fn new_id(&self, prefix: &str, count: usize) -> String {
        let text = self.services.environment.random.text(b"0123456789abcdefghijklmnopqrstuvwxyz", count);
        format!("{prefix}{text}")
    }
}

/// `AccountNotFoundException`
pub(super) fn account_not_found() -> ApiError {
    ApiError::new(ErrorCode::AccountNotFoundException, "You specified an account that doesn't exist.")
}
