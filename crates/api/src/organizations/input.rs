//! Checks of what requests say. Each refusal is an `InvalidInputException` with AWS's `Reason`.

use cairn_model::AccountId;

use crate::{ApiError, ErrorCode};

/// `InvalidInputException`
pub(super) fn invalid(reason: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::InvalidInputException, message).with_reason(reason)
}

/// A member that must be there.
pub(super) fn required<'r>(text: Option<&'r str>, member: &str) -> Result<&'r str, ApiError> {
    let missing = || invalid("INPUT_REQUIRED", format!("{member} is required."));
    text.filter(|text| !text.is_empty()).ok_or_else(missing)
}

/// Twelve digits.
pub(super) fn account_id(text: Option<&str>, member: &str) -> Result<AccountId, ApiError> {
    let text = required(text, member)?;
    let message = format!("The value at {member} is not an account id.");
    AccountId::parse(text).map_err(|_| invalid("INVALID_PATTERN", message))
}

/// The name of a service, such as `cloudtrail.amazonaws.com`.
pub(super) fn service_principal(text: Option<&str>) -> Result<String, ApiError> {
    let text = required(text, "ServicePrincipal")?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    if text.len() > 128 || !text.bytes().all(allowed) {
        return Err(invalid("INVALID_PATTERN", "The service principal has characters that none has."));
    }
    let is_service = text.strip_suffix(".amazonaws.com").is_some_and(|service| !service.is_empty());
    if !is_service {
        let message = "You specified an unrecognized service principal.";
        return Err(invalid("UNRECOGNIZED_SERVICE_PRINCIPAL", message));
    }
    Ok(text.to_owned())
}

/// A text of at most `most` characters.
pub(super) fn length(text: &str, member: &str, most: usize) -> Result<(), ApiError> {
    if text.chars().count() <= most {
        return Ok(());
    }
    Err(invalid("MAX_LENGTH_EXCEEDED", format!("{member} has more than {most} characters.")))
}

/// An address: something, `@`, and a name with a dot.
pub(super) fn email(text: Option<&str>) -> Result<String, ApiError> {
    let text = required(text, "Email")?;
    length(text, "Email", 64)?;
    let one_word = !text.chars().any(char::is_whitespace);
    let is_address = text.split_once('@').is_some_and(|(user, host)| {
        let labels = host.split_once('.');
        !user.is_empty() && !host.contains('@') && labels.is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
    });
    if one_word && is_address && text.len() >= 6 {
        return Ok(text.to_owned());
    }
    Err(invalid("INVALID_PATTERN", "The email address is malformed."))
}
