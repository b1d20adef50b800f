//! Refused signatures in the words of each protocol (reference section 2.4).

use cairn_api::{ApiError, ErrorCode};
use cairn_guard::BadHead;
use cairn_signing::Refusal;

use crate::answer::Dialect;

/// What the caller is told, and for S3 what stands beside the message.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) error: ApiError,
    pub(crate) detail: String,
}

/// The code of the answer to bytes that are no request, which has the status.
pub(crate) fn code_of(bad: BadHead) -> ErrorCode {
    match bad {
        BadHead::TooLarge | BadHead::TooManyHeaders => ErrorCode::RequestEntityTooLargeException,
        BadHead::TimedOut => ErrorCode::RequestTimeoutException,
        BadHead::Version
        | BadHead::BareLineBreak
        | BadHead::RequestLine
        | BadHead::Target
        | BadHead::Header
        | BadHead::Host
        | BadHead::ContentLength
        | BadHead::TransferEncoding
        | BadHead::TwoLengths
        | BadHead::Truncated => ErrorCode::MalformedHttpRequestException,
    }
}

/// The answer to a signature that does not hold.
pub(crate) fn refused(dialect: Dialect, refusal: &Refusal) -> Refused {
    if dialect == Dialect::S3 {
        return refused_by_s3(refusal);
    }
    let query = dialect == Dialect::Query;
    let choose = |json, xml| if query { xml } else { json };
    let code = match refusal {
        Refusal::MissingAuthentication => {
            choose(ErrorCode::MissingAuthenticationTokenException, ErrorCode::MissingAuthenticationToken)
        }
        Refusal::UnknownKey => choose(ErrorCode::UnrecognizedClientException, ErrorCode::InvalidClientTokenId),
        Refusal::ExpiredToken => choose(ErrorCode::ExpiredTokenException, ErrorCode::ExpiredToken),
        Refusal::SeveralMechanisms
        | Refusal::UnsupportedAlgorithm(_)
        | Refusal::MalformedAuthorization { .. }
        | Refusal::MalformedCredential(_)
        | Refusal::MissingDate
        | Refusal::InvalidDate(_)
        | Refusal::InvalidExpires => choose(ErrorCode::IncompleteSignatureException, ErrorCode::IncompleteSignature),
        Refusal::WrongTerminator(_)
        | Refusal::WrongDay { .. }
        | Refusal::UnsignedHeader(_)
        | Refusal::AbsentHeader(_)
        | Refusal::Expired { .. }
        | Refusal::NotYetCurrent { .. }
        | Refusal::PresignedExpired { .. }
        | Refusal::WrongPayloadHash
        | Refusal::Mismatch => choose(ErrorCode::InvalidSignatureException, ErrorCode::SignatureDoesNotMatch),
    };
    let message = if query && *refusal == Refusal::MissingAuthentication {
        "Request is missing Authentication Token".to_owned()
    } else if let Refusal::PresignedExpired { expires_at, now } = refusal {
        format!("Signature expired: {} is now earlier than {}", expires_at.basic_seconds(), now.basic_seconds())
    } else {
        refusal.to_string()
    };
    Refused { error: ApiError::new(code, message), detail: String::new() }
}

fn refused_by_s3(refusal: &Refusal) -> Refused {
    let plain = |code, message: &str| Refused { error: ApiError::new(code, message), detail: String::new() };
    match refusal {
        Refusal::MissingAuthentication => plain(ErrorCode::AccessDenied, "Access Denied"),
        Refusal::UnknownKey => {
            plain(ErrorCode::InvalidAccessKeyId, "The AWS Access Key Id you provided does not exist in our records.")
        }
        Refusal::ExpiredToken => plain(ErrorCode::ExpiredTokenOfS3, "The provided token has expired."),
        Refusal::Mismatch => plain(
            ErrorCode::SignatureDoesNotMatch,
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        ),
        Refusal::WrongPayloadHash => plain(
            ErrorCode::XAmzContentSHA256Mismatch,
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ),
        Refusal::Expired { signed_at, now, minutes, .. } | Refusal::NotYetCurrent { signed_at, now, minutes, .. } => {
            let message = "The difference between the request time and the current time is too large.";
            let detail = format!(
                "<RequestTime>{}</RequestTime><ServerTime>{}</ServerTime><MaxAllowedSkewMilliseconds>{}</MaxAllowedSkewMilliseconds>",
                signed_at.basic_seconds(),
                now.iso_seconds(),
                minutes * 60_000
            );
            Refused { error: ApiError::new(ErrorCode::RequestTimeTooSkewed, message), detail }
        }
        Refusal::PresignedExpired { expires_at, now } => {
            let detail = format!(
                "<Expires>{}</Expires><ServerTime>{}</ServerTime>",
                expires_at.iso_seconds(),
                now.iso_seconds()
            );
            Refused { error: ApiError::new(ErrorCode::AccessDenied, "Request has expired"), detail }
        }
        Refusal::MissingDate | Refusal::InvalidDate(_) => {
            plain(ErrorCode::AccessDenied, "AWS authentication requires a valid Date or x-amz-date header")
        }
        Refusal::UnsignedHeader(_) | Refusal::AbsentHeader(_) => {
            plain(ErrorCode::AccessDenied, "There were headers present in the request which were not signed")
        }
        Refusal::SeveralMechanisms => plain(ErrorCode::InvalidRequest, &refusal.to_string()),
        Refusal::UnsupportedAlgorithm(_) => plain(
            ErrorCode::InvalidRequest,
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        ),
        Refusal::MalformedAuthorization { .. }
        | Refusal::MalformedCredential(_)
        | Refusal::WrongTerminator(_)
        | Refusal::WrongDay { .. }
        | Refusal::InvalidExpires => {
            plain(ErrorCode::AuthorizationHeaderMalformed, &format!("The authorization header is malformed; {refusal}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cairn_model::Timestamp;

    use super::*;

    fn code(dialect: Dialect, refusal: &Refusal) -> (&'static str, u16) {
        let code = refused(dialect, refusal).error.code;
        (code.as_str(), code.http_status())
    }

    #[test]
    fn every_protocol_spells_its_own_refusals() {
        for (refusal, json, query, s3) in [
            (
                Refusal::MissingAuthentication,
                ("MissingAuthenticationTokenException", 403),
                ("MissingAuthenticationToken", 403),
                ("AccessDenied", 403),
            ),
            (
                Refusal::UnknownKey,
                ("UnrecognizedClientException", 403),
                ("InvalidClientTokenId", 403),
                ("InvalidAccessKeyId", 403),
            ),
            (Refusal::ExpiredToken, ("ExpiredTokenException", 403), ("ExpiredToken", 403), ("ExpiredToken", 400)),
            (
                Refusal::Mismatch,
                ("InvalidSignatureException", 403),
                ("SignatureDoesNotMatch", 403),
                ("SignatureDoesNotMatch", 403),
            ),
        ] {
            assert_eq!(code(Dialect::Json, &refusal), json);
            assert_eq!(code(Dialect::RestJson, &refusal), json);
            assert_eq!(code(Dialect::Query, &refusal), query);
            assert_eq!(code(Dialect::S3, &refusal), s3);
        }
    }

    #[test]
    fn an_expired_signature_tells_the_servers_time() {
        let now = Timestamp::from_unix_seconds(1_795_000_000);
        let window = Duration::from_mins(5);
        let signed_at = now.minus(Duration::from_secs(1000));
        let refusal = Refusal::Expired { signed_at, earliest: now.minus(window), now, minutes: 5 };
        let message = refused(Dialect::Json, &refusal).error.message;
        let (signed, earliest, now) =
            (signed_at.basic_seconds(), now.minus(window).basic_seconds(), now.basic_seconds());
        assert_eq!(message, format!("Signature expired: {signed} is now earlier than {earliest} ({now} - 5 min.)"));
        let refused = refused(Dialect::S3, &refusal);
        assert_eq!(refused.error.code, ErrorCode::RequestTimeTooSkewed);
        assert!(refused.detail.contains("<MaxAllowedSkewMilliseconds>300000<"));
    }
}
