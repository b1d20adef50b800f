//! The import: files are grouped into requests, several of which are under way at the same time.

use cairn_environment::Environment;

use crate::{ImportSettings, Progress, Summary};

/// Why an import ended early. What was sent until then stays; starting it again goes on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source cannot be listed.
    #[error("{place} cannot be read: {reason}")]
    Source {
        /// The path or URL.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The server cannot be reached, or went away.
    #[error("the server at {endpoint_url} does not answer: {reason}")]
    Server {
        /// Where it should be.
        endpoint_url: String,
        /// What is wrong.
        reason: String,
    },
    /// The server refuses the requests: a wrong key, a missing permission.
    #[error("the server refuses the import: {code}: {message}")]
    Refused {
        /// AWS's error code.
        code: String,
        /// Its text.
        message: String,
    },
    /// The resume file cannot be read or written.
    #[error("the resume file {path}: {reason}")]
    Resume {
        /// Where it is.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

/// Imports all log files of the source. `progress` is called after each request, from one task.
///
/// # Errors
/// [`ImportError`]. Files and records that cannot be read are not errors: the summary lists them.
pub async fn import(
    settings: ImportSettings,
    environment: &Environment,
    progress: impl Fn(&Progress) + Send,
) -> Result<Summary, ImportError> {
    drop(progress);
    todo!("{settings:?} {environment:?}")
}
