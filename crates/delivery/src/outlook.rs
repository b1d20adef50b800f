//! What is still to be delivered, and when: for the loop and for the metrics.

use std::sync::Arc;
use std::time::Duration;

use cairn_model::Timestamp;

use crate::courier;
use crate::depot::Depot;

/// What lies ahead of the couriers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outlook {
    /// How long no destination will be ready.
    pub(crate) idle_for: Duration,
    /// Files and digests that are not confirmed yet.
    pub(crate) undelivered: usize,
}

/// Looks at every lane.
pub(crate) async fn of(depot: &Arc<Depot>) -> Outlook {
    let mut outlook = Outlook { idle_for: Duration::MAX, undelivered: 0 };
    for lane in depot.lanes() {
        let busy = lane.courier.try_lock().is_err();
        let state = lane.state().await;
        outlook.undelivered += state.logs.len() + state.digests.len();
        if busy {
            // Its courier wakes the loop when it is back.
            continue;
        }
        let logs = state.logs.iter().map(|log| courier::destination(&state, &log.bucket));
        let digests = state.digests.iter().map(|digest| courier::digest_destination(&state, digest));
        let wait = logs.chain(digests).map(|destination| depot.wait(&destination)).min();
        outlook.idle_for = outlook.idle_for.min(wait.unwrap_or(Duration::MAX));
    }
    outlook
}

/// Sets the gauges: files in the outbox, and the age of the oldest event that is not delivered.
pub(crate) async fn measure(depot: &Arc<Depot>, now: Timestamp, oldest_open: Option<Timestamp>) {
    let (mut files, mut oldest) = (0, oldest_open);
    for lane in depot.lanes() {
        let state = lane.state().await;
        files += state.logs.len() + state.digests.len();
        let of_lane = state.logs.iter().map(|log| log.received_at).min();
        oldest = [oldest, of_lane].into_iter().flatten().min();
    }
    let lag = oldest.map_or(Duration::ZERO, |oldest| now.since(oldest));
    metrics::gauge!("delivery_outbox_files").set(f64::from(u32::try_from(files).unwrap_or(u32::MAX)));
    metrics::gauge!("delivery_lag_seconds").set(lag.as_secs_f64());
}
