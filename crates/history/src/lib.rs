//! Questions about the event history: `LookupEvents` in AWS's shape, and Cairn's own search.

mod answer;
mod history;
mod request;
mod search;
mod token;

pub use answer::{HistoryEvent, HistoryResource, LookupAnswer};
pub use history::{History, LookupError};
pub use request::{LookupAttributeText, LookupEvents, ReadEvents};
pub use search::{AskedAccounts, CountAnswer, CountEvents, SearchAnswer, SearchEvents};
