//! `SearchEvents` and `CountEvents`: Cairn's own questions about the event history, over every field of a record.

mod accounts;
mod answer;
mod condition;
mod count;
mod count_request;
mod field;
mod needles;
mod page;
mod plan;
mod record;
mod request;
mod walk;

pub use accounts::AskedAccounts;
pub use answer::SearchAnswer;
pub use count::CountAnswer;
pub use count_request::CountEvents;
pub use request::SearchEvents;
