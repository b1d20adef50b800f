//! The store itself.
#![allow(clippy::todo, clippy::unused_async, clippy::needless_pass_by_value, reason = "being written")]

use cairn_environment::Environment;
use cairn_journal::Journal;
use cairn_model::{AccountId, EventKey, Sequence};
use cairn_objects::Bucket;

use crate::{Found, Known, LookupQuery, StoreSettings};

/// The events of every account: a follower of the journal.
#[derive(Debug, Clone)]
pub struct Store {}

/// Why a store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The object store failed.
    #[error("the object store failed: {0}")]
    Objects(#[from] cairn_objects::ObjectError),
    /// The journal failed.
    #[error("the journal failed: {0}")]
    Journal(String),
    /// An object of the store is damaged.
    #[error("{key} is damaged: {problem}")]
    Damaged {
        /// Its key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The store is too far behind the journal.
    #[error("the store has not caught up with the journal")]
    Behind,
}

/// The state of a store in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Events in files.
    pub file_events: u64,
    /// Events in memory.
    pub tail_events: u64,
    /// Bytes of JSON in memory.
    pub tail_bytes: u64,
    /// Files.
    pub files: u64,
    /// Bytes of the Parquet files.
    pub parquet_bytes: u64,
    /// Bytes of the lookup indexes.
    pub index_bytes: u64,
    /// Everything before this place is in files.
    pub flushed: Sequence,
    /// Everything before this place is visible.
    pub applied: Sequence,
    /// Why the last attempt to write files failed, until one succeeds.
    pub failing: Option<String>,
}

impl Store {
    /// Opens the store in `bucket` and begins to follow `journal`.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket or the journal cannot be read.
    pub async fn open(
        bucket: Bucket,
        journal: &Journal,
        settings: StoreSettings,
        environment: &Environment,
    ) -> Result<Self, StoreError> {
        todo!()
    }

    /// Every event before this place is visible to lookups.
    pub fn applied(&self) -> Sequence {
        todo!()
    }

    /// Waits until every event before `up_to` is visible to lookups.
    pub async fn wait_applied(&self, up_to: Sequence) {
        todo!()
    }

    /// The newest events that fit `query`, newest first. Sees every event that was durable when it was called.
    ///
    /// # Errors
    /// [`StoreError`] when files cannot be read, or the store is too far behind.
    pub async fn lookup(&self, query: &LookupQuery) -> Result<Vec<Found>, StoreError> {
        todo!()
    }

    /// Which of `keys` the store has, in their order. Sees every event that was durable when it was called.
    ///
    /// # Errors
    /// [`StoreError`] when files cannot be read, or the store is too far behind.
    pub async fn known(&self, account: AccountId, keys: &[EventKey]) -> Result<Vec<Known>, StoreError> {
        todo!()
    }

    /// Writes everything that is in memory to files, and waits for it.
    ///
    /// # Errors
    /// [`StoreError`] when it failed; it is tried again by itself.
    pub async fn flush(&self) -> Result<(), StoreError> {
        todo!()
    }

    /// The state in numbers.
    pub fn stats(&self) -> StoreStats {
        todo!()
    }
}
