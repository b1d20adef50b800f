//! `cairn import` sends log files to the event history of a running server.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use cairn_environment::Environment;
use cairn_import::{ImportSettings, Importing, Progress, Source, Summary, import};

use super::aws_variables::AwsVariables;
use super::{Problem, runtime};
use crate::terminal;

/// Import CloudTrail log files into the event history of a running server
///
/// The server is found, and the requests are signed, by the usual AWS variables. Log files of `s3://BUCKET/PREFIX`
/// are read from AWS_ENDPOINT_URL_S3, or from the server itself.
#[derive(Debug, clap::Args)]
#[allow(clippy::doc_markdown, reason = "clap shows these comments to people, as they stand")]
pub(crate) struct Arguments {
    /// A log file, a folder of log files, or s3://BUCKET/PREFIX
    #[arg(value_name = "PATH|s3://BUCKET/PREFIX")]
    source: String,
    /// The server [default: AWS_ENDPOINT_URL, else http://127.0.0.1:4580]
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Where s3:// sources are read [default: AWS_ENDPOINT_URL_S3, else the server]
    #[arg(long, value_name = "URL")]
    source_endpoint_url: Option<String>,
    /// The Region to sign for [default: AWS_REGION, AWS_DEFAULT_REGION, else us-east-1]
    #[arg(long)]
    region: Option<String>,
    /// The events are new: they flow on to trails as well
    #[arg(long)]
    live: bool,
    /// Remembers which files are done, so that an import that was stopped goes on there
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// List every problem instead of the first ten
    #[arg(long)]
    all_problems: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Problem> {
    runtime()?.block_on(async {
        let environment = Environment::real();
        let settings = arguments.settings(&environment)?;
        let mut last = Duration::ZERO;
        let summary = import(settings, &environment, move |progress| show(progress, &mut last)).await?;
        Ok(report(&summary, arguments.all_problems))
    })
}

impl Arguments {
    fn settings(&self, environment: &Environment) -> Result<ImportSettings, Problem> {
        let variables = AwsVariables::read();
        let endpoint_url = self.endpoint_url.clone().unwrap_or_else(|| variables.server_url());
        let region = self.region.clone().unwrap_or_else(|| variables.region());
        let source = if self.source.starts_with("s3://") {
            let url = self.source_endpoint_url.clone().or_else(|| variables.s3_url());
            let url = url.or_else(|| Some(endpoint_url.clone()));
            let (bucket, prefix) = variables.bucket(&self.source, url, environment)?;
            Source::Bucket { bucket, prefix }
        } else {
            Source::Folder(PathBuf::from(&self.source))
        };
        let mut settings = ImportSettings::new(source, endpoint_url, region, variables.credentials()?);
        settings.resume.clone_from(&self.resume);
        if self.live {
            settings.importing = Importing::Live;
        }
        Ok(settings)
    }
}

/// A line every two seconds, so that short imports stay silent.
pub(crate) fn show(progress: &Progress, last: &mut Duration) {
    if progress.elapsed.saturating_sub(*last) < Duration::from_secs(2) {
        return;
    }
    *last = progress.elapsed;
    let left = progress.remaining().map_or(String::new(), |left| format!(", {} s left", left.as_secs()));
    terminal::note(&format!(
        "{} events of {} files (of {}{}), {} events/s{left}",
        progress.events,
        progress.files,
        progress.files_found,
        if progress.listing_complete { "" } else { " so far" },
        progress.events_per_second(),
    ));
}

fn report(summary: &Summary, all_problems: bool) -> ExitCode {
    let shown = if all_problems { summary.problems.len() } else { 10 };
    for problem in summary.problems.iter().take(shown) {
        let part = |word: &str, number: Option<u64>| number.map_or(String::new(), |number| format!(" {word} {number}"));
        let member = part("member at byte", problem.member_offset);
        let (document, record) = (part("document", problem.document), part("record", problem.record));
        terminal::note(&format!("{}{member}{document}{record}: {}", escaped(&problem.file), escaped(&problem.reason)));
    }
    if summary.problems.len() > shown {
        terminal::note(&format!("… and {} more problems (--all-problems lists them)", summary.problems.len() - shown));
    }
    terminal::say(&text(summary));
    if summary.files_failed + summary.rejected + summary.conflicts == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// The summary as aligned lines.
fn text(summary: &Summary) -> String {
    [
        ("files", summary.files),
        ("files done before", summary.files_done_before),
        ("files that failed", summary.files_failed),
        ("files that are no logs", summary.files_skipped),
        ("events", summary.events),
        ("new", summary.accepted),
        ("duplicates", summary.duplicates),
        ("conflicts", summary.conflicts),
        ("rejected", summary.rejected),
        ("digest files skipped", summary.digests),
        ("events per second", summary.events_per_second()),
    ]
    .map(|(name, count)| format!("{name:<24}{count:>12}"))
    .join("\n")
}

/// Names come from outside: control characters would reach the terminal.
pub(crate) fn escaped(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}
