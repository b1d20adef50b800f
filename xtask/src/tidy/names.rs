//! Names that say nothing: drawers that anything fits into, and types called by a role that everything has.

use std::path::Path;

use crate::finding::Finding;
use crate::repository::Repository;

const DRAWERS: [&str; 10] =
    ["utils", "util", "common", "helpers", "helper", "types", "misc", "core", "shared", "stuff"];

const EMPTY_ENDINGS: [&str; 6] = ["Manager", "Helper", "Processor", "Service", "Info", "Data"];

/// AWS's own words, which win over our taste.
const AWS_WORDS: [&str; 1] = ["AdditionalEventData"];

pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    repository.rust_files().flat_map(|(path, text)| drawer(path).into_iter().chain(empty_names(path, text))).collect()
}

fn drawer(path: &Path) -> Option<Finding> {
    let parts = path.with_extension("");
    let part = parts.iter().find_map(|part| DRAWERS.into_iter().find(|drawer| part == *drawer))?;
    Some(Finding::new(path, 1, format!("`{part}` is a drawer: name the file or folder after what is in it")))
}

fn empty_names<'a>(path: &'a Path, text: &'a str) -> impl Iterator<Item = Finding> + 'a {
    text.lines().enumerate().filter_map(move |(index, line)| {
        let name = declared_type(line)?;
        let ending = EMPTY_ENDINGS.into_iter().find(|ending| name.len() > ending.len() && name.ends_with(ending))?;
        let message = format!("`{name}`: say what it is or does instead of `{ending}`");
        (!AWS_WORDS.contains(&name)).then(|| Finding::new(path, index + 1, message))
    })
}

/// The name of the type that a line declares.
fn declared_type(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
    let keyword = words.next()?;
    ["struct", "enum", "trait", "type"].contains(&keyword).then_some(())?;
    words.next()?.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let mut repository = Repository::default();
        repository.files.insert(path.into(), text.into());
        check(&repository).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn drawers_are_found_as_files_and_as_folders() {
        for path in ["crates/a/src/utils.rs", "crates/a/src/common/b.rs", "crates/helpers/src/lib.rs"] {
            assert_eq!(findings(path, "").len(), 1, "{path}");
        }
        assert!(findings("crates/a/src/event_types.rs", "").is_empty());
    }

    #[test]
    fn types_are_named_by_what_they_are() {
        let found = findings("crates/a/src/a.rs", "//! A.\n\npub(crate) struct TrailManager<T> {\n");
        assert_eq!(found, ["crates/a/src/a.rs:3: `TrailManager`: say what it is or does instead of `Manager`"]);
        assert!(findings("crates/a/src/a.rs", "pub struct Services;\nstruct Flusher;\n").is_empty());
    }
}
