//! What `/readyz` and `/metrics` show.

use std::time::Duration;

use cairn_edge::{Probes, ServerView};
use cairn_environment::Environment;
use cairn_journal::Journal;
use cairn_store::Store;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::overview::Overview;
use crate::commands::Problem;

/// The probes of a running server.
#[derive(Debug)]
pub(super) struct ServerProbes {
    journal: Journal,
    store: Store,
    metrics: PrometheusHandle,
    overview: Overview,
}

impl ServerProbes {
    /// Collects metrics from now on, and condenses them until `environment`'s tasks are asked to stop.
    pub(super) fn start(overview: Overview, environment: &Environment) -> Result<Self, Problem> {
        let metrics = PrometheusBuilder::new().install_recorder()?;
        drop(environment.tasks.spawn(condense(metrics.clone(), environment.clone())));
        let (journal, store) = (overview.journal.clone(), overview.store.clone());
        Ok(Self { journal, store, metrics, overview })
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

    fn view(&self) -> Option<&dyn ServerView> {
        Some(&self.overview)
    }
}

/// Every measured span stays in memory until it is condensed, whether or not anybody looks at the metrics.
async fn condense(metrics: PrometheusHandle, environment: Environment) {
    loop {
        tokio::select! {
            () = environment.clock.sleep(CONDENSE_INTERVAL) => metrics.run_upkeep(),
            () = environment.tasks.stopping() => return,
        }
    }
}

/// How often metrics are condensed.
const CONDENSE_INTERVAL: Duration = Duration::from_secs(5);

/// Events that the history may be behind before the server calls itself not ready.
const READY_BEHIND_MAX: u64 = 1_000_000;
