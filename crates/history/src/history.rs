//! The event history of each account.
#![allow(clippy::todo, clippy::unused_async, reason = "being written")]

use cairn_environment::Environment;
use cairn_model::{AccountId, Region};
use cairn_store::{Store, StoreError};

use crate::{LookupAnswer, LookupEvents};

/// The event history of each account.
#[derive(Debug, Clone)]
pub struct History {
    store: Store,
    environment: Environment,
}

/// Why a lookup was refused (reference section 1.3, "Paging and time ranges").
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// `InvalidLookupAttributesException`
    #[error("{0}")]
    InvalidLookupAttributes(String),
    /// `InvalidTimeRangeException`
    #[error("{0}")]
    InvalidTimeRange(String),
    /// `InvalidMaxResultsException`
    #[error("{0}")]
    InvalidMaxResults(String),
    /// `InvalidNextTokenException`
    #[error("{0}")]
    InvalidNextToken(String),
    /// `InvalidEventCategoryException`
    #[error("{0}")]
    InvalidEventCategory(String),
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl History {
    /// The history that `store` keeps.
    pub fn new(store: Store, environment: &Environment) -> Self {
        Self { store, environment: environment.clone() }
    }

    /// One page of the events of `account` in `region`; the Region `all` covers every Region.
    ///
    /// # Errors
    /// [`LookupError`] says which rule the request broke.
    pub async fn lookup_events(
        &self,
        account: AccountId,
        region: &Region,
        request: &LookupEvents,
    ) -> Result<LookupAnswer, LookupError> {
        todo!()
    }
}
