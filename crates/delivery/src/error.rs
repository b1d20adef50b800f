//! Why delivery cannot go on.

use cairn_catalog::ChangeError;
use cairn_journal::{ReadError, SaveError};

use crate::signing_keys::SigningKeyError;
use crate::state_store::StateError;

/// Why delivery cannot go on with its own state. Nothing is lost: the journal keeps what is not sealed, the outbox
/// what is not delivered.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// Its own state cannot be read or written.
    #[error("the state of delivery: {0}")]
    State(#[from] StateError),
    /// The journal cannot be read.
    #[error("reading the journal: {0}")]
    Journal(#[from] ReadError),
    /// The position in the journal cannot be saved.
    #[error("saving the position in the journal: {0}")]
    Position(#[from] SaveError),
    /// A signing key cannot be made or used.
    #[error("signing key: {0}")]
    Key(#[from] SigningKeyError),
    /// The catalogue does not forget a deleted trail.
    #[error("the catalogue: {0}")]
    Catalog(#[from] ChangeError),
}
