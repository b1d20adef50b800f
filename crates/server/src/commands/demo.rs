//! `cairn demo` runs a server filled with invented but realistic events of the last 90 days.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use cairn_environment::Environment;
use cairn_import::{Credentials, ImportSettings, Source, import};
use cairn_trailgen::{Files, Options};

use super::{Problem, runtime};
use crate::{serve, terminal};

/// Run a server filled with invented events of the last 90 days
#[derive(Debug, clap::Args)]
#[group(id = "demo")] // By default it bears the type's name, as that of `serve` does.
#[allow(clippy::doc_markdown, reason = "clap shows these comments to people, as they stand")]
pub(crate) struct Arguments {
    #[command(flatten)]
    serve: super::serve::Arguments,
    /// How many events to make
    #[arg(long, default_value_t = 100_000)]
    events: u64,
}

const DAYS: u64 = 90;

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Problem> {
    let settings = arguments.serve.settings()?;
    let logs = Path::new(settings.text("data")).join("demo-logs");
    runtime()?.block_on(async {
        let server = serve::Server::start(&settings).await?;
        let (is_empty, url) = (server.is_history_empty().await?, server.url());
        let (access_key_id, secret_access_key) = server.root_key_pair();
        let credentials = Credentials { access_key_id, secret_access_key, session_token: None };
        let filling = async {
            if is_empty {
                generate(arguments.events, &logs).await?;
                fill(&url, credentials, &logs).await?;
                remove(&logs)?;
            }
            introduce(&url, settings.text("data"));
            // From here on only a signal ends the command.
            std::future::pending::<Result<(), Problem>>().await
        };
        // The server answers while it is filled: it is filled as anyone would, over HTTP. Whoever stops it does not
        // wait for the rest.
        let ended = tokio::select! {
            stopped = server.run_until_told_to_stop() => stopped,
            failed = filling => failed,
        };
        remove(&logs)?;
        ended
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the log files, and lets the server answer between them.
async fn generate(events: u64, logs: &Path) -> Result<(), Problem> {
    terminal::note(&format!("making {events} events of the last {DAYS} days …"));
    let now = Environment::real().clock.now();
    let options = Options { events, days: DAYS, ..Options::default() }.ending_at(now);
    for file in Files::new(options) {
        let path = logs.join(&file.key);
        std::fs::create_dir_all(path.parent().unwrap_or(logs))?;
        std::fs::write(path, file.packed(6))?;
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Removes the log files, if there are any.
fn remove(logs: &Path) -> Result<(), std::io::Error> {
    if logs.exists() { std::fs::remove_dir_all(logs) } else { Ok(()) }
}

async fn fill(url: &str, credentials: Credentials, logs: &Path) -> Result<(), Problem> {
    let source = Source::Folder(logs.to_owned());
    let settings = ImportSettings::new(source, url.to_owned(), "us-east-1".to_owned(), credentials);
    let mut last = Duration::ZERO;
    let progress = move |now: &cairn_import::Progress| super::import::show(now, &mut last);
    let summary = import(settings, &Environment::real(), progress).await?;
    terminal::note(&format!("{} events are in the history", summary.accepted));
    Ok(())
}

fn introduce(url: &str, data: &str) {
    terminal::say(&format!(
        "\nTry:\n  export AWS_ENDPOINT_URL={url} AWS_DEFAULT_REGION=us-east-1\n  . {data}/root-credentials\n  \
         aws --region all cloudtrail lookup-events --max-items 5"
    ));
}
