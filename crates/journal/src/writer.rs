//! The one writer: takes what waits, writes it as one frame, makes it durable with one sync, and then answers.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use cairn_model::{Entry, NewEntry, Sequence, SequenceRange};
use tokio::sync::watch;

use crate::ahead::lay;
use crate::disk::{DiskFile, DiskLock};
use crate::frame::{FrameEncoder, FramePlace, Hash, SegmentHeader, frame_hash};
use crate::journal::Shared;
use crate::positions::Door;
use crate::queue::{Alarm, Waiting, answer_all};
use crate::recent::Batch;
use crate::recovery::save_clean_mark;
use crate::segment::{Place, segment_name};
use crate::{AppendError, DiskError};

/// A reader that looks for an entry finds a noted place at most this far before it.
const NOTED_BYTES: u64 = 1 << 20;

/// Where the journal is written on.
#[derive(Debug)]
pub(crate) struct Tail {
    /// The last segment, open.
    pub(crate) file: DiskFile,
    /// The last segment, by its first entry.
    pub(crate) segment: Sequence,
    /// Where the next frame goes.
    pub(crate) offset: u64,
    /// How far the zeros reach that lie ahead; `offset` when there are none.
    pub(crate) laid: u64,
    /// The next entry.
    pub(crate) next: Sequence,
    /// The hash of the last frame.
    pub(crate) previous: Hash,
    /// How often the journal has been opened.
    pub(crate) epoch: u64,
}

/// The one writer of a journal.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    tail: Tail,
    encoder: FrameEncoder,
    noted: u64,
    poisoned: bool,
    // Fields are dropped in this order: who waits for the end of `end` finds the lock free.
    _lock: DiskLock,
    end: watch::Sender<Sequence>,
}

/// Why a commit failed.
enum CommitError {
    /// The disk is full, and the journal is as it was before.
    Full,
    /// Nobody knows what is durable.
    Unknown(DiskError),
}

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        tail: Tail,
        encoder: FrameEncoder,
        end: watch::Sender<Sequence>,
        lock: DiskLock,
    ) -> Self {
        metrics::gauge!("journal_end_sequence").set(as_f64(tail.next.0));
        let noted = tail.offset;
        Self { shared, tail, encoder, noted, poisoned: false, _lock: lock, end }
    }

    /// Commits until the journal is closed and all is done. Blocks between its waits.
    pub(crate) async fn run(mut self) {
        let mut alarm = Alarm::default();
        while self.shared.queue.wait(&mut alarm).await {
            self.shared.disk.seek().await;
            self.commit_waiting();
        }
        self.finish();
    }

    /// Commits batch after batch until nobody waits: what came in during one sync goes into the next.
    fn commit_waiting(&mut self) {
        loop {
            let batch = self.shared.queue.take();
            if batch.is_empty() {
                return;
            }
            self.commit(batch);
        }
    }

    fn commit(&mut self, batch: Vec<Waiting>) {
        let started = self.shared.clock.instant();
        let first = self.tail.next;
        match self.write(&batch) {
            Ok(bytes) => {
                let (appends, events) = (batch.len(), self.tail.next.0 - first.0);
                self.publish(first, batch);
                count(appends, events, bytes, started.elapsed());
                metrics::gauge!("journal_end_sequence").set(as_f64(self.tail.next.0));
            }
            Err(CommitError::Full) => {
                tracing::warn!("the journal's disk is full: appends are refused");
                answer_all(batch, &AppendError::Full);
            }
            Err(CommitError::Unknown(error)) => {
                tracing::error!(%error, "the journal's disk failed: nothing more is appended until it is opened anew");
                self.poisoned = true;
                self.shared.queue.poison();
                answer_all(batch, &AppendError::Poisoned);
            }
        }
    }

    /// Makes a batch durable as one frame; the frame's size.
    fn write(&mut self, batch: &[Waiting]) -> Result<u64, CommitError> {
        if self.poisoned {
            let source = std::io::Error::other("failed before");
            return Err(CommitError::Unknown(DiskError::new("write", &segment_name(self.tail.segment), source)));
        }
        self.shared.reserve.ensure().map_err(before_writing)?;
        if self.tail.offset >= self.shared.settings.segment_bytes_max {
            self.roll()?;
        }
        let place = FramePlace { first: self.tail.next, epoch: self.tail.epoch, previous: self.tail.previous };
        let entries = batch.iter().flat_map(|waiting| &waiting.entries);
        let Some(frame) = self.encoder.encode(place, entries) else {
            let source = std::io::Error::other("a batch does not fit the format");
            return Err(CommitError::Unknown(DiskError::new("write", &segment_name(self.tail.segment), source)));
        };
        let file = &self.tail.file;
        if let Err(error) = file.write_at(frame, self.tail.offset) {
            if !error.is_full() {
                return Err(CommitError::Unknown(error));
            }
            // None of it was synced, so that cutting it off leaves the segment as it was.
            file.truncate(self.tail.offset).map_err(CommitError::Unknown)?;
            self.tail.laid = self.tail.offset;
            return Err(CommitError::Full);
        }
        let bytes = u64::try_from(frame.len()).unwrap_or(u64::MAX);
        let place = (self.tail.offset, self.tail.offset.saturating_add(bytes));
        self.tail.laid = lay(file, &self.shared.settings, place, self.tail.laid).map_err(CommitError::Unknown)?;
        file.sync().map_err(CommitError::Unknown)?;
        let count: usize = batch.iter().map(|waiting| waiting.entries.len()).sum();
        self.tail.previous = frame_hash(frame);
        self.tail.offset = place.1;
        self.tail.next = self.tail.next.plus(u64::try_from(count).unwrap_or(u64::MAX));
        self.note();
        Ok(bytes)
    }

    /// Begins a new segment.
    fn roll(&mut self) -> Result<(), CommitError> {
        let Tail { next: first, epoch, previous, .. } = self.tail;
        let header = SegmentHeader { first, epoch, previous }.encode();
        let file = self.shared.disk.write_whole(&segment_name(first), &header).map_err(before_writing)?;
        let offset = u64::try_from(header.len()).unwrap_or(u64::MAX);
        self.tail = Tail { file, segment: first, offset, laid: offset, next: first, previous, epoch };
        self.noted = offset;
        self.shared.segments.add(first);
        Ok(())
    }

    /// Notes where the next frame will begin, now and then.
    fn note(&mut self) {
        let Tail { segment, offset, next, previous, .. } = self.tail;
        if offset.saturating_sub(self.noted) >= NOTED_BYTES {
            self.noted = offset;
            self.shared.segments.note(Place { segment, offset, next, previous });
        }
    }

    /// Shows durable entries to readers, then answers those who appended them.
    fn publish(&mut self, first: Sequence, mut batch: Vec<Waiting>) {
        let mut next = first;
        let mut entries = Vec::new();
        let mut ranges = Vec::with_capacity(batch.len());
        for waiting in &mut batch {
            let begun = next;
            for entry in std::mem::take(&mut waiting.entries) {
                entries.push(numbered(next, entry));
                next = next.plus(1);
            }
            ranges.push(SequenceRange { first: begun, count: next.0 - begun.0 });
        }
        let shown = Arc::new(Batch::new(first, entries));
        self.shared.recent.lock().unwrap_or_else(PoisonError::into_inner).push(shown);
        // Who appended goes first: the followers are told of the new end after them.
        self.end.send_if_modified(|end| {
            *end = next;
            false
        });
        for (waiting, range) in batch.into_iter().zip(ranges) {
            waiting.answer(Ok(range));
        }
        self.end.send_modify(|_| ());
    }

    /// Leaves a mark that the journal was closed in order.
    fn finish(&self) {
        let shared = &self.shared;
        *shared.positions.enter() = Door::Closed;
        if self.poisoned {
            return;
        }
        if let Err(error) = self.tail.file.truncate(self.tail.offset) {
            tracing::warn!(%error, "the zeros at the journal's end stay; nothing is lost");
        }
        let saved = save_clean_mark(&shared.disk, &shared.reserve, self.tail.next, &self.tail.previous);
        if let Err(error) = saved {
            tracing::warn!(%error, "the journal could not be marked as closed in order; nothing is lost");
        }
    }
}

impl Drop for Writer {
    /// Without a writer nobody would answer; that matters when it ends by a panic of ours or with its runtime.
    fn drop(&mut self) {
        *self.shared.positions.enter() = Door::Closed;
        self.shared.queue.poison();
    }
}

/// What happens before the frame is written changes nothing, if it was only space that was lacking.
fn before_writing(error: DiskError) -> CommitError {
    if error.is_full() { CommitError::Full } else { CommitError::Unknown(error) }
}

fn numbered(sequence: Sequence, entry: NewEntry) -> Entry {
    let NewEntry { received_at, account, origin, event, beside, outline } = entry;
    Entry { sequence, received_at, account, origin, event, beside, outline }
}

fn count(appends: usize, events: u64, bytes: u64, took: Duration) {
    metrics::counter!("journal_appends_total").increment(u64::try_from(appends).unwrap_or(u64::MAX));
    metrics::counter!("journal_events_total").increment(events);
    metrics::counter!("journal_bytes_total").increment(bytes);
    metrics::histogram!("journal_commit_seconds").record(took);
}

/// Exact up to 2^53, which is all that a gauge can show.
fn as_f64(number: u64) -> f64 {
    let [high, low] = [number >> 32, number & u64::from(u32::MAX)].map(|half| u32::try_from(half).unwrap_or(u32::MAX));
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}
