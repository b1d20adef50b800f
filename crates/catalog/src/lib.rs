//! The catalogue: trails, their selectors, tags and spans of logging, durable in SQLite and read from memory.

mod catalog;
mod settings;
mod trail;

pub use catalog::{Catalog, CatalogError, CreateTrailError, NewTrail, TagsError, TrailChange};
pub use settings::CatalogSettings;
pub use trail::{LoggingSpan, Stopped, Trail};
