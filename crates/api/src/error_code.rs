//! Error codes: one table of every code that an answer can carry and the HTTP status that goes with it.

use std::fmt;

/// An error as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// Which kind.
    pub code: ErrorCode,
    /// What is wrong, in words for the caller.
    pub message: String,
    /// `Reason`, of the errors that have one.
    pub reason: Option<&'static str>,
}

impl ApiError {
    /// An error of this kind with this text.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), reason: None }
    }

    /// The same with a `Reason`.
    #[must_use]
    pub fn with_reason(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// Something of ours broke. The cause goes to the log, never to the caller.
    pub fn internal() -> Self {
        Self::new(ErrorCode::InternalFailure, "An internal error occurred. Try again later.")
    }
}

/// A code is called as it is written, unless two services give it different statuses: then it stands in two rows.
macro_rules! error_codes {
    (@text $name:ident) => { stringify!($name) };
    (@text $name:ident $text:literal) => { $text };
    ($(#[$about:meta])*
        common { $($common:ident $(as $common_text:literal)? = $common_status:literal,)+ }
        modelled { $($modelled:ident $(as $text:literal)? = $status:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the codes are AWS's own words")]
        pub enum ErrorCode { $($common,)+ $($modelled,)+ }

        impl ErrorCode {
            /// The code as it stands in answers and events.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$common => error_codes!(@text $common $($common_text)?),)+
                    $(Self::$modelled => error_codes!(@text $modelled $($text)?),)+
                }
            }

            /// The HTTP status of an answer with this code.
            pub const fn http_status(self) -> u16 {
                match self {
                    $(Self::$common => $common_status,)+
                    $(Self::$modelled => $status,)+
                }
            }

            /// Whether any request can be answered with it, whatever its operation lists.
            pub const fn is_common(self) -> bool {
                match self {
                    $(Self::$common => true,)+
                    $(Self::$modelled => false,)+
                }
            }
        }
    };
}

error_codes! {
    /// Every code that an answer can carry. The first half belongs to the front door and to every operation
    /// (reference section 2.4, and the same refusals in the words of the query and S3 protocols); the second half to
    /// the operations whose service models list them.
    common {
        AccessDenied = 403,
        AccessDeniedException = 403,
        AuthorizationHeaderMalformed = 400,
        EntityTooLarge = 400,
        ExpiredToken = 403,
        ExpiredTokenException = 403,
        ExpiredTokenOfS3 as "ExpiredToken" = 400,
        IncompleteSignature = 400,
        IncompleteSignatureException = 400,
        InternalFailure = 500,
        InternalError = 500,
        InvalidAccessKeyId = 403,
        InvalidAction = 400,
        InvalidClientTokenId = 403,
        InvalidRequest = 400,
        InvalidSignatureException = 403,
        MalformedHttpRequestException = 400,
        MalformedInput = 400,
        MalformedQueryString = 400,
        MethodNotAllowed = 405,
        MissingAction = 400,
        MissingAuthenticationToken = 403,
        MissingAuthenticationTokenException = 403,
        NotAuthorized = 401,
        NotImplemented = 501,
        OptInRequired = 403,
        RequestAbortedException = 400,
        RequestEntityTooLargeException = 413,
        RequestExpired = 400,
        RequestTimeTooSkewed = 403,
        RequestTimeoutException = 408,
        SerializationException = 400,
        ServiceUnavailable = 503,
        SignatureDoesNotMatch = 403,
        SlowDown = 503,
        Throttling = 400,
        ThrottlingException = 400,
        UnknownOperationException = 400,
        UnrecognizedClientException = 403,
        UnsupportedMediaTypeException = 415,
        ValidationError = 400,
        ValidationException = 400,
        XAmzContentSHA256Mismatch = 400,
    }
    modelled {
        AWSOrganizationsNotInUseException = 400,
        AccountAlreadyRegisteredException = 400,
        AccountNotFoundException = 400,
        AccountNotRegisteredException = 400,
        AccountRegisteredException = 400,
        AlreadyExistsException = 400,
        AlreadyInOrganizationException = 400,
        CannotDelegateManagementAccountException = 400,
        ChannelARNInvalidException = 400,
        ChannelNotFoundException = 400,
        CloudTrailARNInvalidException = 400,
        CloudTrailAccessNotEnabledException = 400,
        ConcurrentModification = 409,
        ConflictException = 400,
        ConstraintViolationException = 400,
        CreateAccountStatusNotFoundException = 400,
        DelegatedAdminAccountLimitExceededException = 400,
        DeleteConflict = 409,
        DisabledException = 400,
        DryRunOperationException = 400,
        DuplicateHandshakeException = 400,
        EntityAlreadyExists = 409,
        EntityTemporarilyUnmodifiable = 409,
        EventDataStoreARNInvalidException = 400,
        EventDataStoreNotFoundException = 400,
        ExpiredWebIdentityToken as "ExpiredTokenException" = 400,
        IDPCommunicationError = 400,
        IDPRejectedClaim = 403,
        HandshakeAlreadyInStateException = 400,
        HandshakeConstraintViolationException = 400,
        HandshakeNotFoundException = 400,
        IncorrectKeyException = 400,
        InsightNotEnabledException = 400,
        InsufficientDependencyServiceAccessPermissionException = 400,
        InsufficientS3BucketPolicyException = 400,
        InsufficientSnsTopicPolicyException = 400,
        InvalidAliasNameException = 400,
        InvalidAuthenticationCode = 403,
        InvalidCiphertextException = 400,
        InvalidCloudWatchLogsLogGroupArnException = 400,
        InvalidCloudWatchLogsRoleArnException = 400,
        InvalidEventCategoryException = 400,
        InvalidEventSelectorsException = 400,
        InvalidHandshakeTransitionException = 400,
        InvalidHomeRegionException = 400,
        InvalidIdentityToken = 400,
        InvalidInput = 400,
        InvalidInputException = 400,
        InvalidInsightSelectorsException = 400,
        InvalidKmsKeyIdException = 400,
        InvalidLookupAttributesException = 400,
        InvalidMarkerException = 400,
        InvalidMaxResultsException = 400,
        InvalidNextTokenException = 400,
        InvalidParameterCombinationException = 400,
        InvalidParameterException = 400,
        InvalidS3BucketNameException = 400,
        InvalidS3PrefixException = 400,
        InvalidSnsTopicNameException = 400,
        InvalidTagParameterException = 400,
        InvalidTimeRangeException = 400,
        InvalidTrailNameException = 400,
        InvalidUserType = 400,
        KMSInvalidStateException = 400,
        InsufficientEncryptionPolicyException = 400,
        KmsException = 400,
        KmsKeyNotFoundException = 400,
        LimitExceeded = 409,
        LimitExceededException = 400,
        MalformedPolicyDocument = 400,
        MalformedPolicyDocumentException = 400,
        MasterCannotLeaveOrganizationException = 400,
        MaximumNumberOfTrailsExceededException = 400,
        NoSuchEntity = 404,
        NotFoundException = 400,
        NotOrganizationManagementAccountException = 400,
        NotOrganizationMasterAccountException = 400,
        OperationNotPermittedException = 400,
        OrganizationNotEmptyException = 400,
        OrganizationNotInAllFeaturesModeException = 400,
        OrganizationsNotInUseException = 400,
        PackedPolicyTooLarge = 400,
        PasswordPolicyViolation = 400,
        PolicyEvaluation = 500,
        PolicyNotAttachable = 400,
        ReportExpired = 410,
        ReportInProgress = 404,
        ReportNotPresent = 410,
        ResourceARNNotValidException = 400,
        ResourceNotFoundException = 400,
        ResourcePolicyNotValidException = 400,
        ResourceTypeNotSupportedException = 400,
        S3BucketDoesNotExistException = 400,
        TagException = 400,
        TagsLimitExceededException = 400,
        TrailAlreadyExistsException = 400,
        TrailNotFoundException = 400,
        UnmodifiableEntity = 400,
        UnsupportedOperationException = 400,
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ErrorCode {
    /// Whether an operation that lists these errors may answer with it. What settings declare is unmodifiable for every
    /// operation, also for those whose models do not foresee it.
    pub fn fits(self, listed: &[Self]) -> bool {
        self.is_common() || self == Self::UnmodifiableEntity || listed.contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_knows_its_status_and_whether_any_request_can_get_it() {
        assert_eq!(ErrorCode::TrailNotFoundException.as_str(), "TrailNotFoundException");
        assert_eq!(ErrorCode::TrailNotFoundException.http_status(), 400);
        assert!(!ErrorCode::TrailNotFoundException.is_common());
        assert_eq!(ErrorCode::RequestEntityTooLargeException.http_status(), 413);
        assert!(ErrorCode::SerializationException.is_common());
        let (session, token) = (ErrorCode::ExpiredTokenException, ErrorCode::ExpiredWebIdentityToken);
        assert_eq!(session.as_str(), token.as_str());
        assert_eq!((session.http_status(), token.http_status()), (403, 400));
    }
}
