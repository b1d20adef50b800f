//! The words of Cairn: names, ids, times, the event record and how it is read. No I/O, no async, no clock.

mod account;
mod entry;
mod event;
mod event_error;
mod json;
mod region;
mod resources;
mod sequence;
mod timestamp;
mod user_identity;

pub use account::{AccountId, InvalidAccountId};
pub use entry::{Entry, NewEntry, Origin};
pub use event::{Category, EventFields};
pub use event_error::EventError;
pub use json::{Document, Documents, JsonError, JsonLimits, split_documents};
pub use region::{InvalidRegion, Region};
pub use resources::Resource;
pub use sequence::{Sequence, SequenceRange};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use user_identity::UserIdentity;
