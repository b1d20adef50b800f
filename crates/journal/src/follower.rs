//! Followers.

use cairn_model::{Entry, Sequence};

use crate::{ReadError, SaveError};

/// Reads the journal in order and saves how far it has come.
#[derive(Debug)]
pub struct Follower;

impl Follower {
    /// The place of the next entry that [`Follower::next`] returns.
    pub fn position(&self) -> Sequence {
        todo!()
    }

    /// The next entries, at least one. Waits for one at the end of the journal.
    pub async fn next(&mut self, _bytes_max: usize) -> Result<Vec<Entry>, ReadError> {
        todo!()
    }

    /// Makes it durable that everything below `position` is done.
    pub async fn save(&mut self, _position: Sequence) -> Result<(), SaveError> {
        todo!()
    }
}
