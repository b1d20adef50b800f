//! Gateways: opened with the rest, begun once what an earlier life left open is recorded, stopped with the listener.

use std::path::Path;
use std::time::Duration;

use cairn_capture::{CertificateFiles, FailurePolicy, Gateway, GatewayParts, GatewaySettings, Unfinished};
use cairn_environment::Environment;
use cairn_journal::Journal;
use cairn_model::Region;
use cairn_principals::{Principals, PrincipalsSettings};
use cairn_recorder::Recorder;

use crate::commands::Problem;
use crate::data_folder::DataFolder;
use crate::settings::{CaptureTable, OnFailure, Settings};
use crate::terminal;

/// How long to wait before the intents of an earlier life are tried again.
const RESUME_PAUSE: Duration = Duration::from_secs(1);

/// All gateways of a server.
#[derive(Debug)]
pub(super) struct Gateways {
    /// Each with its upstream.
    listening: Vec<(Gateway, String)>,
    principals: Option<Principals>,
    journal: Journal,
    recorder: Recorder,
    /// Its stop is the gateways'.
    environment: Environment,
    /// Its stop, which comes last, is that of the follower behind them.
    behind: Environment,
}

impl Gateways {
    /// Begins to listen for every gateway of the settings. `environment` stops them, `behind` their followers.
    pub(super) async fn bind(
        settings: &Settings,
        folder: &DataFolder,
        (journal, recorder): (Journal, Recorder),
        environment: Environment,
        behind: Environment,
    ) -> Result<Self, Problem> {
        let mut listening = Vec::with_capacity(settings.captures.len());
        let principals = if settings.captures.is_empty() {
            None
        } else {
            let keys = settings.captures.iter().flat_map(CaptureTable::known_keys).collect();
            let known = PrincipalsSettings { keys, ..PrincipalsSettings::default() };
            Some(Principals::open(&folder.principals(), known, &behind).await?)
        };
        for (table, principals) in settings.captures.iter().zip(principals.iter().cycle()) {
            let parts = GatewayParts {
                settings: gateway_settings(table, settings)?,
                recorder: recorder.clone(),
                principals: principals.clone(),
                environment: environment.clone(),
            };
            listening.push((Gateway::bind(parts).await?, table.upstream.to_string()));
        }
        let behind = Environment { tasks: behind.tasks.child(), ..behind };
        Ok(Self { listening, principals, journal, recorder, environment, behind })
    }

    /// Says where they listen.
    pub(super) fn introduce(&self) {
        for (gateway, upstream) in &self.listening {
            terminal::say(&format!("Calls to {} go on to {upstream} and are recorded", gateway.local_addr()));
        }
    }

    /// Serves until the environment's tasks are asked to stop and all calls under way have ended.
    pub(super) async fn run(self) {
        let Some(unfinished) = self.resume().await else { return };
        if self.listening.is_empty() {
            return;
        }
        let following = unfinished.map(|unfinished| self.behind.tasks.spawn(unfinished.run()));
        let tasks = &self.environment.tasks;
        let running: Vec<_> = self.listening.into_iter().map(|(gateway, _)| tasks.spawn(gateway.run())).collect();
        for gateway in running {
            if let Err(error) = gateway.await {
                tracing::error!(%error, "a gateway ended by a mistake of ours");
            }
        }
        // Only now is every position final, and the journal still open.
        self.behind.tasks.stop();
        if let Some(following) = following
            && let Err(error) = following.await
        {
            tracing::error!(%error, "the follower of open calls ended by a mistake of ours");
        }
        if let Some(Err(error)) = match self.principals {
            Some(principals) => Some(principals.close().await),
            None => None,
        } {
            tracing::error!(%error, "what is known of access keys is not closed in order");
        }
    }

    /// Records what an earlier life left open, as often as it takes. None when a stop comes first.
    async fn resume(&self) -> Option<Option<Unfinished>> {
        loop {
            let resumed = if self.listening.is_empty() {
                Unfinished::clear(&self.journal, &self.recorder, &self.behind).await.map(|()| None)
            } else {
                Unfinished::resume(&self.journal, &self.recorder, &self.behind).await.map(Some)
            };
            match resumed {
                Ok(unfinished) => return Some(unfinished),
                Err(error) => {
                    tracing::error!(%error, "the gateways wait: open calls of an earlier life are not recorded");
                }
            }
            tokio::select! {
                () = self.environment.clock.sleep(RESUME_PAUSE) => {}
                () = self.environment.tasks.stopping() => return None,
            }
        }
    }
}

fn gateway_settings(table: &CaptureTable, settings: &Settings) -> Result<GatewaySettings, Problem> {
    let usual = GatewaySettings::new(table.listen, table.upstream.clone());
    let seconds = |given: Option<u32>, usual| given.map_or(usual, |seconds| Duration::from_secs(seconds.into()));
    let general = || settings.words("trusted_proxies").into_iter().filter_map(|word| word.parse().ok()).collect();
    let certificate = match (&table.certificate_file, &table.key_file) {
        (Some(chain), Some(key)) => Some(CertificateFiles { chain: read(chain)?, key: read(key)? }),
        _ => None,
    };
    Ok(GatewaySettings {
        name: table.name.clone().unwrap_or(usual.name),
        account: table.account,
        region: Region::parse(&table.region)?,
        bucket_domain: table.bucket_domain.clone(),
        policy: match table.on_failure {
            OnFailure::Closed => FailurePolicy::Closed,
            OnFailure::Open => FailurePolicy::Open,
        },
        body_copy_bytes: table.body_copy_bytes.unwrap_or(usual.body_copy_bytes),
        trusted_proxies: match &table.trusted_proxies {
            Some(proxies) => proxies.iter().map(|proxy| proxy.0).collect(),
            None => general(),
        },
        certificate,
        upstream_roots: table.upstream_roots_file.as_deref().map(read).transpose()?,
        connections_max: settings.size("limits.connections_max"),
        connect_timeout: seconds(table.connect_timeout_seconds, usual.connect_timeout),
        first_byte_timeout: seconds(table.first_byte_timeout_seconds, usual.first_byte_timeout),
        idle_timeout: seconds(table.idle_timeout_seconds, usual.idle_timeout),
        ..GatewaySettings::new(table.listen, table.upstream.clone())
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(path).map_err(|reason| format!("{}: {reason}", path.display()).into())
}
