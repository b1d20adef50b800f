//! Intents: calls of others that are recorded before they are passed on, so that one whose end is never seen still has
//! its event.
//!
//! An intent is an entry of [`Origin::Intent`] that holds the very event of a call without an end. Followers pass it.
//! The completion is an ordinary event with the same `eventID`. At the next start, intents without a completion become
//! events themselves.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use cairn_journal::{AppendError, Follower, PendingAppend, ReadError, SaveError};
use cairn_model::{Entry, NewEntry, Origin, Sequence};

use crate::recorder::Parts;
use crate::{Call, CallRecord, Recorder};

/// `errorCode` of a call whose end was never seen.
const CODE: &str = "CompletionUnknown";

const MESSAGE: &str = "The call was passed on, but its answer was never seen: whether it took effect is not known.";

/// Bytes of entries that are read at once.
const READ_BYTES: usize = 4 << 20;

/// Events that one append carries.
const EVENTS_PER_APPEND: usize = 256;

/// A call that is durable as an intent and not completed yet.
#[derive(Debug)]
pub struct Intent {
    event_id: String,
    ticket: u64,
    call: Option<Box<Call>>,
}

impl Intent {
    /// The `eventID` that the call's event will have.
    pub fn event_id(&self) -> &str {
        &self.event_id
    }

    /// The call as it was intended, once, for an end that differs from it in little.
    pub fn take_call(&mut self) -> Option<Box<Call>> {
        self.call.take()
    }
}

/// How a call ended, on its way to the journal. It arrives also when this is dropped; only the intent is closed by
/// nobody then.
#[derive(Debug)]
pub struct PendingEnd {
    ticket: u64,
    append: PendingAppend,
}

/// Why the intents of an earlier life could not be completed.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// The journal cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The events cannot be appended.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The position cannot be saved.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// The intents of this process that are not completed, each with a place in the journal that is not behind its own.
#[derive(Debug, Default)]
pub(crate) struct OpenIntents(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    next: u64,
    floors: BTreeMap<u64, Sequence>,
}

impl OpenIntents {
    /// `end` is asked while nobody can look: whoever looks later finds the intent.
    fn begin(&self, end: impl FnOnce() -> Sequence) -> u64 {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = open.next;
        open.next += 1;
        let floor = end();
        open.floors.insert(ticket, floor);
        ticket
    }

    fn end(&self, ticket: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).floors.remove(&ticket);
    }

    fn lowest(&self) -> Option<Sequence> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).floors.values().next().copied()
    }
}

impl Recorder {
    /// Makes it durable that `call` is about to be passed on. Nothing of it must have happened before.
    ///
    /// # Errors
    /// [`AppendError`] of the journal: the call must not be passed on.
    pub async fn intend(&self, call: Call) -> Result<Intent, AppendError> {
        let Parts { journal, environment, intents, .. } = &*self.0;
        let event_id = environment.random.uuid();
        let mut call = Box::new(call);
        let error = call.error.replace((CODE.to_owned(), MESSAGE.to_owned()));
        let entry = NewEntry { origin: Origin::Intent, ..self.0.entry_with_id(&call, &event_id, None) };
        call.error = error;
        let ticket = intents.begin(|| journal.end());
        match journal.append(vec![entry]).await {
            Ok(_) => Ok(Intent { event_id, ticket, call: Some(call) }),
            Err(error) => {
                intents.end(ticket);
                Err(error)
            }
        }
    }

    /// Records how a call ended that was intended: the first of `records` is its event, further ones come with it
    /// as in [`Recorder::record_all`]. Returns when they are durable. After an error it may be tried again.
    ///
    /// # Errors
    /// [`AppendError`] of the journal. The intent stays open.
    pub async fn complete(&self, intent: &Intent, records: &[CallRecord]) -> Result<(), AppendError> {
        self.0.append_call(self.0.entries_of(&intent.event_id, records)).await?;
        self.0.intents.end(intent.ticket);
        Ok(())
    }

    /// As [`Recorder::complete`], but returns when the end was handed to the journal: it becomes durable a moment later,
    /// in the order in which ends and intents were handed over. Until then the intent stays open, and a crash leaves
    /// its event without the end. [`Recorder::settled_end`] tells when it is durable, and closes the intent.
    ///
    /// # Errors
    /// [`AppendError`] where it is known at once that the end is not recorded. The intent stays open.
    pub async fn complete_soon(&self, intent: &Intent, records: &[CallRecord]) -> Result<PendingEnd, AppendError> {
        let append = self.0.append_call_soon(self.0.entries_of(&intent.event_id, records)).await?;
        Ok(PendingEnd { ticket: intent.ticket, append })
    }

    /// What has become of an end that was handed over; none while it is on its way. Once it is durable, the intent is
    /// closed.
    ///
    /// # Errors
    /// [`AppendError`] of the journal. The intent stays open, and its completion may be tried again.
    pub fn settled_end(&self, end: &mut PendingEnd) -> Option<Result<(), AppendError>> {
        let outcome = end.append.outcome()?;
        Some(self.close(end.ticket, outcome.map(drop)))
    }

    /// Waits until an end that was handed over is durable, and closes its intent.
    ///
    /// # Errors
    /// As [`Recorder::settled_end`].
    pub async fn settle_end(&self, end: PendingEnd) -> Result<(), AppendError> {
        self.close(end.ticket, end.append.wait().await.map(drop))
    }

    fn close(&self, ticket: u64, outcome: Result<(), AppendError>) -> Result<(), AppendError> {
        if outcome.is_ok() {
            self.0.intents.end(ticket);
        }
        outcome
    }

    /// The place in the journal before which no intent of this process is open.
    pub fn settled(&self) -> Sequence {
        // In this order: an intent that begins after the look has its place behind the end seen here.
        let end = self.0.journal.end();
        self.0.intents.lowest().map_or(end, |lowest| lowest.min(end))
    }

    /// Turns the intents of earlier lives without a completion into events, and returns how many there were. To be
    /// called before the first intent of this life, with the follower whose position is kept at [`Recorder::settled`].
    ///
    /// # Errors
    /// [`ResumeError`]; it can be called again.
    pub async fn resume(&self, follower: &mut Follower) -> Result<usize, ResumeError> {
        let end = self.0.journal.end();
        let mut left = Unfinished::default();
        while follower.position() < end {
            for entry in follower.next(READ_BYTES).await? {
                left.see(&entry);
            }
        }
        let entries: Vec<NewEntry> = left.by_place.into_values().collect();
        for some in entries.chunks(EVENTS_PER_APPEND) {
            self.0.journal.append(some.to_vec()).await?;
        }
        follower.save(end).await?;
        Ok(entries.len())
    }
}

/// Intents whose completion was not seen so far.
#[derive(Debug, Default)]
struct Unfinished {
    by_place: BTreeMap<Sequence, NewEntry>,
    places: HashMap<String, Sequence>,
}

impl Unfinished {
    fn see(&mut self, entry: &Entry) {
        let is_intent = entry.origin == Origin::Intent;
        if !is_intent && self.places.is_empty() {
            return;
        }
        let fields = entry.fields().ok();
        let Some(id) = fields.and_then(|fields| fields.event_id.map(|id| id.to_string())) else { return };
        if is_intent {
            let event = NewEntry {
                received_at: entry.received_at,
                account: entry.account,
                origin: Origin::Live,
                event: entry.event.clone(),
                beside: entry.beside.clone(),
                outline: entry.outline.clone(),
            };
            self.by_place.insert(entry.sequence, event);
            self.places.insert(id, entry.sequence);
        } else if entry.origin == Origin::Live
            && let Some(place) = self.places.remove(&id)
        {
            self.by_place.remove(&place);
        }
    }
}
