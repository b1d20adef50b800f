//! How a SQLite file of Cairn's is opened: for its owner only, every commit durable, its tables brought up to date.

mod open;

pub use open::{OpenError, Schema};
