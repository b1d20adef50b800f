//! Why an object store did not do what it was asked.

use std::io;

/// Why a bucket did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// No object has this key.
    #[error("no object has this key")]
    NotFound,
    /// An object has this key already, and the put was only for an absent one.
    #[error("an object has this key already")]
    AlreadyExists,
    /// The bucket is not there.
    #[error("the bucket does not exist")]
    NoSuchBucket,
    /// The bucket refuses these credentials, or the file system this process.
    #[error("access denied")]
    AccessDenied,
    /// The bucket cannot hold an object of this key.
    #[error("the key cannot be used: {reason}")]
    InvalidKey {
        /// Which rule it breaks.
        reason: String,
    },
    /// No space is left.
    #[error("no space is left")]
    Full,
    /// No answer came in time. The work may have been done all the same.
    #[error("no answer came in time")]
    TimedOut,
    /// Anything else.
    #[error("{code}: {reason}")]
    Other {
        /// The S3 error code, or `InternalError`.
        code: String,
        /// What happened, in a sentence for the operator.
        reason: String,
    },
}

impl ObjectError {
    /// The S3 error code, as `GetTrailStatus` reports it: `NoSuchBucket`, `AccessDenied` and so on.
    pub fn code(&self) -> &str {
        match self {
            Self::NotFound => "NoSuchKey",
            Self::AlreadyExists => "PreconditionFailed",
            Self::NoSuchBucket => "NoSuchBucket",
            Self::AccessDenied => "AccessDenied",
            Self::InvalidKey { .. } => "InvalidArgument",
            Self::Full => "SlowDown",
            Self::TimedOut => "RequestTimeout",
            Self::Other { code, .. } => code,
        }
    }

    /// Whether the same call may succeed later without anyone changing anything about it: an outage, not a refusal.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Full | Self::TimedOut => true,
            Self::Other { code, .. } => {
                matches!(code.as_str(), "InternalError" | "ServiceUnavailable" | "SlowDown" | "RequestTimeout")
            }
            Self::NotFound
            | Self::AlreadyExists
            | Self::NoSuchBucket
            | Self::AccessDenied
            | Self::InvalidKey { .. } => false,
        }
    }

    pub(crate) fn invalid_key(reason: impl Into<String>) -> Self {
        Self::InvalidKey { reason: reason.into() }
    }

    pub(crate) fn internal(reason: impl Into<String>) -> Self {
        Self::Other { code: "InternalError".to_owned(), reason: reason.into() }
    }
}

impl From<io::Error> for ObjectError {
    fn from(error: io::Error) -> Self {
        #[allow(clippy::wildcard_enum_match_arm, reason = "the list of kinds is open")]
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::AlreadyExists => Self::AlreadyExists,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::AccessDenied,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::InvalidFilename => Self::invalid_key("the file system does not take such a long name"),
            _ => Self::internal(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_from_outages() {
        for outage in [ObjectError::Full, ObjectError::TimedOut, ObjectError::internal("disk gone")] {
            assert!(outage.is_outage(), "{outage}");
        }
        for refusal in [ObjectError::NotFound, ObjectError::NoSuchBucket, ObjectError::AccessDenied] {
            assert!(!refusal.is_outage(), "{refusal}");
        }
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert_eq!(ObjectError::from(denied).code(), "AccessDenied");
    }
}
