//! What the store's follower and its callers share.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use cairn_environment::Environment;
use cairn_journal::Journal;
use cairn_model::{Sequence, Timestamp};
use cairn_objects::Bucket;
use tokio::sync::{mpsc, oneshot, watch};

use crate::cache::Cache;
use crate::stored_file::StoredFile;
use crate::tail::Tail;
use crate::{StoreError, StoreSettings, StoreStats};

/// Someone who waits until everything that is in memory is in files.
pub(crate) type FlushRequest = oneshot::Sender<Result<(), StoreError>>;

/// What the store's follower and its callers share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) bucket: Bucket,
    pub(crate) journal: Journal,
    pub(crate) settings: StoreSettings,
    pub(crate) environment: Environment,
    pub(crate) cache: Arc<Cache>,
    pub(crate) applied: watch::Sender<Sequence>,
    pub(crate) flush_requests: mpsc::Sender<FlushRequest>,
    pub(crate) stats: Mutex<StoreStats>,
    view: RwLock<View>,
}

/// All events at one moment. Each is in exactly one place.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    /// The oldest first; only the last still grows.
    pub(crate) tails: Vec<Arc<RwLock<Tail>>>,
    pub(crate) files: Arc<Vec<Arc<StoredFile>>>,
}

impl Shared {
    pub(crate) fn new(
        bucket: Bucket,
        journal: &Journal,
        settings: StoreSettings,
        environment: &Environment,
        first: Sequence,
    ) -> (Self, mpsc::Receiver<FlushRequest>) {
        let (flush_requests, receiver) = mpsc::channel(16);
        let shared = Self {
            bucket,
            journal: journal.clone(),
            environment: environment.clone(),
            cache: Arc::new(Cache::new(settings.cache_bytes_max)),
            settings,
            applied: watch::Sender::new(first),
            flush_requests,
            stats: Mutex::default(),
            view: RwLock::default(),
        };
        (shared, receiver)
    }

    /// All events at this moment.
    pub(crate) fn view(&self) -> View {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the view in one step.
    pub(crate) fn change_view(&self, change: impl FnOnce(&mut View)) {
        change(&mut self.view.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// What arrived before this moment is no longer kept.
    pub(crate) fn received_min(&self) -> Timestamp {
        self.environment.clock.now().minus(self.settings.retention)
    }

    pub(crate) fn change_stats(&self, change: impl FnOnce(&mut StoreStats)) {
        change(&mut self.stats.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
