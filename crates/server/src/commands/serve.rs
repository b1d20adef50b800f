//! `cairn serve` runs the server until it is told to stop.

use std::path::PathBuf;
use std::process::ExitCode;

use super::{Problem, environment_variables, runtime};
use crate::settings::{CaptureTable, Settings};
use crate::{serve, terminal};

/// Run the server
#[derive(Debug, clap::Args)]
#[allow(clippy::doc_markdown, reason = "clap shows these comments to people, as they stand")]
pub(crate) struct Arguments {
    /// Folder of everything that Cairn keeps [default: ./data]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<String>,
    /// Address and port of the listener [default: 127.0.0.1:4580]
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<String>,
    /// Forward calls from an address to an endpoint and record each of them; may be repeated
    #[arg(long, value_name = "LISTEN=URL")]
    pub(crate) capture: Vec<String>,
    /// The settings file [default: ./cairn.toml where there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Serve moto's own tests: anyone on this machine may delete all trails and buckets with one request
    #[arg(long)]
    pub(crate) test_hooks: bool,
    /// Give the default account's root a new one-time password, and take its MFA devices from it
    #[arg(long)]
    pub(crate) reset_root: bool,
    /// Print each setting and where its value came from, and stop
    #[arg(long)]
    pub(crate) print_settings: bool,
}

impl Arguments {
    /// The settings that file, environment and these flags give.
    pub(crate) fn settings(&self) -> Result<Settings, Problem> {
        let flags: Vec<_> = [("data", &self.data), ("listen", &self.listen)]
            .into_iter()
            .filter_map(|(key, value)| Some((key, value.clone()?)))
            .collect();
        let beside = PathBuf::from("cairn.toml");
        let file = self.config.clone().or_else(|| beside.exists().then_some(beside));
        let mut settings = Settings::resolve(file.as_deref(), &environment_variables(), &flags)?;
        for text in &self.capture {
            settings.captures.push(CaptureTable::of_flag(text)?);
        }
        settings.test_hooks = self.test_hooks;
        settings.reset_root = self.reset_root;
        Ok(settings)
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Problem> {
    let settings = arguments.settings()?;
    if arguments.print_settings {
        terminal::say(settings.print().trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    runtime()?.block_on(async {
        let server = serve::Server::start(&settings).await?;
        server.run_until_told_to_stop().await
    })?;
    Ok(ExitCode::SUCCESS)
}
