//! Ends of calls that were handed to the journal, oldest first, until they are known to be durable.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cairn_journal::AppendError;
use cairn_recorder::{CallRecord, Intent, PendingEnd, Recorder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Records that may be on their way at once: some milliseconds of a busy gateway.
const RECORDS_MAX: usize = 1_000;

/// Ends that are on their way, oldest first.
#[derive(Debug)]
pub(crate) struct HandedOver {
    ends: Mutex<VecDeque<End>>,
    room: Arc<Semaphore>,
}

/// Room for an end, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    _records: OwnedSemaphorePermit,
}

/// An end on its way, with what it takes to try it again.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) intent: Intent,
    pub(crate) records: Vec<CallRecord>,
    pub(crate) pending: PendingEnd,
    pub(crate) _room: Room,
}

impl HandedOver {
    pub(crate) fn new() -> Self {
        Self { ends: Mutex::default(), room: Arc::new(Semaphore::new(RECORDS_MAX)) }
    }

    /// Room for an end with so many records, if there is any.
    pub(crate) fn room(&self, records: usize) -> Option<Room> {
        let records = u32::try_from(records).ok()?;
        Arc::clone(&self.room).try_acquire_many_owned(records).ok().map(|records| Room { _records: records })
    }

    pub(crate) fn push(&self, end: End) {
        self.ends().push_back(end);
    }

    /// The oldest, if it is known what has become of it.
    pub(crate) fn settled(&self, recorder: &Recorder) -> Option<(End, Result<(), AppendError>)> {
        let mut ends = self.ends();
        let outcome = recorder.settled_end(&mut ends.front_mut()?.pending)?;
        ends.pop_front().map(|end| (end, outcome))
    }

    /// The oldest, whatever becomes of it.
    pub(crate) fn pop(&self) -> Option<End> {
        self.ends().pop_front()
    }

    fn ends(&self) -> MutexGuard<'_, VecDeque<End>> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
