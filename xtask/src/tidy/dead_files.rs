//! Files that no target reaches: the compiler never sees them, so nothing else would notice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::finding::Finding;
use crate::repository::Repository;

pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    let mut alive = BTreeSet::new();
    for root in repository.packages.iter().flat_map(|package| &package.roots) {
        follow(repository, root, root.parent().unwrap_or(Path::new("")), &mut alive);
    }
    repository
        .rust_files()
        .filter(|(path, _)| !alive.contains(*path))
        .map(|(path, _)| Finding::new(path, 1, "no `mod` line leads here from any target: declare it or delete it"))
        .collect()
}

/// Marks `file` and every file that its `mod` lines name. `folder` is where its modules lie.
fn follow(repository: &Repository, file: &Path, folder: &Path, alive: &mut BTreeSet<PathBuf>) {
    if !repository.files.contains_key(file) || !alive.insert(file.to_owned()) {
        return;
    }
    let mut elsewhere = None;
    let mut inline: Vec<(usize, &str)> = Vec::new();
    for line in repository.text(file).lines() {
        let (indent, code) = (line.len() - line.trim_start().len(), line.trim());
        if let Some(path) = code.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")) {
            elsewhere = Some(file.parent().unwrap_or(Path::new("")).join(path));
        } else if let Some(name) = code.strip_suffix(" {").and_then(declared_module) {
            inline.push((indent, name));
        } else if code == "}" && inline.last().is_some_and(|(opened, _)| *opened == indent) {
            inline.pop();
        } else if let Some(name) = code.strip_suffix(';').and_then(declared_module) {
            let parents: PathBuf = inline.iter().map(|(_, name)| name).collect();
            let beside = || folder.join(parents).join(name).with_extension("rs");
            let module = elsewhere.take().unwrap_or_else(beside);
            follow(repository, &module, &module.with_extension(""), alive);
        }
    }
}

/// `name` in `mod name`, with or without visibility.
fn declared_module(declaration: &str) -> Option<&str> {
    let (visibility, name) = declaration.rsplit_once("mod ")?;
    let visible = visibility.is_empty() || (visibility.starts_with("pub") && visibility.ends_with(' '));
    (visible && !name.contains(' ')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Package;

    fn dead(files: &[(&str, &str)]) -> Vec<String> {
        let mut repository = Repository::default();
        repository.files.extend(files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())));
        let roots = vec!["crates/a/src/lib.rs".into(), "crates/a/tests/whole/main.rs".into()];
        repository.packages.push(Package { roots, ..Package::default() });
        check(&repository).iter().map(|finding| finding.path.display().to_string()).collect()
    }

    #[test]
    fn declared_files_are_alive_at_any_depth() {
        let files = [
            ("crates/a/src/lib.rs", "mod b;\npub(crate) mod d;\n"),
            ("crates/a/src/b.rs", "    mod c;\n"),
            ("crates/a/src/b/c.rs", ""),
            ("crates/a/src/d.rs", "#[path = \"odd/place.rs\"]\nmod e;\n"),
            ("crates/a/src/odd/place.rs", ""),
            ("crates/a/tests/whole/main.rs", "mod part;\nmod inner {\n    mod f;\n}\nmod g;\n"),
            ("crates/a/tests/whole/part.rs", ""),
            ("crates/a/tests/whole/inner/f.rs", ""),
            ("crates/a/tests/whole/g.rs", ""),
        ];
        assert!(dead(&files).is_empty());
    }

    #[test]
    fn files_that_nobody_declares_are_dead() {
        let files = [("crates/a/src/lib.rs", "// mod b;\nmod c {\n}\n"), ("crates/a/src/b.rs", "")];
        assert_eq!(dead(&files), ["crates/a/src/b.rs"]);
    }
}
