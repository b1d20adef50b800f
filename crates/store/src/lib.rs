//! Event data stores: the newest events in memory, the others in Parquet files beside which stands a lookup index.
//!
//! Everything in a file stays as it is: files are made whole, replaced by merged ones, and dropped when old. Which files
//! there are, the manifest says; see [`manifest`] for what survives what.

mod cache;
mod choose;
mod compact;
mod count;
mod dedup;
mod dictionary;
mod event_column;
mod file_column;
mod file_filter;
mod file_lookup;
mod file_writer;
mod filter;
mod flush;
mod follow;
mod index_format;
mod index_writer;
mod key_filter;
mod long_values;
mod lookup;
mod manifest;
mod number;
mod oldest;
mod parquet_writer;
mod part;
mod postings;
mod predicate;
mod query;
mod question;
mod raw_page;
mod settings;
mod state;
mod store;
mod stored_column;
mod stored_file;
mod tail;
mod tally;

pub use event_column::EventColumn;
pub use filter::Filter;
pub use predicate::{Operator, Predicate};
pub use query::{Cursor, Found, Known, LookupAttribute, LookupQuery};
pub use settings::StoreSettings;
pub use store::{Store, StoreError, StoreStats};
pub use tally::{Counted, Occurrences, Tally};
