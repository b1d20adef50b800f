//! The journal as its callers see it.

use cairn_environment::Environment;
use cairn_model::{Entry, NewEntry, Sequence, SequenceRange};
use tokio::sync::watch;

use crate::{AppendError, Disk, Follower, JournalSettings, OpenError, ReadError};

/// A durable ordered log of events. Clones share it.
#[derive(Debug, Clone)]
pub struct Journal;

impl Journal {
    /// Opens the journal on `disk`.
    pub async fn open(_disk: Disk, _settings: JournalSettings, _environment: &Environment) -> Result<Self, OpenError> {
        todo!()
    }

    /// Appends `entries`.
    pub async fn append(&self, _entries: Vec<NewEntry>) -> Result<SequenceRange, AppendError> {
        todo!()
    }

    /// Every sequence below it is durable.
    pub fn end(&self) -> Sequence {
        todo!()
    }

    /// The oldest entry that is still there.
    pub fn start(&self) -> Sequence {
        todo!()
    }

    /// Follows [`Journal::end`].
    pub fn watch_end(&self) -> watch::Receiver<Sequence> {
        todo!()
    }

    /// Consecutive entries.
    pub async fn read(&self, _from: Sequence, _bytes_max: usize) -> Result<Vec<Entry>, ReadError> {
        todo!()
    }

    /// The follower called `name`.
    pub async fn follower(&self, _name: &str) -> Result<Follower, ReadError> {
        todo!()
    }

    /// The saved positions.
    pub fn followers(&self) -> Vec<(String, Sequence)> {
        todo!()
    }

    /// Drains and stops.
    pub async fn close(&self) {
        todo!()
    }
}
