//! Which of two things a request is about: a trail or an event data store (reference section 1.3).

use crate::{ApiError, ErrorCode};

/// What a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrailOrStore<'r> {
    Trail(&'r str),
    EventDataStore(&'r str),
}

impl<'r> TrailOrStore<'r> {
    /// Reads the two members; an empty text is as good as none.
    ///
    /// # Errors
    /// `InvalidParameterCombinationException` when both are there, or neither.
    pub(crate) fn of(trail: Option<&'r str>, store: Option<&'r str>) -> Result<Self, ApiError> {
        let named = |text: &&str| !text.is_empty();
        match (trail.filter(named), store.filter(named)) {
            (Some(trail), None) => Ok(Self::Trail(trail)),
            (None, Some(store)) => Ok(Self::EventDataStore(store)),
            (Some(_), Some(_)) => Err(combination("Specify either TrailName or EventDataStore, not both.")),
            (None, None) => Err(combination("Specify TrailName or EventDataStore.")),
        }
    }
}

/// `InvalidParameterCombinationException`
pub(crate) fn combination(message: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidParameterCombinationException, message)
}

/// For operations that have no error for a store which is not there.
pub(crate) fn no_stores_yet() -> ApiError {
    ApiError::new(ErrorCode::UnsupportedOperationException, "Event data stores are not supported yet.")
}

/// There are no event data stores, so whichever a request means is not found.
pub(crate) fn no_such_store(store: &str) -> ApiError {
    let is_arn = store.starts_with("arn:");
    let has_form = match store.splitn(6, ':').collect::<Vec<_>>()[..] {
        ["arn", _, "cloudtrail", _, _, resource] => {
            resource.strip_prefix("eventdatastore/").is_some_and(|id| !id.is_empty())
        }
        _ => false,
    };
    if is_arn && !has_form {
        let message = format!("The event data store ARN {store} is not valid.");
        return ApiError::new(ErrorCode::EventDataStoreARNInvalidException, message);
    }
    ApiError::new(ErrorCode::EventDataStoreNotFoundException, format!("The event data store {store} was not found."))
}
