//! `xtask layers`: which of our crates may use which, and which of them alone may use a heavy outside crate.
//!
//! The tables below are the ones of `ARCHITECTURE.md`. A change there is a change here, in the same commit.

use crate::finding::Finding;
use crate::repository::{Package, Repository};

/// The layers from the ground up. A crate uses what lies below it, and the crates of its own group. The groups of one
/// layer never see each other.
const LAYERS: &[&[&[&str]]] = &[
    &[&["model"]],
    &[&["signing"], &["environment"], &["services"], &["guard"], &["database"], &["policy"], &["console"]],
    &[&["outbound"]],
    &[&["kms"], &["objects"], &["trailgen"]],
    &[&["store", "journal", "catalog"], &["principals"], &["iam"]],
    &[
        &["identity", "recorder", "history"],
        &["delivery"],
        &["alerts"],
        &["insights"],
        &["ledger"],
        &["lake"],
        &["posture"],
        &["verify"],
        &["import"],
    ],
    &[&["sentry"], &["signin"]],
    &[&["api"], &["buckets"]],
    &[&["edge", "capture"]],
    &[&["server", "simulation", "conformance", "bench"]],
];

/// Crates that use less than their layer would let them: `verify` must share nothing with what it verifies, `import`
/// is a client like any other, and the generator of test trees makes text and nothing else.
const NARROWED: &[(&str, &[&str])] = &[
    ("verify", &["model", "signing", "objects"]),
    ("import", &["model", "signing", "environment", "objects"]),
    ("trailgen", &["model", "environment"]),
    ("outbound", &["model", "signing", "environment"]),
    ("services", &["model"]),
    ("guard", &[]),
    ("database", &[]),
    ("console", &[]),
    ("policy", &["model"]),
];

/// Outside crates that only some of ours may name.
const CONFINED: &[(&str, &[&str])] = &[
    ("hyper", &["edge", "capture", "bench"]),
    ("hyper-util", &["edge", "capture", "bench"]),
    ("s3s", &["buckets"]),
    ("object_store", &["objects"]),
    ("parquet", &["store", "lake"]),
    ("arrow", &["store", "lake"]),
    ("datafusion", &["lake"]),
    ("sqlx", &["database", "kms", "catalog", "principals", "iam"]),
    ("toml", &["server"]),
];

const PREFIX: &str = "cairn-";

/// Every dependency that the tables do not allow, and every crate that they do not know.
pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        repository.packages.iter().flat_map(|package| check_package(repository, package)).collect();
    findings.sort();
    findings
}

fn check_package(repository: &Repository, package: &Package) -> Vec<Finding> {
    let manifest = repository.text(package.manifest());
    let user = short(&package.name);
    let at = |dependency: &str, message: String| {
        Finding::new(&package.manifest(), line_of_dependency(manifest, dependency), message)
    };
    let ours = package.name.starts_with(PREFIX);
    if ours && place(user).is_none() {
        let message =
            format!("crate `{user}` is in no layer: give it a place in xtask/src/layers.rs and ARCHITECTURE.md");
        return vec![Finding::new(&package.manifest(), 1, message)];
    }
    package
        .dependencies
        .iter()
        .filter_map(|dependency| refusal(user, dependency).map(|message| at(dependency, message)))
        .collect()
}

/// Why `user` may not depend on `dependency`.
fn refusal(user: &str, dependency: &str) -> Option<String> {
    let Some(other) = dependency.strip_prefix(PREFIX) else {
        let (_, owners) = CONFINED.iter().find(|(name, _)| *name == dependency)?;
        return (!owners.contains(&user))
            .then(|| format!("`{user}` may not use {dependency}: only {} may", owners.join(", ")));
    };
    if let Some((_, allowed)) = NARROWED.iter().find(|(name, _)| *name == user) {
        return (!allowed.contains(&other))
            .then(|| format!("`{user}` may use only {}, not `{other}`", allowed.join(", ")));
    }
    let (layer, group) = place(user)?;
    let (other_layer, other_group) = place(other)?;
    if other_layer < layer || (other_layer, other_group) == (layer, group) {
        None
    } else if other_layer == layer {
        Some(format!("`{user}` and `{other}` stand side by side in layer {layer} and may not see each other"))
    } else {
        Some(format!("`{user}` (layer {layer}) may not use `{other}` (layer {other_layer}): arrows point down"))
    }
}

/// The layer of a crate, and its group in the layer.
fn place(name: &str) -> Option<(usize, usize)> {
    LAYERS
        .iter()
        .enumerate()
        .find_map(|(layer, groups)| groups.iter().position(|group| group.contains(&name)).map(|group| (layer, group)))
}

fn short(name: &str) -> &str {
    name.strip_prefix(PREFIX).unwrap_or(name)
}

fn line_of_dependency(manifest: &str, dependency: &str) -> usize {
    let names_it = |line: &str| line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    manifest.lines().position(names_it).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn finding(name: &str, dependency: &str) -> Option<String> {
        let folder = PathBuf::from("crates").join(short(name));
        let package =
            Package { name: name.into(), folder, dependencies: vec![dependency.into()], ..Package::default() };
        let mut repository = Repository::default();
        repository.files.insert(package.manifest(), format!("[dependencies]\n\n{dependency}.workspace = true\n"));
        repository.packages.push(package);
        check(&repository).first().map(ToString::to_string)
    }

    #[test]
    fn arrows_that_point_down_or_stay_in_the_group_are_allowed() {
        for (user, used) in [
            ("cairn-server", "cairn-model"),
            ("cairn-store", "cairn-journal"),
            ("cairn-api", "cairn-delivery"),
            ("cairn-verify", "cairn-signing"),
            ("cairn-edge", "hyper"),
            ("cairn-edge", "bytes"),
        ] {
            assert_eq!(finding(user, used), None);
        }
    }

    #[test]
    fn arrows_that_point_up_or_sideways_are_found_with_their_line() {
        let message = finding("cairn-journal", "cairn-api").unwrap();
        assert!(message.starts_with("crates/journal/Cargo.toml:3: `journal` (layer 4) may not use `api`"), "{message}");
        assert!(finding("cairn-history", "cairn-delivery").unwrap().contains("side by side"));
        assert!(finding("cairn-api", "cairn-buckets").unwrap().contains("side by side"));
    }

    #[test]
    fn the_verifier_shares_no_code_with_delivery_or_the_journal() {
        for used in ["cairn-delivery", "cairn-journal", "cairn-catalog", "cairn-store"] {
            assert!(finding("cairn-verify", used).is_some(), "{used}");
        }
        assert!(finding("cairn-trailgen", "cairn-objects").unwrap().contains("only model, environment"));
    }

    #[test]
    fn heavy_crates_stay_behind_their_owner() {
        assert!(finding("cairn-api", "hyper").unwrap().contains("only edge, capture"));
        assert!(finding("cairn-history", "parquet").is_some());
        assert!(finding("cairn-delivery", "object_store").is_some());
    }

    #[test]
    fn a_new_crate_needs_a_place() {
        assert!(finding("cairn-utils", "bytes").unwrap().contains("in no layer"));
    }
}
