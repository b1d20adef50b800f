//! Appends that wait for the next commit: bounded, in order of arrival.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cairn_model::{NewEntry, SequenceRange};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

use crate::AppendError;
use crate::frame::entry_bytes;

/// One append that waits.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) entries: Vec<NewEntry>,
    bytes: usize,
    done: oneshot::Sender<Result<SequenceRange, AppendError>>,
    /// Its room in the queue, given back when it is answered.
    _room: OwnedSemaphorePermit,
}

impl Waiting {
    /// Answers it. A caller that went away needs none.
    pub(crate) fn answer(self, result: Result<SequenceRange, AppendError>) {
        drop(self.done.send(result));
    }
}

/// Answers all of them alike.
pub(crate) fn answer_all(waiting: impl IntoIterator<Item = Waiting>, error: &AppendError) {
    for waiting in waiting {
        waiting.answer(Err(error.clone()));
    }
}

/// Appends that wait for the next commit.
#[derive(Debug)]
pub(crate) struct Queue {
    line: Mutex<Line>,
    changed: Notify,
    room: Arc<Semaphore>,
    batch_bytes_max: usize,
}

#[derive(Debug)]
struct Line {
    waiting: VecDeque<Waiting>,
    /// Why no more are taken.
    refusal: Option<AppendError>,
    /// Whether the writer shall end when the line is empty.
    ending: bool,
}

impl Queue {
    pub(crate) fn new(batch_bytes_max: usize) -> Self {
        // Permits are asked for by 32-bit numbers.
        let batch_bytes_max = batch_bytes_max.min(usize::try_from(u32::MAX / 2).unwrap_or(usize::MAX));
        let line = Line { waiting: VecDeque::new(), refusal: None, ending: false };
        let room = Arc::new(Semaphore::new(batch_bytes_max.saturating_mul(2)));
        Self { line: Mutex::new(line), changed: Notify::new(), room, batch_bytes_max }
    }

    /// Waits for room, then for the commit.
    pub(crate) async fn append(&self, entries: Vec<NewEntry>) -> Result<SequenceRange, AppendError> {
        let bytes = entries.iter().fold(0_usize, |sum, entry| sum.saturating_add(entry_bytes(entry.bytes())));
        let permits = u32::try_from(bytes).ok().filter(|_| bytes <= self.batch_bytes_max);
        let permits = permits.ok_or(AppendError::TooLarge { bytes, bytes_max: self.batch_bytes_max })?;
        let room = Arc::clone(&self.room).acquire_many_owned(permits).await.map_err(|_| self.refusal())?;
        let (done, answer) = oneshot::channel();
        {
            let mut line = self.line();
            if let Some(refusal) = &line.refusal {
                return Err(refusal.clone());
            }
            line.waiting.push_back(Waiting { entries, bytes, done, _room: room });
        }
        self.changed.notify_one();
        // A writer that is gone without an answer may have written the entries.
        answer.await.unwrap_or(Err(AppendError::Poisoned))
    }

    /// Waits until there is something to commit; false when the journal ends and nothing is left.
    pub(crate) async fn wait(&self) -> bool {
        loop {
            {
                let line = self.line();
                if !line.waiting.is_empty() {
                    return true;
                }
                if line.ending {
                    return false;
                }
            }
            self.changed.notified().await;
        }
    }

    /// What the next commit takes: as many as fit into a batch, in order.
    pub(crate) fn take(&self) -> Vec<Waiting> {
        let mut line = self.line();
        let mut bytes = 0_usize;
        let fits = |waiting: &&Waiting| {
            bytes = bytes.saturating_add(waiting.bytes);
            bytes <= self.batch_bytes_max
        };
        let count = line.waiting.iter().take_while(fits).count();
        line.waiting.drain(..count).collect()
    }

    /// Takes no more appends; those that wait are still committed, and then the writer ends.
    pub(crate) fn end(&self) {
        let mut line = self.line();
        line.refusal.get_or_insert(AppendError::Stopped);
        line.ending = true;
        drop(line);
        self.room.close();
        self.changed.notify_one();
    }

    /// Takes no more appends and answers those that wait: the disk failed, or the writer is gone.
    pub(crate) fn poison(&self) {
        let mut line = self.line();
        line.refusal.get_or_insert(AppendError::Poisoned);
        let waiting = std::mem::take(&mut line.waiting);
        drop(line);
        self.room.close();
        answer_all(waiting, &AppendError::Poisoned);
    }

    /// Why no appends are taken, if so.
    fn refusal(&self) -> AppendError {
        self.line().refusal.clone().unwrap_or(AppendError::Stopped)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
