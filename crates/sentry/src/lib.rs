//! The sentry: tells of everything that makes a trail record or prove less, whoever did it.
//!
//! It follows the journal. What the catalogue notes about a change becomes a finding once the event of the call behind
//! it is read: an event of its own, a metric and a line in the log. The check looks at destinations and delivered files at
//! each interval; what it sees reaches the catalogue, and what is new about it is told in the same way.

mod bucket_settings;
mod check;
mod finding;
mod lifecycle;
mod object;
mod sentry;
mod trail_keys;

pub use bucket_settings::ReadDocuments;
pub use check::{CheckParts, CheckSettings, DestinationCheck};
pub use finding::EVENT_SOURCE;
pub use sentry::{Sentry, SentryError, SentryParts};
pub use trail_keys::{KeyCondition, TrailKeys};
