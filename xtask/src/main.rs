//! Checks of our own that `make check` runs: `xtask tidy` for how files look, `xtask layers` for who may use whom.
//! Beside them `xtask service-tables`, which writes the tables of `crates/services` anew.

mod finding;
mod layers;
mod repository;
mod service_tables;
mod tidy;

use std::io::{self, Write};
use std::process::ExitCode;

use finding::Finding;
use repository::Repository;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            drop(writeln!(io::stderr(), "xtask: {error}"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> io::Result<ExitCode> {
    let check: fn(&Repository) -> Vec<Finding> = match arguments {
        [task] if task == "tidy" => tidy::check,
        [task] if task == "layers" => layers::check,
        [task, options @ ..] if task == "service-tables" => {
            let written = service_tables::run(repository::root()?, options)?;
            writeln!(io::stdout(), "{written}")?;
            return Ok(ExitCode::SUCCESS);
        }
        _ => return Err(io::Error::other("say which task: tidy, layers or service-tables")),
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
