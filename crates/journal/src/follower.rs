//! A follower: reads the journal in order and saves how far it has come.

use std::sync::Arc;

use cairn_model::{Entry, Sequence};

use crate::journal::Shared;
use crate::{ReadError, SaveError};

/// Reads the journal in order and saves how far it has come. After a restart it begins where it has saved, so that what
/// it did after its last save it does again.
#[derive(Debug)]
pub struct Follower {
    shared: Arc<Shared>,
    name: String,
    position: Sequence,
}

impl Follower {
    pub(crate) fn new(shared: Arc<Shared>, name: String, position: Sequence) -> Self {
        Self { shared, name, position }
    }

    /// The place of the next entry that [`Follower::next`] returns.
    pub fn position(&self) -> Sequence {
        self.position
    }

    /// The next entries: at least one, then more until they take `bytes_max` bytes. Waits for one at the end of the
    /// journal. Giving up the wait loses nothing.
    ///
    /// # Errors
    /// [`ReadError::Stopped`] when the journal is closed and all was read; others when it cannot be read.
    pub async fn next(&mut self, bytes_max: usize) -> Result<Vec<Entry>, ReadError> {
        let mut end = self.shared.end.clone();
        loop {
            // Seen before reading, so that what comes meanwhile wakes the wait below.
            let _seen = *end.borrow_and_update();
            let entries = self.shared.read(self.position, bytes_max).await?;
            if let Some(last) = entries.last() {
                self.position = last.sequence.plus(1);
                return Ok(entries);
            }
            end.changed().await.map_err(|_| ReadError::Stopped)?;
        }
    }

    /// Makes it durable that everything below `position` is done, to be called after the effect. What no follower needs
    /// any more may then be deleted.
    ///
    /// # Errors
    /// [`SaveError`]; the position saved before still stands.
    pub async fn save(&mut self, position: Sequence) -> Result<(), SaveError> {
        let (shared, name) = (Arc::clone(&self.shared), self.name.clone());
        self.shared.tasks.blocking(move || shared.save(&name, position)).await
    }
}
