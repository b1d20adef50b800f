//! The store itself.

use std::sync::{Arc, PoisonError, RwLock};

use cairn_environment::Environment;
use cairn_journal::Journal;
use cairn_model::{AccountId, EventKey, Sequence, Timestamp};
use cairn_objects::Bucket;
use tokio::sync::oneshot;

use crate::count;
use crate::dedup;
use crate::follow::Following;
use crate::lookup;
use crate::manifest::Manifest;
use crate::number::length;
use crate::oldest;
use crate::question::Question;
use crate::state::Shared;
use crate::tail::Tail;
use crate::{EventColumn, Found, Known, LookupQuery, StoreSettings, Tally};

/// The name under which the store follows the journal.
const FOLLOWER: &str = "store";

/// The events of every account: a follower of the journal. Clones share it.
#[derive(Debug, Clone)]
pub struct Store(Arc<Shared>);

/// Why a store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The object store failed.
    #[error("the object store failed: {0}")]
    Objects(#[from] cairn_objects::ObjectError),
    /// The journal failed.
    #[error("the journal failed: {0}")]
    Journal(#[from] cairn_journal::ReadError),
    /// The journal lacks what the store has already: it is another one, or was lost.
    #[error("the journal ends at {end}, but the store has everything up to {flushed}")]
    OtherJournal {
        /// The end of the journal.
        end: Sequence,
        /// The end of what the store has.
        flushed: Sequence,
    },
    /// An object of the store is damaged.
    #[error("{key} is damaged: {problem}")]
    Damaged {
        /// Its key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Events could not be written to files.
    #[error("events could not be written to files: {0}")]
    Flush(String),
    /// The store is too far behind the journal, or stopped.
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
    /// Opens the store in `bucket` and begins to follow `journal`, until the tasks of `environment` stop.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket or the journal cannot be read.
    pub async fn open(
        bucket: Bucket,
        journal: &Journal,
        settings: StoreSettings,
        environment: &Environment,
    ) -> Result<Self, StoreError> {
        let follower = journal.follower(FOLLOWER).await?;
        let manifest = Manifest::read(&bucket, follower.position()).await?;
        let (flushed, end) = (manifest.flushed, journal.end());
        if flushed > end {
            return Err(StoreError::OtherJournal { end, flushed });
        }
        let (shared, requests) = Shared::new(bucket, journal, settings, environment, flushed);
        let shared = Arc::new(shared);
        let following = Following::new(Arc::clone(&shared), follower, requests, manifest);
        drop(environment.tasks.spawn(following.run()));
        Ok(Self(shared))
    }

    /// Every event before this place is durable, and seen by a lookup that begins now.
    pub fn end(&self) -> Sequence {
        self.0.journal.end()
    }

    /// Every event before this place is visible to lookups.
    pub fn applied(&self) -> Sequence {
        *self.0.applied.borrow()
    }

    /// Waits until every event before `up_to` is visible to lookups.
    pub async fn wait_applied(&self, up_to: Sequence) {
        let mut applied = self.0.applied.subscribe();
        // The sender lives as long as the store.
        let _seen = applied.wait_for(|applied| *applied >= up_to).await.is_ok();
    }

    /// The newest events that fit `query`, newest first. Sees every event that was durable when it was called.
    ///
    /// # Errors
    /// [`StoreError`] when files cannot be read, or the store is too far behind.
    pub async fn lookup(&self, query: &LookupQuery) -> Result<Vec<Found>, StoreError> {
        self.catch_up().await?;
        let question = Question::new(query, self.0.received_min());
        lookup::lookup(&self.0.view(), &question).await
    }

    /// Counts every event that fits `query`, whatever its `limit` and `after`, into `tally`, whose fields are `by`: columns that have
    /// at most one text for an event. Sees every event that was durable when it was called.
    ///
    /// # Errors
    /// [`StoreError`] when files cannot be read, or the store is too far behind.
    pub async fn count(&self, query: &LookupQuery, by: &[EventColumn], tally: &mut Tally) -> Result<(), StoreError> {
        self.catch_up().await?;
        let query = LookupQuery { limit: usize::MAX, after: None, ..query.clone() };
        let question = Question::new(&query, self.0.received_min());
        count::count(&self.0.view(), &question, by, tally).await
    }

    /// When the oldest event of `account` happened that is still kept; none when there is none. Sees every event that was
    /// durable when it was called.
    ///
    /// # Errors
    /// [`StoreError`] when files cannot be read, or the store is too far behind.
    pub async fn oldest(&self, account: AccountId) -> Result<Option<Timestamp>, StoreError> {
        self.catch_up().await?;
        oldest::oldest(&self.0.view(), account, self.0.received_min()).await
    }

    /// Waits until everything that is durable by now is visible.
    async fn catch_up(&self) -> Result<(), StoreError> {
        let end = self.0.journal.end();
        if self.applied() < end {
            let wait = self.0.environment.clock.timeout(self.0.settings.lookup_wait_max, self.wait_applied(end));
            wait.await.map_err(|_| StoreError::Behind)?;
        }
        Ok(())
    }

    /// Which of `keys` the store has, in their order. Sees every event before [`Store::applied`].
    ///
    /// # Errors
    /// [`StoreError`] when files cannot be read.
    pub async fn known(&self, account: AccountId, keys: &[EventKey]) -> Result<Vec<Known>, StoreError> {
        dedup::known(&self.0.view(), account, keys).await
    }

    /// Writes everything that is in memory to files, and waits for it.
    ///
    /// # Errors
    /// [`StoreError`] when it failed; it is tried again by itself.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let (sender, receiver) = oneshot::channel();
        self.0.flush_requests.send(sender).await.map_err(|_| StoreError::Behind)?;
        receiver.await.map_err(|_| StoreError::Behind)?
    }

    /// The state in numbers. What is in memory is counted at this moment, the rest was at the last change to the files.
    pub fn stats(&self) -> StoreStats {
        let stats = self.0.stats.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let rows = |tail: &Arc<RwLock<Tail>>| tail.read().unwrap_or_else(PoisonError::into_inner).rows;
        StoreStats { applied: self.applied(), tail_events: length(self.0.view().tails.iter().map(rows).sum()), ..stats }
    }
}
