//! What the catalogue's refusals are called by AWS Organizations.

use cairn_catalog::OrganizationError;

use super::standing::account_not_found;
use crate::{ApiError, ErrorCode};

impl From<OrganizationError> for ApiError {
    fn from(error: OrganizationError) -> Self {
        let (code, text) = match error {
            OrganizationError::NotInUse => {
                (ErrorCode::AWSOrganizationsNotInUseException, "Your account is not a member of an organization.")
            }
            OrganizationError::AlreadyInOrganization => {
                (ErrorCode::AlreadyInOrganizationException, "The AWS account is already a member of an organization.")
            }
            OrganizationError::AccessDenied => {
                (ErrorCode::AccessDeniedException, "You don't have permissions to access this resource.")
            }
            OrganizationError::NotEmpty => {
                (ErrorCode::OrganizationNotEmptyException, "The organization still has member accounts.")
            }
            OrganizationError::AccountNotFound => return account_not_found(),
            OrganizationError::ManagementCannotLeave => (
                ErrorCode::MasterCannotLeaveOrganizationException,
                "The management account can only leave by deleting the organization.",
            ),
            OrganizationError::AlreadyRegistered => (
                ErrorCode::AccountAlreadyRegisteredException,
                "The account is already a delegated administrator of the service.",
            ),
            OrganizationError::NotRegistered => (
                ErrorCode::AccountNotRegisteredException,
                "The account is not a delegated administrator of the service.",
            ),
            OrganizationError::HandshakeNotFound => {
                (ErrorCode::HandshakeNotFoundException, "There is no handshake with this id.")
            }
            OrganizationError::DuplicateHandshake => {
                (ErrorCode::DuplicateHandshakeException, "The account has an open invitation already.")
            }
            OrganizationError::HandshakeInState => {
                (ErrorCode::HandshakeAlreadyInStateException, "The handshake is in this state already.")
            }
            OrganizationError::HandshakeClosed => {
                (ErrorCode::InvalidHandshakeTransitionException, "The handshake is closed and cannot be answered.")
            }
            OrganizationError::HandshakeConstraint(reason) => {
                return constraint(ErrorCode::HandshakeConstraintViolationException, reason);
            }
            OrganizationError::Constraint(reason) => {
                return constraint(ErrorCode::ConstraintViolationException, reason);
            }
            OrganizationError::ApprovalPending(request) => {
                let condition = request.condition();
                let message = format!("A protected trail would record less by it. It takes place with {condition}.");
                return Self::new(ErrorCode::AccessDeniedException, message);
            }
            OrganizationError::Catalog(error) => {
                tracing::error!(%error, "the catalogue failed");
                return Self::internal();
            }
        };
        Self::new(code, text)
    }
}

fn constraint(code: ErrorCode, reason: &'static str) -> ApiError {
    let text = match reason {
        "ALREADY_IN_AN_ORGANIZATION" => "The account is a member of an organization already.",
        "ACCOUNT_NUMBER_LIMIT_EXCEEDED" => "The organization has as many accounts as it may.",
        "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG" => {
            "A delegated administrator cannot be removed. Deregister it first."
        }
        "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE" => "The organization must have all features enabled.",
        "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE" => {
            "The service has delegated administrators. Deregister them first."
        }
        "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR" => {
            "The management account cannot be a delegated administrator."
        }
        "SERVICE_ACCESS_NOT_ENABLED" => "The service has no trusted access. Enable it first.",
        "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED" => {
            "The service has as many delegated administrators as it may."
        }
        _ => "The request breaks a rule of organizations.",
    };
    ApiError::new(code, text).with_reason(reason)
}
