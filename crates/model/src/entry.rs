//! What the journal keeps of one event: its bytes as they came, and how they came.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{AccountId, EventError, EventFields, EventKey, Outline, Sequence, Timestamp};

/// Whether an event happened now or was delivered once already, somewhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// New: flows to every follower.
    Live,
    /// Brought from elsewhere: the event history only.
    Imported,
    /// Not an event yet: what is recorded of a call that is under way if its end is never seen. Followers pass it.
    Intent,
}

/// An event that is ready to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// When Cairn accepted it.
    pub received_at: Timestamp,
    /// The account in whose history it stands.
    pub account: AccountId,
    /// New, imported, or only an intent.
    pub origin: Origin,
    /// The event: one JSON object, byte for byte as accepted.
    pub event: Bytes,
    /// What Cairn knows besides: a JSON object of its own members, never part of the event.
    pub beside: Option<Bytes>,
    /// What its sender has read of the event already.
    pub outline: Outline,
}

impl NewEntry {
    /// Bytes of the event and of what stands beside it.
    pub fn bytes(&self) -> usize {
        self.event.len() + self.beside.as_ref().map_or(0, Bytes::len)
    }
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
    /// New, imported, or only an intent.
    pub origin: Origin,
    /// The event: one JSON object, byte for byte as accepted.
    pub event: Bytes,
    /// What Cairn knows besides: a JSON object of its own members, never part of the event.
    pub beside: Option<Bytes>,
    /// What its sender has read of the event already.
    pub outline: Outline,
}

impl Entry {
    /// The fields of the event.
    ///
    /// # Errors
    /// As [`EventFields::parse`].
    pub fn fields(&self) -> Result<EventFields<'_>, EventError> {
        self.outline.fields(&self.event).map_or_else(|| EventFields::parse(&self.event), Ok)
    }

    /// The key of the event, of which `fields` were read.
    pub fn key(&self, fields: &EventFields<'_>) -> EventKey {
        self.outline.key().unwrap_or_else(|| EventKey::of(self.account, fields, &self.event))
    }

    /// Bytes of the event and of what stands beside it.
    pub fn bytes(&self) -> usize {
        self.event.len() + self.beside.as_ref().map_or(0, Bytes::len)
    }
}
