//! The subcommands, a file each.

pub(crate) mod aws_variables;
mod client;
pub(crate) mod demo;
mod iam;
pub(crate) mod import;
pub(crate) mod key;
pub(crate) mod policy;
pub(crate) mod selectors;
pub(crate) mod serve;
pub(crate) mod user;
pub(crate) mod verify;

use std::collections::BTreeMap;

/// The exit code of a command that could not do its work. 1 and 2 belong to the findings of `verify`.
pub(crate) const FAILED: u8 = 3;

/// What a command ends with when it cannot do its work: one line for the person at the terminal.
pub(crate) type Problem = Box<dyn std::error::Error + Send + Sync>;

/// The variables of the process: the one place that reads them.
fn environment_variables() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// The runtime of a command.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
