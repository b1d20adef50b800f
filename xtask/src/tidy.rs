//! `xtask tidy`: the house rules that a machine can hold us to.

mod dead_files;
mod dependencies;
mod manifests;
mod names;
mod sources;

use crate::finding::Finding;
use crate::repository::Repository;

/// Every broken house rule, in the order of files and lines.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let checks = [sources::check, names::check, dead_files::check, manifests::check, dependencies::check];
    let mut findings: Vec<Finding> = checks.iter().flat_map(|check| check(repository)).collect();
    findings.sort();
    findings
}
