//! What every package must say about itself: the licence, the workspace's lints, and versions from one place.

use crate::finding::Finding;
use crate::repository::{Package, Repository};

const LICENSE: &str = "Apache-2.0";

pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        repository.packages.iter().flat_map(|package| check_package(repository, package)).collect();
    if !repository.text("LICENSE").contains("Apache License") {
        findings.push(Finding::new("LICENSE".as_ref(), 1, "the text of the Apache License 2.0 belongs here"));
    }
    findings
}

fn check_package(repository: &Repository, package: &Package) -> Vec<Finding> {
    let path = package.manifest();
    let manifest = repository.text(&path);
    let mut findings = Vec::new();
    if package.license.as_deref() != Some(LICENSE) {
        findings.push(Finding::new(&path, 1, "say `license.workspace = true` under [package]"));
    }
    if !section(manifest, "[lints]").any(|(_, line)| line == "workspace = true") {
        findings.push(Finding::new(&path, 1, "say `workspace = true` under [lints]"));
    }
    for (line, text) in ["[dependencies]", "[dev-dependencies]", "[build-dependencies]"]
        .into_iter()
        .flat_map(|name| section(manifest, name))
        .filter(|(_, text)| !text.is_empty() && !text.starts_with('#') && !text.contains("workspace = true"))
    {
        let name = text.split([' ', '=', '.']).next().unwrap_or(text);
        findings.push(Finding::new(&path, line, format!("take `{name}` from [workspace.dependencies]")));
    }
    findings
}

/// The lines of one section of a manifest, with their numbers, without its heading.
pub(super) fn section<'a>(manifest: &'a str, heading: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    manifest
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
        .skip_while(move |(_, line)| *line != heading)
        .skip(1)
        .take_while(|(_, line)| !line.starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(manifest: &str, license: &str) -> Vec<String> {
        let mut repository = Repository::default();
        repository.files.insert("LICENSE".into(), "Apache License".into());
        repository.files.insert("crates/a/Cargo.toml".into(), manifest.into());
        let folder = "crates/a".into();
        repository.packages.push(Package { folder, license: Some(license.into()), ..Package::default() });
        check(&repository).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_complete_manifest_passes() {
        let manifest = "[lints]\nworkspace = true\n\n[dependencies]\n# words\nbytes.workspace = true\ntokio = { workspace = true }\n";
        assert_eq!(findings(manifest, "Apache-2.0"), [""; 0]);
    }

    #[test]
    fn missing_lints_foreign_licences_and_own_versions_are_found() {
        assert!(findings("[lints]\n", "Apache-2.0")[0].contains("[lints]"));
        assert!(findings("[lints]\nworkspace = true\n", "MIT")[0].contains("license.workspace"));
        let own_version = "[lints]\nworkspace = true\n[dependencies]\nbytes = \"1\"\n";
        assert!(findings(own_version, "Apache-2.0")[0].starts_with("crates/a/Cargo.toml:4: take `bytes` from"));
    }
}
