//! Checks of our own that `make check` runs: `xtask tidy` for how files look, `xtask layers` for who may use whom.

mod finding;
mod layers;
mod repository;
mod tidy;

use std::io::{self, Write};
use std::process::ExitCode;

use finding::Finding;
use repository::Repository;

fn main() -> ExitCode {
    match run(std::env::args().nth(1).as_deref()) {
        Ok(code) => code,
        Err(error) => {
            drop(writeln!(io::stderr(), "xtask: {error}"));
            ExitCode::from(2)
        }
    }
}

fn run(task: Option<&str>) -> io::Result<ExitCode> {
    let check: fn(&Repository) -> Vec<Finding> = match task {
        Some("tidy") => tidy::check,
        Some("layers") => layers::check,
        _ => return Err(io::Error::other("say which check: tidy or layers")),
    };
    let findings = check(&Repository::load()?);
    let mut out = io::stdout().lock();
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    if findings.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "{} to mend", findings.len())?;
    Ok(ExitCode::FAILURE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(check: fn(&Repository) -> Vec<Finding>) -> String {
        let findings = check(&Repository::load().unwrap());
        findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn this_repository_is_tidy() {
        assert_eq!(all(tidy::check), "");
    }

    #[test]
    fn this_repository_keeps_its_layers() {
        assert_eq!(all(layers::check), "");
    }
}
