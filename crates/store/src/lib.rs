//! Event data stores: the newest events in memory, the others in Parquet files beside which stands a lookup index.

mod query;
mod settings;
mod store;

pub use query::{Cursor, Found, Known, LookupAttribute, LookupQuery};
pub use settings::StoreSettings;
pub use store::{Store, StoreError, StoreStats};
