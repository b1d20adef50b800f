//! The store's follower of the journal: takes in what is new, writes it to files, merges files, drops old ones.
//!
//! One task does everything that changes the store, so that nothing needs to be agreed on. The long work, making files,
//! runs beside it; its results are committed here: first the manifest, then what lookups see, then the saved position.

use std::future::pending;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use cairn_journal::Follower;
use cairn_model::{Entry, Origin, Sequence};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::StoreError;
use crate::choose::choose;
use crate::compact::{Compacted, compact};
use crate::flush;
use crate::manifest::{FileEntry, Manifest};
use crate::number::length;
use crate::part::Prepared;
use crate::state::{FlushRequest, Shared};
use crate::stored_file::StoredFile;
use crate::tail::Tail;

/// How much is taken from the journal at once.
const READ_BYTES: usize = 1 << 20;
/// So many events are made visible at once; lookups wait that long at most.
const PUSH_ROWS: usize = 64;
/// Fewer events than this are taken in without a change of thread.
const INLINE_ROWS: usize = 16;
/// How often ages are looked at.
const TICK: Duration = Duration::from_secs(1);
/// More events than this in a tick mean that ingest is busy.
const BUSY_ROWS: u64 = 2_000;
/// After a failure the first wait, which doubles up to the last.
const RETRY_FIRST: Duration = Duration::from_millis(250);
const RETRY_LAST: Duration = Duration::from_secs(30);

type Job<T> = Option<JoinHandle<Result<T, StoreError>>>;

/// Everything that changes the store.
#[derive(Debug)]
pub(crate) struct Following {
    shared: Arc<Shared>,
    follower: Follower,
    end: watch::Receiver<Sequence>,
    requests: mpsc::Receiver<FlushRequest>,
    manifest: Manifest,
    next_file: u64,
    /// The next entry to take in.
    next: Sequence,
    active: Arc<RwLock<Tail>>,
    active_since: Option<Instant>,
    frozen: Option<Frozen>,
    flush_job: Job<Vec<FileEntry>>,
    compact_job: Job<Compacted>,
    /// Files that lookups may still read, though the manifest no longer names them.
    retired: Vec<Arc<StoredFile>>,
    waiting: Vec<(Sequence, FlushRequest)>,
    retry: Retry,
    busy_at: Instant,
    next_at_tick: Sequence,
}

/// A tail that no longer grows.
#[derive(Debug)]
struct Frozen {
    tail: Arc<RwLock<Tail>>,
    /// The place after its last event.
    end: Sequence,
}

/// When to try again.
#[derive(Debug)]
struct Retry {
    not_before: Instant,
    wait: Duration,
}

impl Following {
    /// A follower whose files are those of `manifest`.
    pub(crate) fn new(
        shared: Arc<Shared>,
        follower: Follower,
        requests: mpsc::Receiver<FlushRequest>,
        manifest: Manifest,
    ) -> Self {
        let now = shared.environment.clock.instant();
        let next = manifest.flushed;
        let mut following = Self {
            end: shared.journal.watch_end(),
            shared,
            follower,
            requests,
            next_file: 0,
            next,
            active: Arc::default(),
            active_since: None,
            frozen: None,
            flush_job: None,
            compact_job: None,
            retired: Vec::new(),
            waiting: Vec::new(),
            retry: Retry { not_before: now, wait: RETRY_FIRST },
            busy_at: now,
            next_at_tick: next,
            manifest,
        };
        let files = following.manifest.files.clone();
        let files = Arc::new(files.into_iter().map(|entry| following.open_file(entry)).collect());
        let active = Arc::clone(&following.active);
        following.shared.change_view(|view| {
            view.files = files;
            view.tails = vec![active];
        });
        following.report();
        following
    }

    fn open_file(&mut self, entry: FileEntry) -> Arc<StoredFile> {
        self.next_file += 1;
        let (bucket, cache) = (self.shared.bucket.clone(), Arc::clone(&self.shared.cache));
        Arc::new(StoredFile::new(self.next_file, entry, bucket, cache))
    }

    /// Follows the journal until tasks are asked to stop. What is in memory then comes from the journal again.
    pub(crate) async fn run(mut self) {
        if let Err(error) = self.manifest.sweep(&self.shared.bucket).await {
            tracing::warn!(%error, "files that a crash left behind could not be deleted");
        }
        let environment = self.shared.environment.clone();
        let mut tick = self.shared.environment.clock.instant() + TICK;
        while !environment.tasks.is_stopping() {
            let now = environment.clock.instant();
            if now >= tick {
                tick = now + TICK;
                self.tick(now).await;
            }
            self.begin_flush(now);
            let reading = self.may_read();
            if reading && self.take_in().await {
                self.settle_finished().await;
                continue;
            }
            let wait = tick.saturating_duration_since(now).min(self.retry_wait(now));
            tokio::select! {
                () = environment.tasks.stopping() => break,
                changed = self.end.changed(), if reading => if changed.is_err() { self.end_of_journal().await },
                done = finished(&mut self.flush_job) => self.flushed(done).await,
                done = finished(&mut self.compact_job) => self.compacted(done).await,
                Some(request) = self.requests.recv() => self.waiting.push((self.next, request)),
                () = environment.clock.sleep(wait) => {}
            }
        }
    }

    /// The journal is closed: there is nothing more to take in.
    async fn end_of_journal(&self) {
        self.shared.environment.tasks.stopping().await;
    }

    fn retry_wait(&self, now: Instant) -> Duration {
        if self.frozen.is_some() && self.flush_job.is_none() {
            self.retry.not_before.saturating_duration_since(now)
        } else {
            TICK
        }
    }

    /// Handles what finished while the journal had more to read.
    async fn settle_finished(&mut self) {
        if self.flush_job.as_ref().is_some_and(JoinHandle::is_finished) {
            let done = finished(&mut self.flush_job).await;
            self.flushed(done).await;
        }
        if self.compact_job.as_ref().is_some_and(JoinHandle::is_finished) {
            let done = finished(&mut self.compact_job).await;
            self.compacted(done).await;
        }
        while let Ok(request) = self.requests.try_recv() {
            self.waiting.push((self.next, request));
        }
    }

    fn tail_bytes(&self) -> usize {
        let bytes = |tail: &RwLock<Tail>| tail.read().unwrap_or_else(PoisonError::into_inner).bytes;
        bytes(&self.active) + self.frozen.as_ref().map_or(0, |frozen| bytes(&frozen.tail))
    }

    /// Whether there is room for more in memory.
    fn may_read(&self) -> bool {
        self.tail_bytes() < self.shared.settings.tail_bytes_max
    }

    /// Takes in what is new in the journal. False when there is nothing, or it cannot be read now.
    async fn take_in(&mut self) -> bool {
        // Seen before reading, so that what comes meanwhile wakes the wait.
        let _seen = *self.end.borrow_and_update();
        match self.shared.journal.read(self.next, READ_BYTES).await {
            Ok(entries) => {
                let Some(end) = entries.last().map(|entry| entry.sequence.plus(1)) else { return false };
                self.apply(entries).await;
                self.next = end;
                self.shared.applied.send_replace(end);
                true
            }
            Err(error) => {
                tracing::error!(%error, "the journal cannot be read; trying again");
                self.shared.change_stats(|stats| stats.failing = Some(error.to_string()));
                self.shared.environment.clock.sleep(RETRY_FIRST).await;
                false
            }
        }
    }

    async fn apply(&mut self, entries: Vec<Entry>) {
        metrics::counter!("store_events_total").increment(length(entries.len()));
        self.active_since.get_or_insert_with(|| self.shared.environment.clock.instant());
        let (tail, shared) = (Arc::clone(&self.active), Arc::clone(&self.shared));
        let inline = entries.len() < INLINE_ROWS;
        let work = move || {
            let dropped = &shared.settings.dropped_categories;
            for some in entries.chunks(PUSH_ROWS) {
                let read = some.iter().filter(|entry| entry.origin != Origin::Intent).map(Prepared::read);
                let prepared: Vec<_> = read.filter(|event| !dropped.contains(&event.category())).collect();
                tail.write().unwrap_or_else(PoisonError::into_inner).push(&prepared);
            }
        };
        if inline { work() } else { self.shared.environment.tasks.blocking(work).await }
    }

    /// Begins to write the tail to files when it is large or old enough, or someone asked.
    fn begin_flush(&mut self, now: Instant) {
        if self.flush_job.is_some() || now < self.retry.not_before {
            return;
        }
        if self.frozen.is_none() && self.is_flush_due(now) {
            let tail = std::mem::take(&mut self.active);
            let active = Arc::clone(&self.active);
            self.shared.change_view(|view| view.tails.push(active));
            self.active_since = None;
            self.frozen = Some(Frozen { tail, end: self.next });
        }
        if let Some(frozen) = &self.frozen {
            let work = flush::flush(Arc::clone(&self.shared), Arc::clone(&frozen.tail));
            self.flush_job = Some(self.shared.environment.tasks.spawn(work));
        } else {
            self.answer_waiting(None);
        }
    }

    fn is_flush_due(&self, now: Instant) -> bool {
        if self.next == self.manifest.flushed {
            return false;
        }
        let settings = &self.shared.settings;
        let tail = self.active.read().unwrap_or_else(PoisonError::into_inner);
        let is_old = self.active_since.is_some_and(|since| now.duration_since(since) >= settings.flush_age);
        !self.waiting.is_empty() || is_old || tail.rows >= settings.flush_rows || tail.bytes >= settings.flush_bytes
    }

    async fn flushed(&mut self, done: Result<Vec<FileEntry>, StoreError>) {
        let Some(frozen) = self.frozen.take() else { return };
        let mut manifest = self.manifest.clone();
        let committed = match done {
            Ok(files) => {
                manifest.flushed = frozen.end;
                manifest.files.extend(files.iter().cloned());
                self.commit(manifest).await.map(|()| files)
            }
            Err(error) => Err(error),
        };
        match committed {
            Ok(files) => {
                let files: Vec<_> = files.into_iter().map(|entry| self.open_file(entry)).collect();
                self.shared.change_view(|view| {
                    view.tails.retain(|tail| !Arc::ptr_eq(tail, &frozen.tail));
                    view.files = Arc::new(view.files.iter().cloned().chain(files).collect());
                });
                self.retry.wait = RETRY_FIRST;
                if let Err(error) = self.follower.save(frozen.end).await {
                    tracing::warn!(%error, "the position could not be saved; the next flush saves it");
                }
                self.shared.change_stats(|stats| stats.failing = None);
                self.report();
                self.answer_waiting(None);
            }
            Err(error) => {
                self.frozen = Some(frozen);
                self.failed("the newest events could not be written to files; trying again", &error);
                self.report();
                self.answer_waiting(Some(&error));
            }
        }
    }

    fn failed(&mut self, what: &str, error: &StoreError) {
        tracing::warn!(%error, "{what}");
        metrics::counter!("store_failures_total").increment(1);
        self.shared.change_stats(|stats| stats.failing = Some(error.to_string()));
        self.retry.not_before = self.shared.environment.clock.instant() + self.retry.wait;
        self.retry.wait = (self.retry.wait * 2).min(RETRY_LAST);
    }

    /// Makes `manifest` the one that counts. Its number stays used also when that fails.
    async fn commit(&mut self, mut manifest: Manifest) -> Result<(), StoreError> {
        let written = manifest.write(&self.shared.bucket).await;
        if written.is_ok() {
            if let Err(error) = manifest.forget_older(&self.shared.bucket).await {
                tracing::debug!(%error, "older manifests could not be deleted; a later change deletes them");
            }
            self.manifest = manifest;
        } else {
            self.manifest.skip_number_of(&manifest);
        }
        written
    }

    /// Answers those who wait for a flush that is done, or everyone when it failed.
    fn answer_waiting(&mut self, error: Option<&StoreError>) {
        let flushed = self.manifest.flushed;
        for (up_to, request) in std::mem::take(&mut self.waiting) {
            let answer = match error {
                Some(error) => Err(StoreError::Flush(error.to_string())),
                None if up_to <= flushed => Ok(()),
                None => {
                    self.waiting.push((up_to, request));
                    continue;
                }
            };
            // Whoever asked may have gone.
            let _gone = request.send(answer);
        }
    }

    async fn tick(&mut self, now: Instant) {
        if self.next.0 - self.next_at_tick.0 > BUSY_ROWS {
            self.busy_at = now;
        }
        self.next_at_tick = self.next;
        self.drop_expired().await;
        self.delete_retired().await;
        self.begin_compaction(now);
        let is_settled = self.is_quiet(now) && self.compact_job.is_none();
        metrics::gauge!("store_settled").set(if is_settled { 1.0 } else { 0.0 });
        self.report();
    }

    fn is_quiet(&self, now: Instant) -> bool {
        now.duration_since(self.busy_at) >= self.shared.settings.compact_after_quiet
    }

    fn begin_compaction(&mut self, now: Instant) {
        if self.compact_job.is_some() || !self.is_quiet(now) || now < self.retry.not_before {
            return;
        }
        let files = self.shared.view().files;
        if let Some(inputs) = choose(&files, &self.shared.settings) {
            let work = compact(Arc::clone(&self.shared), inputs);
            self.compact_job = Some(self.shared.environment.tasks.spawn(work));
        }
    }

    async fn compacted(&mut self, done: Result<Compacted, StoreError>) {
        let replaced = match done {
            Ok(Compacted { inputs, outputs }) => self.replace(inputs, outputs).await,
            Err(error) => Err(error),
        };
        if let Err(error) = replaced {
            self.failed("files could not be merged; trying again", &error);
        }
        self.report();
    }

    /// Puts `outputs` in the place of `inputs`, unless some of them are gone meanwhile.
    async fn replace(&mut self, inputs: Vec<Arc<StoredFile>>, outputs: Vec<FileEntry>) -> Result<(), StoreError> {
        let view = self.shared.view();
        let is_input = |file: &Arc<StoredFile>| inputs.iter().any(|input| Arc::ptr_eq(input, file));
        if view.files.iter().filter(|file| is_input(file)).count() < inputs.len() {
            return Ok(());
        }
        let mut manifest = self.manifest.clone();
        manifest.files.retain(|entry| !inputs.iter().any(|input| input.entry == *entry));
        manifest.files.extend(outputs.iter().cloned());
        self.commit(manifest).await?;
        let outputs: Vec<_> = outputs.into_iter().map(|entry| self.open_file(entry)).collect();
        self.shared.change_view(|view| {
            let kept = view.files.iter().filter(|file| !is_input(file)).cloned();
            view.files = Arc::new(kept.chain(outputs).collect());
        });
        self.retired.extend(inputs);
        Ok(())
    }

    /// Drops the files of which nothing is kept any more.
    async fn drop_expired(&mut self) {
        let received_min = self.shared.received_min();
        let files = self.shared.view().files;
        let expired: Vec<_> = files.iter().filter(|file| file.entry.received_max < received_min).cloned().collect();
        if !expired.is_empty()
            && let Err(error) = self.replace(expired, Vec::new()).await
        {
            self.failed("old files could not be dropped; trying again", &error);
        }
    }

    /// Deletes the retired files that no lookup reads any more.
    async fn delete_retired(&mut self) {
        let (free, used) = std::mem::take(&mut self.retired).into_iter().partition(|file| Arc::strong_count(file) == 1);
        self.retired = used;
        let free: Vec<Arc<StoredFile>> = free;
        for file in free {
            if let Err(error) = file.delete().await {
                tracing::warn!(%error, "a file that is no longer needed could not be deleted; trying again");
                self.retired.push(file);
            }
        }
    }

    fn report(&self) {
        let files = &self.manifest.files;
        let active_rows = self.active.read().unwrap_or_else(PoisonError::into_inner).rows;
        let frozen = self.frozen.as_ref();
        let frozen_rows = frozen.map_or(0, |frozen| frozen.tail.read().unwrap_or_else(PoisonError::into_inner).rows);
        self.shared.change_stats(|stats| {
            stats.file_events = files.iter().map(|file| file.rows).sum();
            stats.tail_events = length(active_rows + frozen_rows);
            stats.tail_bytes = length(self.tail_bytes());
            stats.files = length(files.len());
            stats.parquet_bytes = files.iter().map(|file| file.parquet_bytes).sum();
            stats.index_bytes = files.iter().map(|file| file.index_bytes).sum();
            stats.flushed = self.manifest.flushed;
            metrics::gauge!("store_files").set(gauge(stats.files));
            metrics::gauge!("store_tail_events").set(gauge(stats.tail_events));
            metrics::gauge!("store_bytes").set(gauge(stats.parquet_bytes + stats.index_bytes));
        });
    }
}

/// A number as gauges take it; beyond 2⁵² its last digits do not matter.
fn gauge(number: u64) -> f64 {
    let (high, low) = (u32::try_from(number >> 32).unwrap_or(u32::MAX), number & 0xffff_ffff);
    f64::from(high) * 4_294_967_296.0 + f64::from(u32::try_from(low).unwrap_or(u32::MAX))
}

/// What a job gave once it ends; never while there is none.
async fn finished<T>(job: &mut Job<T>) -> Result<T, StoreError> {
    let Some(running) = job else { return pending().await };
    let done = running.await;
    *job = None;
    done.unwrap_or_else(|error| Err(StoreError::Flush(error.to_string())))
}
