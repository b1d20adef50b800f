//! Why a signature is refused. The texts are what AWS answers, as far as it answers anything specific.

use cairn_model::Timestamp;

/// Why a request's signature does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither an `Authorization` header nor a signed query.
    #[error("Missing Authentication Token")]
    MissingAuthentication,
    /// Both an `Authorization` header and a signed query, or one of them twice.
    #[error(
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified"
    )]
    SeveralMechanisms,
    /// Another algorithm than `AWS4-HMAC-SHA256`.
    #[error("Unsupported AWS 'algorithm': '{0}'.")]
    UnsupportedAlgorithm(String),
    /// A part of the authorization is absent, repeated or unknown.
    #[error("Authorization {problem}.")]
    MalformedAuthorization {
        /// What is wrong, such as "header requires 'Credential' parameter".
        problem: String,
    },
    /// The credential does not have five parts.
    #[error("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{0}'")]
    MalformedCredential(String),
    /// The scope does not end in `aws4_request`.
    #[error("Credential should be scoped with a valid terminator: 'aws4_request', not '{0}'.")]
    WrongTerminator(String),
    /// The scope is for another day than the request.
    #[error(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope}' != '{request}', from '{signed_at}'."
    )]
    WrongDay {
        /// The scope's day.
        scope: String,
        /// The request's day.
        request: String,
        /// The request's time.
        signed_at: String,
    },
    /// No `x-amz-date` and no `date`.
    #[error("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")]
    MissingDate,
    /// The time of the request cannot be read.
    #[error("Date must be in ISO-8601 'basic format'. Got '{0}'. See http://en.wikipedia.org/wiki/ISO_8601")]
    InvalidDate(String),
    /// `X-Amz-Expires` is not between 1 second and a week.
    #[error("X-Amz-Expires must be a number between 1 and 604800 seconds")]
    InvalidExpires,
    /// A header that must be signed is not.
    #[error("'{0}' must be a 'SignedHeader' in the AWS Authorization.")]
    UnsignedHeader(String),
    /// A header is listed as signed and not sent.
    #[error("'{0}' is a 'SignedHeader' in the AWS Authorization, but the request does not have it.")]
    AbsentHeader(String),
    /// The request is older than the window.
    #[error("Signature expired: {} is now earlier than {} ({} - {minutes} min.)", .signed_at.basic_seconds(), .earliest.basic_seconds(), .now.basic_seconds())]
    Expired {
        /// The request's time.
        signed_at: Timestamp,
        /// The earliest time that is accepted now.
        earliest: Timestamp,
        /// The server's time.
        now: Timestamp,
        /// The width of the window.
        minutes: u64,
    },
    /// The request is from the future.
    #[error("Signature not yet current: {} is still later than {} ({} + {minutes} min.)", .signed_at.basic_seconds(), .latest.basic_seconds(), .now.basic_seconds())]
    NotYetCurrent {
        /// The request's time.
        signed_at: Timestamp,
        /// The latest time that is accepted now.
        latest: Timestamp,
        /// The server's time.
        now: Timestamp,
        /// The width of the window.
        minutes: u64,
    },
    /// A presigned request was used after its `X-Amz-Expires`.
    #[error("Request has expired")]
    PresignedExpired {
        /// Until when it held.
        expires_at: Timestamp,
        /// The server's time.
        now: Timestamp,
    },
    /// `x-amz-content-sha256` is not the hash of the body, or a form that the service does not accept.
    #[error("The value passed in the X-Amz-Content-SHA256 header is not valid for this request.")]
    WrongPayloadHash,
    /// The key is not known, or comes with a session token that nobody issued.
    #[error("The security token included in the request is invalid.")]
    UnknownKey,
    /// The session that the key belongs to is over.
    #[error("The security token included in the request is expired")]
    ExpiredToken,
    /// The signature is another.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )]
    Mismatch,
}
