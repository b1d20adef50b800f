//! The client behind `cairn import`: reads trees of log files and sends them to a running server.
//!
//! Files are told by their content, not by their names. Gzip files go out as they are, many in one request, one
//! member after the other; the server inflates, checks and tells new events from known ones, so that sending a file
//! again is always safe.

mod client;
mod group;
mod import;
mod listing;
mod pieces;
mod progress;
mod reader;
mod resume;
mod settings;

pub use import::{ImportError, import};
pub use progress::{FileProblem, Progress, Summary};
pub use settings::{Credentials, ImportSettings, Importing, Source};
