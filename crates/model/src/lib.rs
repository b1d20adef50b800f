//! The words of Cairn: names, ids, times, the event record and how it is read. No I/O, no async, no clock.

mod account;
mod bucket_name;
mod entry;
mod event;
mod event_error;
mod event_key;
mod json;
mod key_prefix;
mod outline;
mod reader;
mod region;
mod resources;
pub mod selectors;
mod sequence;
mod summaries;
mod timestamp;
mod trail_arn;
mod trail_name;
mod trail_resources;
mod user_identity;

pub use account::{AccountId, InvalidAccountId};
pub use bucket_name::{BucketName, InvalidBucketName};
pub use entry::{Entry, NewEntry, Origin};
pub use event::{Category, EventFields};
pub use event_error::EventError;
pub use event_key::EventKey;
pub use json::{Document, Documents, JsonError, JsonLimits, split_documents};
pub use key_prefix::{InvalidKeyPrefix, KeyPrefix};
pub use outline::Outline;
pub use region::{InvalidRegion, Region};
pub use resources::Resource;
pub use selectors::EventSelectors;
pub use sequence::{Sequence, SequenceRange};
pub use summaries::{
    DETAIL_VALUES_MAX, OTHER_VALUE, Observation, PRIMARY_VALUES_MAX, SUMMARY_WINDOW, Summaries, SummaryPlace,
    summary_window,
};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use trail_arn::{InvalidTrailArn, InvalidTrailReference, TrailArn, TrailReference, partition};
pub use trail_name::{InvalidTrailName, TrailName};
pub use user_identity::UserIdentity;
