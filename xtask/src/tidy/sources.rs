//! How a Rust file looks: its first sentence, its length, and where object names may be made.

use std::path::{Component, Path};

use crate::finding::Finding;
use crate::repository::Repository;

const PRODUCTION_LINES_MAX: usize = 500;

/// The part of every object name of a trail. Who writes it makes object names.
const OBJECT_NAME_PART: &str = "AWSLogs";

/// Who may make object names: delivery in one file, the verifier (which shares no code with delivery) and the
/// generator of test trees.
const OBJECT_NAME_MAKERS: [&str; 3] = ["crates/delivery/src/object_names.rs", "crates/verify", "crates/trailgen"];

pub(crate) fn check(repository: &Repository) -> Vec<Finding> {
    repository
        .rust_files()
        .flat_map(|(path, text)| {
            let production = production_lines(path, text);
            [first_sentence(path, text), length(path, production), object_names(path, text, production)]
        })
        .flatten()
        .collect()
}

/// How many lines stand before the tests. Files that are tests as a whole have none.
fn production_lines(path: &Path, text: &str) -> usize {
    if is_test(path) {
        return 0;
    }
    let lines: Vec<&str> = text.lines().collect();
    let opens_tests =
        |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{');
    lines.windows(2).position(opens_tests).unwrap_or(lines.len())
}

/// Whole crates of tests, `tests/` folders and files named `tests.rs` or `…_tests.rs`.
fn is_test(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let in_tests = path.components().any(|part| part == Component::Normal("tests".as_ref()));
    let whole_crate =
        ["crates/conformance", "crates/simulation", "xtask"].iter().any(|folder| path.starts_with(folder));
    in_tests || whole_crate || stem == "tests" || stem.ends_with("_tests")
}

fn first_sentence(path: &Path, text: &str) -> Option<Finding> {
    let paragraph: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let message = match paragraph.last() {
        None => "begin the file with a `//!` sentence that says what it is",
        Some(end) if !end.ends_with(['.', ':', '?']) => "end the first `//!` sentence with a full stop",
        Some(_) => return None,
    };
    Some(Finding::new(path, 1, message))
}

fn length(path: &Path, production: usize) -> Option<Finding> {
    (production > PRODUCTION_LINES_MAX).then(|| {
        let message =
            format!("{production} lines before the tests; at most {PRODUCTION_LINES_MAX}: split the file by subject");
        Finding::new(path, PRODUCTION_LINES_MAX + 1, message)
    })
}

fn object_names(path: &Path, text: &str, production: usize) -> Option<Finding> {
    if OBJECT_NAME_MAKERS.iter().any(|maker| path.starts_with(maker)) {
        return None;
    }
    let makes_name = |line: &str| line.contains(OBJECT_NAME_PART) && !line.trim_start().starts_with("//");
    let index = text.lines().take(production).position(makes_name)?;
    let message = format!("object names are made in {} only", OBJECT_NAME_MAKERS[0]);
    Some(Finding::new(path, index + 1, message))
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
    fn a_file_begins_with_a_sentence() {
        assert_eq!(findings("crates/a/src/a.rs", "//! What it is.\n\nfn a() {}\n"), [""; 0]);
        assert_eq!(findings("crates/a/src/a.rs", "//! What it is, and\n//! what it is not.\n"), [""; 0]);
        assert!(findings("crates/a/src/a.rs", "use std::io;\n")[0].starts_with("crates/a/src/a.rs:1: begin"));
        assert!(findings("crates/a/src/a.rs", "//! Only words\n")[0].contains("full stop"));
    }

    #[test]
    fn only_lines_before_the_tests_count() {
        let production = |lines: usize| format!("//! Long.\n{}", "fn a() {}\n".repeat(lines - 1));
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "fn b() {}\n".repeat(900));
        assert_eq!(findings("crates/a/src/a.rs", &(production(500) + &tests)), [""; 0]);
        assert!(findings("crates/a/src/a.rs", &(production(501) + &tests))[0].contains("a.rs:501: 501 lines"));
        assert_eq!(findings("crates/a/tests/a.rs", &production(900)), [""; 0]);
    }

    #[test]
    fn a_test_module_in_another_file_does_not_end_the_production_part() {
        let text = format!("//! Long.\n#[cfg(test)]\nmod tests;\n{}", "fn a() {}\n".repeat(600));
        assert_eq!(findings("crates/a/src/a.rs", &text).len(), 1);
    }

    #[test]
    fn object_names_are_made_in_one_file() {
        let text = "//! Names.\nconst A: &str = \"AWSLogs/\";\n";
        assert!(findings("crates/api/src/a.rs", text)[0].starts_with("crates/api/src/a.rs:2: object names"));
        assert_eq!(findings("crates/delivery/src/object_names.rs", text), [""; 0]);
        assert_eq!(findings("crates/verify/src/layout.rs", text), [""; 0]);
        assert_eq!(findings("crates/api/tests/a.rs", text), [""; 0]);
        assert_eq!(findings("crates/api/src/a.rs", "//! Below `AWSLogs/`.\n"), [""; 0]);
    }
}
