//! What is still to be delivered, and when: for the loop and for the metrics.

use std::sync::Arc;
use std::time::Duration;

use cairn_model::Timestamp;

use crate::depot::Depot;
use crate::lane::Lane;
use crate::lane_state::LaneState;
use crate::{courier, herald, streamer};

/// What lies ahead of the couriers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outlook {
    /// How long no destination will be ready.
    pub(crate) idle_for: Duration,
    /// Files and digests that are not confirmed yet, and what topics and log groups do not have yet.
    pub(crate) undelivered: usize,
}

/// Looks at every lane.
pub(crate) async fn of(depot: &Arc<Depot>) -> Outlook {
    let mut outlook = Outlook { idle_for: Duration::MAX, undelivered: 0 };
    for lane in depot.lanes() {
        let busy = lane.courier.try_lock().is_err();
        let state = lane.state().await;
        outlook.undelivered += state.logs.len() + state.digests.len();
        outlook.undelivered += state.notifications.waiting.len() + state.stream.pieces.len();
        outlook.idle_for = outlook.idle_for.min(until_news(depot, &lane, &state));
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

/// How long until something can be told to a topic or sent to a log group.
fn until_news(depot: &Depot, lane: &Lane, state: &LaneState) -> Duration {
    // Whoever is at work, or has the room to unpack, wakes the loop when done.
    let may_tell = !state.notifications.waiting.is_empty() && lane.herald.try_lock().is_ok();
    let may_send = !state.stream.pieces.is_empty() && lane.streamer.try_lock().is_ok();
    let has_room = depot.unpacking.available_permits() > 0;
    let told = may_tell.then(|| depot.wait(&herald::destination(state)));
    let sent = (may_send && has_room).then(|| depot.wait(&streamer::destination(state)));
    told.into_iter().chain(sent).min().unwrap_or(Duration::MAX)
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
