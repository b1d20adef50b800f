//! Appends that wait for the next commit, in order of arrival and bounded; those that nobody waits for may linger.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cairn_environment::Clock;
use cairn_model::{NewEntry, SequenceRange};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

use crate::frame::entry_bytes;
use crate::{AppendError, JournalSettings, PendingAppend};

/// One append that waits.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) entries: Vec<NewEntry>,
    bytes: usize,
    /// Until when it may wait for others, when nobody waits for it.
    lingers_until: Option<Instant>,
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
    linger: Duration,
    clock: Clock,
}

#[derive(Debug)]
struct Line {
    waiting: VecDeque<Waiting>,
    /// Of all that wait.
    bytes: usize,
    /// How many of those that wait somebody waits for.
    awaited: usize,
    /// Whether the writer sleeps until it is woken: no alarm is set.
    is_writer_asleep: bool,
    /// Why no more are taken.
    refusal: Option<AppendError>,
    /// Whether the writer shall end when the line is empty.
    ending: bool,
}

/// When the writer looks again whether something has lingered for long enough. It stays set across commits: a busy
/// journal sets it once in a linger, not once in a commit, and nobody else has to wake the writer.
#[derive(Default)]
pub(crate) struct Alarm(Option<Pin<Box<dyn Future<Output = ()> + Send>>>);

impl Queue {
    pub(crate) fn new(settings: &JournalSettings, clock: Clock) -> Self {
        // Permits are asked for by 32-bit numbers.
        let batch_bytes_max = settings.batch_bytes_max.min(usize::try_from(u32::MAX / 2).unwrap_or(usize::MAX));
        let waiting = VecDeque::new();
        let line = Line { waiting, bytes: 0, awaited: 0, is_writer_asleep: false, refusal: None, ending: false };
        let room = Arc::new(Semaphore::new(batch_bytes_max.saturating_mul(2)));
        let changed = Notify::new();
        Self { line: Mutex::new(line), changed, room, batch_bytes_max, linger: settings.linger, clock }
    }

    /// Waits for room, then for the commit.
    pub(crate) async fn append(&self, entries: Vec<NewEntry>) -> Result<SequenceRange, AppendError> {
        let answer = self.push(entries, None).await?;
        // A writer that is gone without an answer may have written the entries.
        answer.await.unwrap_or(Err(AppendError::Poisoned))
    }

    /// Waits for room alone.
    pub(crate) async fn append_soon(&self, entries: Vec<NewEntry>) -> Result<PendingAppend, AppendError> {
        self.push(entries, Some(self.linger)).await.map(PendingAppend::new)
    }

    async fn push(
        &self,
        entries: Vec<NewEntry>,
        linger: Option<Duration>,
    ) -> Result<oneshot::Receiver<Result<SequenceRange, AppendError>>, AppendError> {
        let bytes = entries.iter().fold(0_usize, |sum, entry| sum.saturating_add(entry_bytes(entry.bytes())));
        let permits = u32::try_from(bytes).ok().filter(|_| bytes <= self.batch_bytes_max);
        let permits = permits.ok_or(AppendError::TooLarge { bytes, bytes_max: self.batch_bytes_max })?;
        let room = Arc::clone(&self.room).acquire_many_owned(permits).await.map_err(|_| self.refusal())?;
        let lingers_until = linger.map(|linger| self.clock.instant() + linger);
        let (done, answer) = oneshot::channel();
        let wakes = {
            let mut line = self.line();
            if let Some(refusal) = &line.refusal {
                return Err(refusal.clone());
            }
            line.bytes = line.bytes.saturating_add(bytes);
            line.awaited += usize::from(lingers_until.is_none());
            line.waiting.push_back(Waiting { entries, bytes, lingers_until, done, _room: room });
            // What lingers wakes a writer that would never look again, once, and one that has a whole batch.
            let is_full = line.bytes >= self.batch_bytes_max;
            lingers_until.is_none() || is_full || std::mem::take(&mut line.is_writer_asleep)
        };
        if wakes {
            self.changed.notify_one();
        }
        Ok(answer)
    }

    /// Waits until there is something to commit; false when the journal ends and nothing is left.
    pub(crate) async fn wait(&self, alarm: &mut Alarm) -> bool {
        loop {
            {
                let now = self.clock.instant();
                let mut line = self.line();
                line.is_writer_asleep = false;
                if line.is_due(now, self.batch_bytes_max) {
                    return true;
                }
                if line.ending {
                    return false;
                }
                if let (None, Some(until)) = (&alarm.0, line.lingers_until()) {
                    let (clock, span) = (self.clock.clone(), until.saturating_duration_since(now));
                    alarm.0 = Some(Box::pin(async move { clock.sleep(span).await }));
                }
                line.is_writer_asleep = alarm.0.is_none();
            }
            match &mut alarm.0 {
                None => self.changed.notified().await,
                Some(ringing) => tokio::select! {
                    biased;
                    () = self.changed.notified() => {}
                    () = ringing => alarm.0 = None,
                },
            }
        }
    }

    /// What the next commit takes: as many as fit into a batch, in order; nothing when all that is there may linger.
    pub(crate) fn take(&self) -> Vec<Waiting> {
        let now = self.clock.instant();
        let mut line = self.line();
        if !line.is_due(now, self.batch_bytes_max) {
            return Vec::new();
        }
        let mut bytes = 0_usize;
        let fits = |waiting: &&Waiting| {
            let with_it = bytes.saturating_add(waiting.bytes);
            let fits = with_it <= self.batch_bytes_max;
            if fits {
                bytes = with_it;
            }
            fits
        };
        let count = line.waiting.iter().take_while(fits).count();
        let taken: Vec<Waiting> = line.waiting.drain(..count).collect();
        line.bytes = line.bytes.saturating_sub(bytes);
        let awaited = taken.iter().filter(|waiting| waiting.lingers_until.is_none()).count();
        line.awaited = line.awaited.saturating_sub(awaited);
        taken
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
        (line.bytes, line.awaited) = (0, 0);
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

impl Line {
    /// Whether something must be committed now.
    fn is_due(&self, now: Instant, batch_bytes_max: usize) -> bool {
        let has_lingered = || self.lingers_until().is_some_and(|until| until <= now);
        // A whole batch waits for nothing: who needs room never waits for what lingers.
        self.awaited > 0 || self.bytes >= batch_bytes_max || (self.ending && !self.waiting.is_empty()) || has_lingered()
    }

    /// Until when the oldest may linger, when nobody waits for any.
    fn lingers_until(&self) -> Option<Instant> {
        self.waiting.front().and_then(|waiting| waiting.lingers_until)
    }
}

impl std::fmt::Debug for Alarm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Alarm")
    }
}
