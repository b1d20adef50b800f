//! Gateways: opened with the rest, begun once what an earlier life left open is recorded, stopped with the listener.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use cairn_capture::{
    AnswerAfter, CertificateFiles, FailurePolicy, Gateway, GatewayParts, GatewaySettings, InventorySettings, Unfinished,
};
use cairn_environment::Environment;
use cairn_journal::Journal;
use cairn_model::Region;
use cairn_principals::{Principals, PrincipalsSettings};
use cairn_recorder::Recorder;
use cairn_signing::SecretKey;

use super::gateways_view::{Facts, GatewaysView, WatchedGateway};
use crate::commands::Problem;
use crate::data_folder::DataFolder;
use crate::settings::{AnswerAfterWord, CaptureTable, OnFailure, Settings};
use crate::terminal;

/// How long to wait before the intents of an earlier life are tried again.
const RESUME_PAUSE: Duration = Duration::from_secs(1);

/// All gateways of a server.
#[derive(Debug)]
pub(super) struct Gateways {
    listening: Vec<Listening>,
    journal: Journal,
    recorder: Recorder,
    /// Its stop is the gateways'.
    environment: Environment,
    /// Its stop, which comes last, is that of the follower behind them.
    behind: Environment,
}

/// A gateway that listens.
#[derive(Debug)]
struct Listening {
    gateway: Gateway,
    upstream: String,
    /// Whose its upstream's keys are: another upstream may have keys of the same names.
    principals: Principals,
    facts: Facts,
}

impl Gateways {
    /// What tells how they are.
    pub(super) fn view(&self) -> GatewaysView {
        let view = |of: &Listening| {
            let Listening { gateway, upstream, principals, facts } = of;
            WatchedGateway {
                facts: facts.clone(),
                listen: gateway.local_addr(),
                upstream: upstream.clone(),
                watch: gateway.watch(),
                principals: principals.clone(),
            }
        };
        let gateways = self.listening.iter().map(view).collect();
        GatewaysView { gateways, clock: self.environment.clock.clone() }
    }

    /// Begins to listen for every gateway of the settings. `environment` stops them, `behind` their followers.
    pub(super) async fn bind(
        settings: &Settings,
        folder: &DataFolder,
        (journal, recorder): (Journal, Recorder),
        environment: Environment,
        behind: Environment,
    ) -> Result<Self, Problem> {
        let mut listening = Vec::with_capacity(settings.captures.len());
        let mut labels = HashSet::new();
        for table in &settings.captures {
            let label = table.label();
            if !labels.insert(label.clone()) {
                return Err(format!("two gateways are called {label}: give each a `name` of its own").into());
            }
            let keys = table.known_keys().collect();
            let known = PrincipalsSettings { keys, ..PrincipalsSettings::default() };
            let principals = Principals::open(&folder.principals(&label)?, known, &behind).await?;
            let settings = gateway_settings(table, settings)?;
            let facts = Facts::of(label, &settings);
            let parts = GatewayParts {
                settings,
                recorder: recorder.clone(),
                principals: principals.clone(),
                environment: environment.clone(),
            };
            let gateway = Gateway::bind(parts)?;
            listening.push(Listening { gateway, upstream: table.upstream.to_string(), principals, facts });
        }
        let behind = Environment { tasks: behind.tasks.child(), ..behind };
        Ok(Self { listening, journal, recorder, environment, behind })
    }

    /// Says where they listen.
    pub(super) fn introduce(&self) {
        for Listening { gateway, upstream, .. } in &self.listening {
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
        let run = |listening: Listening| (tasks.spawn(listening.gateway.run()), listening.principals);
        let (running, principals): (Vec<_>, Vec<_>) = self.listening.into_iter().map(run).unzip();
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
        for principals in principals {
            if let Err(error) = principals.close().await {
                tracing::error!(%error, "what is known of access keys is not closed in order");
            }
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
        inventory: inventory_settings(table, settings)?,
        policy: match table.on_failure {
            OnFailure::Closed => FailurePolicy::Closed,
            OnFailure::Open => FailurePolicy::Open,
        },
        answer_after: match table.answer_after {
            None => usual.answer_after,
            Some(AnswerAfterWord::Intent) => AnswerAfter::Intent,
            Some(AnswerAfterWord::End) => AnswerAfter::End,
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

/// The table's own key for asking whose keys are whose, else the general one.
fn inventory_settings(table: &CaptureTable, settings: &Settings) -> Result<Option<InventorySettings>, Problem> {
    let general = (settings.text("inventory.access_key_id"), settings.text("inventory.secret_access_key"));
    let (id, secret) = match (&table.inventory_access_key_id, &table.inventory_secret_access_key, general) {
        (Some(id), Some(secret), _) => (id.clone(), secret.clone()),
        (_, _, ("", "")) => return Ok(None),
        (_, _, (id, secret)) if !id.is_empty() && !secret.is_empty() => (id.to_owned(), SecretKey::new(secret)),
        _ => return Err("inventory.access_key_id and inventory.secret_access_key go together: only one is set".into()),
    };
    let interval = match table.inventory_interval_seconds {
        Some(seconds) => Duration::from_secs(seconds.into()),
        None => settings.seconds("inventory.interval_seconds"),
    };
    Ok(Some(InventorySettings { interval, ..InventorySettings::new(id, secret) }))
}

fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(path).map_err(|reason| format!("{}: {reason}", path.display()).into())
}
