//! The journal as its callers see it.

use std::sync::{Arc, Mutex, PoisonError};

use cairn_environment::{Clock, Environment, Tasks};
use cairn_model::{Entry, NewEntry, Origin, Sequence, SequenceRange};
use tokio::sync::watch;

use crate::disk::Disk;
use crate::frame::FrameEncoder;
use crate::positions::{Door, Positions, is_name};
use crate::queue::Queue;
use crate::recent::{Recent, entries};
use crate::recovery::{Recovered, recover};
use crate::reserve::Reserve;
use crate::segments::Segments;
use crate::writer::Writer;
use crate::{
    AppendError, DiskError, Follower, JournalSettings, OpenError, Passage, PendingAppend, ReadError, SaveError,
};

/// A durable ordered log of events. Clones share it; it closes when the last one is gone.
#[derive(Debug, Clone)]
pub struct Journal {
    shared: Arc<Shared>,
    _ending: Arc<Ending>,
}

/// What writer, readers and followers share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) disk: Disk,
    pub(crate) settings: JournalSettings,
    pub(crate) clock: Clock,
    pub(crate) tasks: Tasks,
    pub(crate) queue: Queue,
    pub(crate) end: watch::Receiver<Sequence>,
    pub(crate) recent: Mutex<Recent>,
    pub(crate) segments: Segments,
    pub(crate) positions: Positions,
    pub(crate) reserve: Reserve,
}

/// Ends the writer when the last clone of a journal is dropped.
#[derive(Debug)]
struct Ending(Arc<Shared>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.queue.end();
    }
}

impl Journal {
    /// Opens the journal on `disk`, or begins one where there is none, and starts its writer among the environment's
    /// tasks. The writer does not end by [`Tasks::stop`], so that whatever drains can still append: end it with
    /// [`Journal::close`] before waiting for [`Tasks::drained`].
    ///
    /// # Errors
    /// [`OpenError`]: another instance has it, stored entries are damaged or missing, or the disk fails.
    pub async fn open(disk: Disk, settings: JournalSettings, environment: &Environment) -> Result<Self, OpenError> {
        let tasks = environment.tasks.clone();
        let opened = tasks.blocking(move || {
            let (disk, lock) = disk.lock()?.ok_or(OpenError::Locked)?;
            let recovered = recover(&disk, &settings)?;
            let encoder = FrameEncoder::new(settings.compress_bytes_min);
            let encoder = encoder.map_err(|e| DiskError::new("prepare compression of", ".", e))?;
            Ok::<_, OpenError>((disk, lock, recovered, encoder))
        });
        let (disk, lock, recovered, encoder) = opened.await?;
        let Recovered { segments, positions, reserve, tail } = recovered;
        let (end_sender, end) = watch::channel(tail.next);
        let shared = Arc::new(Shared {
            segments: Segments::new(&disk, segments),
            disk,
            settings,
            clock: environment.clock.clone(),
            tasks,
            queue: Queue::new(&settings, environment.clock.clone()),
            end,
            recent: Mutex::new(Recent::new(settings.memory_bytes_max)),
            positions,
            reserve,
        });
        let writer = Writer::new(Arc::clone(&shared), tail, encoder, end_sender, lock);
        environment.tasks.alone("journal", writer.run());
        Ok(Self { _ending: Arc::new(Ending(Arc::clone(&shared))), shared })
    }

    /// Appends `entries`, one after the other and all or none, and returns when they are durable. Many appends at once
    /// share a commit. When too much waits, this waits for its turn. A caller that stops waiting may find its entries
    /// appended all the same.
    ///
    /// # Errors
    /// [`AppendError`] says what is known of the entries.
    pub async fn append(&self, entries: Vec<NewEntry>) -> Result<SequenceRange, AppendError> {
        if entries.is_empty() {
            return Ok(SequenceRange { first: self.end(), count: 0 });
        }
        self.shared.queue.append(entries).await
    }

    /// Hands `entries` over to be appended, one after the other and all or none, and returns at once: they are durable a
    /// moment later, with the next commit that somebody waits for, or by themselves after [`JournalSettings::linger`].
    /// Appends of both kinds keep the order in which they were handed over, so that whoever waits for a later one waits
    /// for these too. [`Journal::close`] commits them; a crash before may lose them. When too much waits, this waits for
    /// its turn.
    ///
    /// # Errors
    /// [`AppendError`] where it is known at once that they are not appended. What becomes known later,
    /// [`PendingAppend`] tells.
    pub async fn append_soon(&self, entries: Vec<NewEntry>) -> Result<PendingAppend, AppendError> {
        if entries.is_empty() {
            return Ok(PendingAppend::ended(SequenceRange { first: self.end(), count: 0 }));
        }
        self.shared.queue.append_soon(entries).await
    }

    /// Every sequence below it is durable and can be read.
    pub fn end(&self) -> Sequence {
        self.shared.end()
    }

    /// The oldest entry that is still there; the end when there is none.
    pub fn start(&self) -> Sequence {
        self.shared.segments.start()
    }

    /// Follows [`Journal::end`]; the channel closes with the journal.
    pub fn watch_end(&self) -> watch::Receiver<Sequence> {
        self.shared.end.clone()
    }

    /// The entries from `from` on, consecutive: at least one, then more until they take `bytes_max` bytes; none when
    /// `from` is the end or behind it. The newest come from memory.
    ///
    /// # Errors
    /// [`ReadError`] when `from` was released, what is stored is damaged, or the disk fails.
    pub async fn read(&self, from: Sequence, bytes_max: usize) -> Result<Vec<Entry>, ReadError> {
        self.shared.read(from, bytes_max).await
    }

    /// As [`Journal::read`], but for those who pass imported entries, which is cheap: what else there is among the
    /// entries from `from` on, and where to go on. A passage without entries that ends where it began is the end.
    ///
    /// # Errors
    /// As [`Journal::read`].
    pub async fn read_passing_imported(&self, from: Sequence, bytes_max: usize) -> Result<Passage, ReadError> {
        let passage = self.shared.recent.lock().unwrap_or_else(PoisonError::into_inner).passage(from, bytes_max);
        if let Some(passage) = passage {
            return Ok(passage);
        }
        let mut entries = self.read(from, bytes_max).await?;
        let next = entries.last().map_or(from, |last| last.sequence.plus(1));
        let bytes = entries.iter().map(Entry::bytes).sum();
        entries.retain(|entry| entry.origin != Origin::Imported);
        Ok(Passage { entries, bytes, first: from, next })
    }

    /// The follower called `name`: a new one begins with the oldest entry that is still there, a known one where it has
    /// saved. From then on entries that it has not passed are kept, also while it is not running.
    ///
    /// # Errors
    /// [`ReadError`] when the name is not one, the journal is closed, or the disk fails.
    pub async fn follower(&self, name: &str) -> Result<Follower, ReadError> {
        if !is_name(name) {
            return Err(ReadError::InvalidName(name.to_owned()));
        }
        let (shared, follower) = (Arc::clone(&self.shared), name.to_owned());
        let registered = self.shared.tasks.blocking(move || shared.register(&follower));
        let position = registered.await?;
        Ok(Follower::new(Arc::clone(&self.shared), name.to_owned(), position))
    }

    /// The saved positions of all followers, by name.
    pub fn followers(&self) -> Vec<(String, Sequence)> {
        self.shared.positions.all()
    }

    /// Forgets a follower for good: its position no longer keeps entries. An unknown name is fine.
    ///
    /// # Errors
    /// [`SaveError`] when the journal is closed or the disk fails.
    pub async fn forget_follower(&self, name: &str) -> Result<(), SaveError> {
        let (shared, follower) = (Arc::clone(&self.shared), name.to_owned());
        self.shared.tasks.blocking(move || shared.forget(&follower)).await
    }

    /// Commits what waits, notes that all is in order, and lets other instances have the folder. Later appends fail
    /// with [`AppendError::Stopped`] and positions cannot be saved any more, so that followers end before.
    pub async fn close(&self) {
        self.shared.queue.end();
        let mut end = self.shared.end.clone();
        while end.changed().await.is_ok() {}
    }
}

impl Shared {
    pub(crate) fn end(&self) -> Sequence {
        *self.end.borrow()
    }

    pub(crate) async fn read(self: &Arc<Self>, from: Sequence, bytes_max: usize) -> Result<Vec<Entry>, ReadError> {
        let end = self.end();
        if from >= end {
            return Ok(Vec::new());
        }
        let mut batches = self.recent.lock().unwrap_or_else(PoisonError::into_inner).find(from, bytes_max);
        if batches.is_empty() {
            batches.extend(self.segments.decoded(from));
        }
        if batches.is_empty() {
            let start = self.segments.start();
            if from < start {
                return Err(ReadError::Released { from, start });
            }
            let shared = Arc::clone(self);
            batches = self.tasks.blocking(move || shared.segments.read(from, end, bytes_max)).await?;
        }
        Ok(entries(&batches, from, bytes_max))
    }

    fn register(&self, follower: &str) -> Result<Sequence, ReadError> {
        let door = self.positions.enter();
        if let Some(saved) = self.positions.get(follower) {
            return Ok(saved);
        }
        if *door == Door::Closed {
            return Err(ReadError::Stopped);
        }
        let start = self.segments.start();
        self.positions.save(&self.disk, &self.reserve, follower, start)?;
        Ok(start)
    }

    fn forget(&self, follower: &str) -> Result<(), SaveError> {
        let door = self.positions.enter();
        if *door == Door::Closed {
            return Err(SaveError::Stopped);
        }
        self.positions.forget(&self.disk, follower)?;
        self.release();
        Ok(())
    }

    /// Saves a follower's position and deletes what nobody needs any more. Blocks.
    pub(crate) fn save(&self, follower: &str, position: Sequence) -> Result<(), SaveError> {
        let door = self.positions.enter();
        if *door == Door::Closed {
            return Err(SaveError::Stopped);
        }
        let (saved, end) = (self.positions.get(follower).unwrap_or_default(), self.end());
        if position > end {
            return Err(SaveError::BeyondEnd { position, end });
        }
        if position < saved {
            return Err(SaveError::Backwards { position, saved });
        }
        if position > saved {
            self.positions.save(&self.disk, &self.reserve, follower, position)?;
            self.release();
        }
        Ok(())
    }

    /// A segment that cannot be deleted now is deleted after a later save.
    fn release(&self) {
        let Some(lowest) = self.positions.lowest() else { return };
        if let Err(error) = self.segments.release(lowest) {
            tracing::warn!(%error, "a segment that nobody needs could not be deleted");
        }
    }
}
