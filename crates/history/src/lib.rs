//! `LookupEvents`: what may be asked of the event history, and the answer in AWS's shape.

mod answer;
mod history;
mod request;
mod token;

pub use answer::{HistoryEvent, HistoryResource, LookupAnswer};
pub use history::{History, LookupError};
pub use request::{LookupAttributeText, LookupEvents, ReadEvents};
