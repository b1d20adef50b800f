//! A gateway of its own for each test, with a journal on a disk in memory.

use std::net::SocketAddr;
use std::time::Duration;

use cairn_capture::{AnswerAfter, Gateway, GatewayParts, GatewaySettings, GatewayWatch, Unfinished};
use cairn_environment::Environment;
use cairn_journal::{Disk, DiskFaults, Journal, JournalSettings};
use cairn_model::{Entry, Origin, Sequence};
use cairn_objects::Bucket;
use cairn_principals::{Principals, PrincipalsSettings};
use cairn_recorder::{Recorder, RecorderSettings};
use cairn_store::{Store, StoreSettings};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct House {
    pub(crate) environment: Environment,
    pub(crate) address: SocketAddr,
    pub(crate) journal: Journal,
    pub(crate) disk: Disk,
    pub(crate) faults: DiskFaults,
    pub(crate) watch: GatewayWatch,
    running: JoinHandle<()>,
    _folder: TempDir,
}

/// Settings of a gateway on a free port in front of `upstream`.
pub(crate) fn settings(upstream: SocketAddr) -> GatewaySettings {
    GatewaySettings::new(([127, 0, 0, 1], 0).into(), format!("http://{upstream}").parse().unwrap())
}

impl House {
    pub(crate) async fn in_front_of(upstream: SocketAddr) -> Self {
        Self::open(settings(upstream)).await
    }

    /// One that answers only when the end of a call is durable.
    pub(crate) async fn answering_after_ends(upstream: SocketAddr) -> Self {
        Self::open(GatewaySettings { answer_after: AnswerAfter::End, ..settings(upstream) }).await
    }

    pub(crate) async fn open(settings: GatewaySettings) -> Self {
        let environment = Environment::real();
        let (disk, faults) = Disk::simulated(&environment);
        Self::on_disk(settings, environment, (disk, faults)).await
    }

    pub(crate) async fn on_disk(
        settings: GatewaySettings,
        environment: Environment,
        (disk, faults): (Disk, DiskFaults),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Without zeros ahead, so that a full disk takes nothing more.
        let journal_settings = JournalSettings { ahead_bytes: 0, ..JournalSettings::default() };
        let journal = Journal::open(disk.clone(), journal_settings, &environment).await.unwrap();
        let (history, _) = Bucket::simulated("history", &environment);
        let store = Store::open(history, &journal, StoreSettings::default(), &environment).await.unwrap();
        let recorder = Recorder::new(journal.clone(), store, RecorderSettings::default(), &environment);
        let path = folder.path().join("principals.sqlite");
        let principals = Principals::open(&path, PrincipalsSettings::default(), &environment).await.unwrap();
        let unfinished = Unfinished::resume(&journal, &recorder, &environment).await.unwrap();
        drop(environment.tasks.spawn(unfinished.run()));
        let parts = GatewayParts {
            settings,
            recorder,
            principals,
            environment: Environment { tasks: environment.tasks.child(), ..environment.clone() },
        };
        let gateway = Gateway::bind(parts).unwrap();
        let (address, watch) = (gateway.local_addr(), gateway.watch());
        let running = environment.tasks.spawn(gateway.run());
        Self { environment, address, journal, disk, faults, watch, running, _folder: folder }
    }

    /// Asks the gateway to stop and waits until it has.
    pub(crate) async fn stop(self) {
        self.environment.tasks.stop();
        self.environment.clock.timeout(PATIENCE, self.running).await.unwrap().unwrap();
    }

    /// All that is in the journal.
    pub(crate) async fn entries(&self) -> Vec<Entry> {
        entries(&self.journal).await
    }

    /// The events in the journal, without intents.
    pub(crate) async fn events(&self) -> Vec<Value> {
        events(&self.entries().await, Origin::Live)
    }

    /// Waits until this many events are there, and returns them.
    pub(crate) async fn wait_for_events(&self, count: usize) -> Vec<Value> {
        let events = self.wait_until(&format!("{count} events"), |events| events.len() >= count).await;
        assert_eq!(events.len(), count, "{events:#?}");
        events
    }

    /// Waits until the events are as wanted, and returns them.
    pub(crate) async fn wait_until(&self, what: &str, is_wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let mut end = self.journal.watch_end();
        let wait = async {
            loop {
                let _seen = *end.borrow_and_update();
                let events = self.events().await;
                if is_wanted(&events) {
                    return events;
                }
                end.changed().await.unwrap();
            }
        };
        let waited = self.environment.clock.timeout(PATIENCE, wait).await;
        waited.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }
}

pub(crate) async fn entries(journal: &Journal) -> Vec<Entry> {
    let (mut all, mut next) = (Vec::new(), Sequence(0));
    loop {
        let some = journal.read(next, 1 << 20).await.unwrap();
        let Some(last) = some.last() else { return all };
        next = last.sequence.plus(1);
        all.extend(some);
    }
}

pub(crate) fn events(entries: &[Entry], origin: Origin) -> Vec<Value> {
    let of_origin = entries.iter().filter(|entry| entry.origin == origin);
    of_origin.map(|entry| serde_json::from_slice(&entry.event).unwrap()).collect()
}
