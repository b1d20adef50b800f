//! `cairn selectors` judges selectors before a trail has them.

mod cloudtrail;
mod file;
mod report;
mod since;
mod today;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use cairn_environment::Environment;
use cairn_model::Timestamp;

use self::file::SelectorFile;
use self::today::TodaysTrail;
use self::trial::{Proposal, Trial};
use super::client::Client;
use super::{Problem, runtime};
use crate::terminal;

/// Judge selectors before a trail has them
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Try(TryArguments),
}

/// Replay a running server's history against proposed selectors
///
/// Says how many events and bytes would be kept, by category and source, and which of today's trails would go blind:
/// events that a trail keeps today and that no trail would keep afterwards. Every event of the history counts as if it
/// came now. The server is found, and the requests are signed, by the usual AWS variables. Nothing is changed.
///
/// Exit codes: 0 no trail would go blind, 1 some would, 3 the command could not do its work.
#[derive(Debug, clap::Args)]
#[allow(clippy::doc_markdown, reason = "clap shows these comments to people, as they stand")]
struct TryArguments {
    /// The JSON that put-event-selectors takes: a list of selectors, or an object with EventSelectors or
    /// AdvancedEventSelectors and, if it is for one trail, its TrailName
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How far back: 90m, 12h, 7d, or a time such as 2026-10-01T00:00:00Z
    #[arg(long, default_value = "7d")]
    since: String,
    /// The trail that would get them, by name or ARN [default: the file's TrailName, else every trail]
    #[arg(long, value_name = "NAME")]
    trail: Option<String>,
    /// The server [default: AWS_ENDPOINT_URL, else http://127.0.0.1:4580]
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// The Region to sign for [default: AWS_REGION, AWS_DEFAULT_REGION, else us-east-1]
    #[arg(long)]
    region: Option<String>,
}

/// Exit code: a trail would go blind.
const BLIND: u8 = 1;

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Problem> {
    match &arguments.command {
        Command::Try(arguments) => runtime()?.block_on(try_selectors(arguments)),
    }
}

async fn try_selectors(arguments: &TryArguments) -> Result<ExitCode, Problem> {
    let environment = Environment::real();
    let now = environment.clock.now();
    let since = since::parse(&arguments.since, now)?;
    let file = SelectorFile::read(&arguments.file)?;
    let client = Client::new(arguments.endpoint_url.clone(), arguments.region.clone(), &environment)?;
    let trails = today::trails(&client).await?;
    let proposal = proposal(arguments.trail.clone().or(file.trail_name), &trails)?;
    let mut trial = Trial::new(trails, &file.selectors, &proposal);
    replay(&client, &mut trial, (since, now), &environment).await?;
    terminal::say(&report::text(&trial, since));
    Ok(if trial.goes_blind() { ExitCode::from(BLIND) } else { ExitCode::SUCCESS })
}

/// Which trails would get the selectors.
fn proposal(named: Option<String>, trails: &[TodaysTrail]) -> Result<Proposal, Problem> {
    let Some(named) = named else { return Ok(Proposal::EveryTrail) };
    let mut found = trails.iter().filter(|trail| trail.is_called(&named)).map(|trail| trail.arn.clone());
    match (found.next(), found.next()) {
        (Some(arn), None) => Ok(Proposal::OneTrail(arn)),
        (Some(_), Some(_)) => Err(format!("there are several trails called {named}: give an ARN").into()),
        (None, _) => {
            let known: Vec<&str> = trails.iter().map(TodaysTrail::name).collect();
            Err(format!("there is no trail {named}; there are: {}", known.join(", ")).into())
        }
    }
}

async fn replay(
    client: &Client,
    trial: &mut Trial,
    (since, now): (Timestamp, Timestamp),
    environment: &Environment,
) -> Result<(), Problem> {
    let (mut token, mut last) = (None, environment.clock.instant());
    loop {
        let body = cloudtrail::events(client, (since, now), token.as_deref()).await?;
        let page = cloudtrail::page(&body)?;
        let mut reached = None;
        for event in &page.events {
            reached = trial.see(event.get()).or(reached);
        }
        // Short trials stay silent.
        if environment.clock.instant().duration_since(last) >= Duration::from_secs(2) {
            last = environment.clock.instant();
            let back_to = reached.map_or(String::new(), |at| format!(", back to {}", at.iso_seconds()));
            terminal::note(&format!("{} events{back_to}", report::count(trial.seen.all.events)));
        }
        match page.next_token {
            Some(next) => token = Some(next),
            None => return Ok(()),
        }
    }
}
