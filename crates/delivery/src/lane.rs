//! A lane: one account's part of a trail in one Region. Its state changes in memory only after the change is durable.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::{Mutex, MutexGuard};

use crate::batch::{Batch, LogFile};
use crate::depot::Depot;
use crate::digest::{DigestContent, SignedDigest};
use crate::lane_state::{Due, FrozenDigest, LaneState, Moment, SealedLog};
use crate::log_stream::Piece;
use crate::object_names::{self, Place, SuffixSource};
use crate::state_store::{StateError, StateStore};
use crate::{DeliveryError, gzip};

/// One trail in one Region.
#[derive(Debug)]
pub(crate) struct Lane {
    state: Mutex<LaneState>,
    store: StateStore,
    /// Held by the one courier that works for the lane.
    pub(crate) courier: Arc<Mutex<()>>,
    /// Held by the one herald that works for the lane.
    pub(crate) herald: Arc<Mutex<()>>,
    /// Held by the one streamer that works for the lane.
    pub(crate) streamer: Arc<Mutex<()>>,
    /// The first number that no attempt has used. A document that could not be written may be there all the same, and the
    /// bytes that it names must stay what they are.
    untried: AtomicU64,
    /// Whether the lane is forgotten: whoever still works for it writes nothing down.
    is_removed: AtomicBool,
}

/// Where a trail's new files go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) bucket: String,
    pub(crate) prefix: Option<String>,
    /// The organization's id, for an organization trail.
    pub(crate) organization: Option<String>,
}

impl Lane {
    pub(crate) fn new(state: LaneState, store: StateStore) -> Self {
        Self {
            state: Mutex::new(state),
            store,
            courier: Arc::default(),
            herald: Arc::default(),
            streamer: Arc::default(),
            untried: AtomicU64::default(),
            is_removed: AtomicBool::new(false),
        }
    }

    /// The state as it is.
    pub(crate) async fn state(&self) -> MutexGuard<'_, LaneState> {
        self.state.lock().await
    }

    /// Changes the state; the change is durable when this returns, and did not happen when it fails.
    pub(crate) async fn update(&self, change: impl FnOnce(&mut LaneState)) -> Result<(), StateError> {
        let mut state = self.state.lock().await;
        let mut next = state.clone();
        change(&mut next);
        self.replace(&mut state, next).await
    }

    async fn replace(&self, state: &mut LaneState, next: LaneState) -> Result<(), StateError> {
        if next != *state && !self.is_removed.load(Ordering::Relaxed) {
            self.store.write(&object_names::lane(&next.trail.id, &next.region), &next).await?;
            *state = next;
        }
        Ok(())
    }

    /// Seals `batch` into a file for `destination`: first its bytes are durable, then its name. Nothing is put yet.
    pub(crate) async fn seal(
        &self,
        depot: &Depot,
        batch: &Arc<Batch>,
        destination: &Destination,
    ) -> Result<(), DeliveryError> {
        let sealing = Arc::clone(batch);
        let LogFile { member, content_hash, stored_hash } =
            depot.environment.tasks.unhurried(move || sealing.file()).await;
        let mut state = self.state.lock().await;
        let mut next = state.clone();
        let before = next.next_number;
        let sealed_at = next.tick(depot.environment.clock.now());
        let number = self.number(&next);
        let log = SealedLog {
            kind: batch.kind,
            number,
            attempt: 0,
            bucket: destination.bucket.clone(),
            prefix: destination.prefix.clone(),
            organization: destination.organization.clone(),
            key: String::new(),
            first: batch.first,
            last: batch.last,
            content_hash,
            stored_hash,
            oldest: batch.oldest,
            newest: batch.newest,
            received_at: batch.received_at,
            sealed_at,
        };
        let key = log_key(&next, &log, &depot.secret);
        let stored_bytes = u64::try_from(member.len()).unwrap_or(u64::MAX);
        self.store.put(&next.outbox(number), member).await?;
        next.seal(SealedLog { key, ..log });
        next.told_until = next.told_until.max(batch.told_until);
        let mut given_up = Vec::new();
        if depot.targets(&next.trail.id).log_group.is_some() {
            let piece = Piece { number, sealed_at, stored_bytes, sent: 0 };
            given_up = next.stream.add(piece, depot.settings.log_group_backlog_bytes_max);
        }
        self.replace(&mut state, next).await?;
        drop(state);
        self.clear_failed(before..number).await;
        for number in given_up {
            tracing::error!(number, "a log group was away for so long that the events of a file are not sent to it");
            metrics::counter!("delivery_log_files_not_streamed_total").increment(1);
            self.clear(number).await;
        }
        Ok(())
    }

    /// A number for the bytes of one attempt.
    fn number(&self, state: &LaneState) -> u64 {
        let number = state.next_number.max(self.untried.load(Ordering::Relaxed));
        self.untried.store(number + 1, Ordering::Relaxed);
        number
    }

    /// Removes the bytes of attempts that failed, once a later document is durable that does not name them.
    async fn clear_failed(&self, numbers: Range<u64>) {
        for number in numbers {
            self.clear(number).await;
        }
    }

    /// Removes the bytes of a file when they are not needed any more. What stays because of a failure is swept at the
    /// next start.
    pub(crate) async fn clear(&self, number: u64) {
        let state = self.state.lock().await;
        if state.needs(number) {
            return;
        }
        if let Err(error) = self.store.delete(&state.outbox(number)).await {
            tracing::debug!(%error, "delivered bytes stay in the outbox until the next start");
        }
    }

    /// Gives the log file with this number a key that nobody could have taken before.
    pub(crate) async fn rename_log(&self, depot: &Depot, number: u64) -> Result<(), StateError> {
        let mut state = self.state.lock().await;
        let Some(log) = state.logs.iter().find(|log| log.number == number) else { return Ok(()) };
        let key = log_key(&state, &SealedLog { attempt: log.attempt + 1, ..log.clone() }, &depot.secret);
        let mut next = state.clone();
        next.rename_log(number, key);
        self.replace(&mut state, next).await
    }

    /// Writes and signs the next digest when one is due. Says what is due after that.
    pub(crate) async fn freeze_next(
        &self,
        depot: &Depot,
        destination: &Destination,
        moment: Moment<'_>,
    ) -> Result<Due, DeliveryError> {
        let mut state = self.state.lock().await;
        let due = state.due(moment);
        let (Due::Starting(window, _) | Due::Next(window) | Due::Final(window)) = due else { return Ok(due) };
        let mut next = state.clone();
        let before = next.next_number;
        next.tick(moment.now);
        let place = Place {
            prefix: destination.prefix.as_deref(),
            organization: destination.organization.as_deref(),
            account: next.trail.account,
        };
        let key = place.digest_file(&next.region, &next.trail.name, &next.trail.home_region, window.end);
        let signing_key = depot.keys.for_date(&next.region, window.end).await?;
        let (logs, _) = next.split_confirmed(due);
        let previous = next.chain.as_ref().map(|chain| &chain.previous);
        let content = DigestContent {
            account: next.trail.account,
            start: window.start,
            end: window.end,
            bucket: &destination.bucket,
            key: &key,
            previous,
            logs: &logs,
        };
        let SignedDigest { text, content_hash, signature } = content.sign(&signing_key)?;
        let member = gzip::one_member(&text);
        let (number, stored_hash) = (self.number(&next), gzip::sha256_hex(&member));
        self.store.put(&next.outbox(number), member).await?;
        let bucket = destination.bucket.clone();
        let frozen = FrozenDigest { number, bucket, key, end: window.end, stored_hash, signature, contested: false };
        next.freeze(due, frozen, content_hash);
        self.replace(&mut state, next).await?;
        drop(state);
        self.clear_failed(before..number).await;
        Ok(due)
    }

    /// Removes what is stored of the lane.
    pub(crate) async fn remove(&self) -> Result<(), StateError> {
        let state = self.state.lock().await;
        self.is_removed.store(true, Ordering::Relaxed);
        self.store.delete(&object_names::lane(&state.trail.id, &state.region)).await?;
        for name in state.outbox_names() {
            self.store.delete(&name).await?;
        }
        Ok(())
    }
}

fn log_key(state: &LaneState, log: &SealedLog, secret: &[u8]) -> String {
    let source = SuffixSource {
        trail: &state.trail.id,
        region: &state.region,
        number: log.number,
        attempt: log.attempt,
        range: (log.first.0, log.last.0),
    };
    let place = Place {
        prefix: log.prefix.as_deref(),
        organization: log.organization.as_deref(),
        account: state.trail.account,
    };
    place.log_file(log.kind, &state.region, log.sealed_at, &object_names::suffix(secret, source))
}
