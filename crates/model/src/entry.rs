//! What the journal keeps of one event: its bytes as they came, and how they came.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{AccountId, Sequence, Timestamp};

/// Whether an event happened now or was delivered once already, somewhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// New: flows to every follower.
    Live,
    /// Brought from elsewhere: the event history only.
    Imported,
}

/// An event that is ready to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// When Cairn accepted it.
    pub received_at: Timestamp,
    /// The account in whose history it stands.
    pub account: AccountId,
    /// New, or imported.
    pub origin: Origin,
    /// The event: one JSON object, byte for byte as accepted.
    pub event: Bytes,
}

/// An event in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place.
    pub sequence: Sequence,
    /// When Cairn accepted it.
    pub received_at: Timestamp,
    /// The account in whose history it stands.
    pub account: AccountId,
    /// New, or imported.
    pub origin: Origin,
    /// The event: one JSON object, byte for byte as accepted.
    pub event: Bytes,
}
