//! Every outside dependency has a line in `docs/dependencies.md`, and every line there a dependency.

use std::path::Path;

use super::manifests::section;
use crate::finding::Finding;
use crate::repository::Repository;

const PAGE: &str = "docs/dependencies.md";
const MANIFEST: &str = "Cargo.toml";

pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let used: Vec<(usize, &str)> = section(repository.text(MANIFEST), "[workspace.dependencies]")
        .filter(|(_, line)| !line.starts_with('#') && !line.starts_with("cairn-"))
        .filter_map(|(number, line)| Some((number, line.split_once('=')?.0.trim())))
        .collect();
    let explained: Vec<(usize, &str)> = repository
        .text(PAGE)
        .lines()
        .enumerate()
        .filter_map(|(index, line)| Some((index + 1, line.strip_prefix("- `")?.split_once('`')?.0)))
        .collect();
    let unexplained = used.iter().filter(|(_, name)| !explained.iter().any(|(_, other)| other == name));
    let unused = explained.iter().filter(|(_, name)| !used.iter().any(|(_, other)| other == name));
    unexplained
        .map(|(line, name)| {
            let message = format!("`{name}` has no line in {PAGE}: what for, what was considered instead");
            Finding::new(Path::new(MANIFEST), *line, message)
        })
        .chain(unused.map(|(line, name)| {
            Finding::new(Path::new(PAGE), *line, format!("`{name}` is no dependency of the workspace any more"))
        }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(manifest: &str, page: &str) -> Vec<String> {
        let mut repository = Repository::default();
        repository.files.insert(MANIFEST.into(), manifest.into());
        repository.files.insert(PAGE.into(), page.into());
        check(&repository).iter().map(ToString::to_string).collect()
    }

    const TWO: &str =
        "[workspace.dependencies]\ncairn-model = { path = \"crates/model\" }\nbytes = \"1\"\nfst = \"0.4\"\n";

    #[test]
    fn each_dependency_with_a_line_passes() {
        assert_eq!(findings(TWO, "# Dependencies\n\n- `bytes`: for.\n- `fst`: for.\n"), [""; 0]);
    }

    #[test]
    fn missing_and_stale_lines_are_found() {
        let found = findings(TWO, "- `bytes`: for.\n- `rand`: for.\n");
        assert!(found[0].starts_with("Cargo.toml:4: `fst` has no line"));
        assert!(found[1].starts_with("docs/dependencies.md:2: `rand` is no dependency"));
    }
}
