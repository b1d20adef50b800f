//! `cairn policy` judges policies before they are attached.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cairn_edge::known_actions;
use cairn_policy::{Finding, PolicyKind, Severity, check};

use super::Problem;
use crate::terminal;

/// More than any policy may have.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Exit code: something was found.
const FOUND: u8 = 1;

/// Judge policies before they are attached
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Check(CheckArguments),
}

/// Say what is wrong with a policy, line by line, without a server
///
/// Errors: the grammar, unknown actions, resources that never fit, conditions that nobody can meet. Warnings: grants that
/// are wider than they look. Notes: permissions of services that this server does not have.
///
/// Exit codes: 0 nothing but notes, 1 errors or warnings, 3 the command could not do its work.
#[derive(Debug, clap::Args)]
#[allow(clippy::doc_markdown, reason = "clap shows these comments to people, as they stand")]
struct CheckArguments {
    /// The policy's JSON
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the policy is attached to [default: what its elements say]
    #[arg(long, value_enum)]
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// A user, group, role or session
    Identity,
    /// A bucket
    Bucket,
    /// A role, to say who may assume it
    Trust,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Problem> {
    match &arguments.command {
        Command::Check(arguments) => check_files(arguments),
    }
}

fn check_files(arguments: &CheckArguments) -> Result<ExitCode, Problem> {
    let known = known_actions();
    let kind = arguments.kind.map(|kind| match kind {
        Kind::Identity => PolicyKind::Identity,
        Kind::Bucket => PolicyKind::Resource { service: "s3", arn: None },
        Kind::Trust => PolicyKind::Trust,
    });
    let mut is_sound = true;
    for file in &arguments.files {
        let found = check(&read(file)?, kind, &known);
        is_sound &= found.iter().all(|finding| finding.severity == Severity::Note);
        for finding in found {
            terminal::say(&line(file, &finding));
        }
    }
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn read(file: &Path) -> Result<String, Problem> {
    let problem = |reason: &dyn std::fmt::Display| Problem::from(format!("{}: {reason}", file.display()));
    let size = std::fs::metadata(file).map_err(|error| problem(&error))?.len();
    if size > FILE_BYTES_MAX {
        return Err(problem(&format!("a policy of {size} bytes is longer than any may be")));
    }
    std::fs::read_to_string(file).map_err(|error| problem(&error))
}

/// As compilers write it, so that editors find the place.
fn line(file: &Path, finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let Finding { reason, path, line, column, .. } = finding;
    let within = if path.is_empty() { String::new() } else { format!(" ({path})") };
    format!("{}:{line}:{column}: {severity}: {reason}{within}", file.display())
}
