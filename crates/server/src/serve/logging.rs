//! The server's own log: JSON lines on standard error.

use tracing_subscriber::EnvFilter;

use crate::commands::Problem;

/// Begins to log what `filter` names: a level such as `info`, or levels by module.
pub(super) fn start(filter: &str) -> Result<(), Problem> {
    let filter = EnvFilter::builder().parse(filter).map_err(|e| format!("log = `{filter}`: {e}"))?;
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init()
}
