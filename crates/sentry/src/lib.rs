//! The sentry: tells of everything that makes a trail record or prove less, whoever did it.
//!
//! It follows the journal. What the catalogue notes about a change becomes a finding once the event of the call behind
//! it is read: an event of its own, a metric and a line in the log.

mod finding;
mod sentry;

pub use finding::EVENT_SOURCE;
pub use sentry::{Sentry, SentryError, SentryParts};
