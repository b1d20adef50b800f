//! `SearchEvents` and `CountEvents`: Cairn's own questions about the event history, over every field of a record.

mod answer;
mod condition;
mod field;
mod page;
mod record;
mod request;
mod walk;

pub use answer::SearchAnswer;
pub use request::SearchEvents;
