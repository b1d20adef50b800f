//! The client behind `cairn import`: reads trees of log files and sends them to a running server.

mod import;
mod progress;
mod settings;

pub use import::{ImportError, import};
pub use progress::{FileProblem, Progress, Summary};
pub use settings::{Credentials, Importing, ImportSettings, Source};
