//! What `/readyz` and `/metrics` show.

use cairn_edge::Probes;
use cairn_journal::Journal;
use cairn_store::Store;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::commands::Problem;

/// The probes of a running server.
#[derive(Debug)]
pub(super) struct ServerProbes {
    journal: Journal,
    store: Store,
    metrics: PrometheusHandle,
}

impl ServerProbes {
    pub(super) fn start(journal: &Journal, store: &Store) -> Result<Self, Problem> {
        let metrics = PrometheusBuilder::new().install_recorder()?;
        Ok(Self { journal: journal.clone(), store: store.clone(), metrics })
    }
}

impl Probes for ServerProbes {
    fn readiness(&self) -> Result<(), String> {
        let behind = self.journal.end().0.saturating_sub(self.store.applied().0);
        if behind > READY_BEHIND_MAX { Err(format!("the event history is {behind} events behind")) } else { Ok(()) }
    }

    fn metrics(&self) -> String {
        for (follower, position) in self.journal.followers() {
            let behind = self.journal.end().0.saturating_sub(position.0);
            let behind = u32::try_from(behind).unwrap_or(u32::MAX);
            metrics::gauge!("follower_events_behind", "follower" => follower).set(behind);
        }
        self.metrics.render()
    }
}

/// Events that the history may be behind before the server calls itself not ready.
const READY_BEHIND_MAX: u64 = 1_000_000;
