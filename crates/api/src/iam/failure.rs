//! What the errors of the store of identities mean to a caller.

use cairn_iam::IamError;

use crate::operation::Operation;
use crate::{ApiError, ErrorCode};

/// The error of the operation `O` for one of the store. One that the service model does not list for it becomes
/// `InvalidInput` or `ValidationError`, with the same text. The cause of our own failures goes to the log.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(crate) fn refuse<O: Operation>(error: IamError) -> ApiError {
    let code = match &error {
        IamError::NoSuchEntity(_) => ErrorCode::NoSuchEntity,
        IamError::EntityAlreadyExists(_) => ErrorCode::EntityAlreadyExists,
        IamError::DeleteConflict(_) => ErrorCode::DeleteConflict,
        IamError::LimitExceeded(_) => ErrorCode::LimitExceeded,
        IamError::InvalidInput(_) => ErrorCode::InvalidInput,
        IamError::Validation(_) => ErrorCode::ValidationError,
        IamError::MalformedPolicyDocument(_) => ErrorCode::MalformedPolicyDocument,
        IamError::UnmodifiableEntity(_) => ErrorCode::UnmodifiableEntity,
        IamError::EntityTemporarilyUnmodifiable(_) => ErrorCode::EntityTemporarilyUnmodifiable,
        IamError::PasswordPolicyViolation(_) => ErrorCode::PasswordPolicyViolation,
        IamError::InvalidAuthenticationCode(_) => ErrorCode::InvalidAuthenticationCode,
        IamError::InvalidUserType(_) => ErrorCode::InvalidUserType,
        IamError::AccessDenied(_) => ErrorCode::AccessDenied,
        IamError::Database(_) | IamError::Sealing | IamError::Closed => {
            tracing::error!(%error, "the store of identities failed");
            return ApiError::internal();
        }
    };
    let code = [code, ErrorCode::InvalidInput].into_iter().find(|code| code.fits(O::ERRORS));
    ApiError::new(code.unwrap_or(ErrorCode::ValidationError), error.to_string())
}
