//! What the errors of the key store mean to a caller.

use cairn_kms::KmsError;

use crate::{ApiError, ErrorCode};

/// The API's error for one of the key store. The cause of our own failures goes to the log.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn refuse(error: KmsError) -> ApiError {
    let code = match &error {
        KmsError::NotFound(_) => ErrorCode::NotFoundException,
        KmsError::NotYours { .. } | KmsError::ManagedByAws { .. } | KmsError::ReservedAlias => {
            ErrorCode::AccessDeniedException
        }
        KmsError::Disabled { .. } => ErrorCode::DisabledException,
        KmsError::PendingDeletion { .. } | KmsError::NotPendingDeletion { .. } => ErrorCode::KMSInvalidStateException,
        KmsError::InvalidCiphertext => return ApiError::new(ErrorCode::InvalidCiphertextException, ""),
        KmsError::IncorrectKey => ErrorCode::IncorrectKeyException,
        KmsError::AliasExists { .. } => ErrorCode::AlreadyExistsException,
        KmsError::InvalidAliasName => ErrorCode::InvalidAliasNameException,
        KmsError::Database(_) | KmsError::Closed => {
            tracing::error!(%error, "the key store failed");
            return ApiError::internal();
        }
    };
    ApiError::new(code, error.to_string())
}
