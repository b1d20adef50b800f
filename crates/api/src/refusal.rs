//! What the errors of the parts below mean to a caller. The cause of our own failures goes to the log.

use cairn_catalog::ChangeError;
use cairn_delivery::{DeliveryError, DestinationError};
use cairn_history::LookupError;
use cairn_model::{InvalidBucketName, InvalidKeyPrefix, InvalidTrailArn, InvalidTrailName, InvalidTrailReference};

use crate::{ApiError, ErrorCode};

impl From<InvalidTrailName> for ApiError {
    fn from(error: InvalidTrailName) -> Self {
        Self::new(ErrorCode::InvalidTrailNameException, error.to_string())
    }
}

impl From<InvalidTrailArn> for ApiError {
    fn from(error: InvalidTrailArn) -> Self {
        Self::new(ErrorCode::CloudTrailARNInvalidException, error.to_string())
    }
}

impl From<InvalidTrailReference> for ApiError {
    fn from(error: InvalidTrailReference) -> Self {
        match error {
            InvalidTrailReference::Name(error) => error.into(),
            InvalidTrailReference::Arn(error) => error.into(),
        }
    }
}

impl From<InvalidBucketName> for ApiError {
    fn from(error: InvalidBucketName) -> Self {
        Self::new(ErrorCode::InvalidS3BucketNameException, error.to_string())
    }
}

impl From<InvalidKeyPrefix> for ApiError {
    fn from(error: InvalidKeyPrefix) -> Self {
        Self::new(ErrorCode::InvalidS3PrefixException, error.to_string())
    }
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NameTaken { account, name } => Self::new(
                ErrorCode::TrailAlreadyExistsException,
                format!("Trail {name} already exists for customer: {account}"),
            ),
            ChangeError::TooManyTrails { account, region, limit } => Self::new(
                ErrorCode::MaximumNumberOfTrailsExceededException,
                format!("User: {account} already has {limit} trails in {region}."),
            ),
            ChangeError::TooManyTags { limit } => Self::new(
                ErrorCode::TagsLimitExceededException,
                format!(
                    "The number of tags per trail has exceeded the permitted amount. Currently, the limit is {limit}."
                ),
            ),
            // The trail was found a moment ago: somebody else was quicker.
            ChangeError::NotFound | ChangeError::Conflict => Self::new(
                ErrorCode::ConflictException,
                "The trail was changed by another request at the same time. Try again.",
            ),
            ChangeError::ApprovalPending(request) => Self::new(
                ErrorCode::OperationNotPermittedException,
                format!(
                    "The trail is protected: this change waits for approval. Request {} is pending until {}. {} carries \
                     it out.",
                    request.id,
                    request.expires_at().iso_seconds(),
                    capitalized(&request.condition()),
                ),
            ),
            ChangeError::Catalog(error) => {
                tracing::error!(%error, "the catalogue failed");
                Self::internal()
            }
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

impl From<DestinationError> for ApiError {
    fn from(error: DestinationError) -> Self {
        match error {
            DestinationError::BucketDoesNotExist(bucket) => {
                Self::new(ErrorCode::S3BucketDoesNotExistException, format!("S3 bucket {bucket} does not exist!"))
            }
            DestinationError::InsufficientPolicy { bucket, reason, policy } => Self::new(
                ErrorCode::InsufficientS3BucketPolicyException,
                format!(
                    "Incorrect S3 bucket policy is detected for bucket: {bucket}. {reason}. It needs this policy: {policy}"
                ),
            ),
            DestinationError::Refused { bucket, code } => {
                tracing::info!(bucket, code, "a bucket refused a trail's marker objects");
                Self::new(
                    ErrorCode::InsufficientS3BucketPolicyException,
                    format!("Incorrect S3 bucket policy is detected for bucket: {bucket}"),
                )
            }
        }
    }
}

impl From<DeliveryError> for ApiError {
    fn from(error: DeliveryError) -> Self {
        tracing::error!(%error, "delivery failed");
        Self::internal()
    }
}

impl From<LookupError> for ApiError {
    fn from(error: LookupError) -> Self {
        let code = match &error {
            LookupError::InvalidLookupAttributes(_) => ErrorCode::InvalidLookupAttributesException,
            LookupError::InvalidTimeRange(_) => ErrorCode::InvalidTimeRangeException,
            LookupError::InvalidMaxResults(_) => ErrorCode::InvalidMaxResultsException,
            LookupError::InvalidNextToken(_) => ErrorCode::InvalidNextTokenException,
            LookupError::InvalidEventCategory(_) => ErrorCode::InvalidEventCategoryException,
            LookupError::InvalidSearch(_) => ErrorCode::ValidationException,
            LookupError::Store(cause) => {
                tracing::error!(%cause, "the event history failed");
                return Self::internal();
            }
        };
        Self::new(code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_refuses_is_named_without_the_cause() {
        let refused = DestinationError::Refused { bucket: "logs".into(), code: "AccessDenied".into() };
        let expected = "Incorrect S3 bucket policy is detected for bucket: logs";
        assert_eq!(ApiError::from(refused), ApiError::new(ErrorCode::InsufficientS3BucketPolicyException, expected));
    }

    #[test]
    fn failures_of_our_own_say_nothing_of_their_cause() {
        let closed = ChangeError::Catalog(cairn_catalog::CatalogError::Closed);
        assert_eq!(ApiError::from(closed), ApiError::internal());
        assert_eq!(ApiError::from(ChangeError::Conflict).code, ErrorCode::ConflictException);
        assert_eq!(ApiError::from(ChangeError::NotFound).code, ErrorCode::ConflictException);
    }
}
