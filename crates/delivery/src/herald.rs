//! The herald: tells a trail's topic of the objects of one lane that are in their buckets, in their order, at least
//! once each.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use crate::depot::Depot;
use crate::lane::Lane;
use crate::lane_state::LaneState;
use crate::notifications::Notice;
use crate::{DeliveryError, TargetError};

/// Messages sent before that is saved. After a crash these are sent again.
const BATCH: usize = 8;

/// Publishes for one lane. Nothing waits for it.
#[derive(Debug)]
pub(crate) struct Herald {
    depot: Arc<Depot>,
    lane: Arc<Lane>,
    /// At most one herald works for a lane at a time.
    _turn: OwnedMutexGuard<()>,
}

impl Herald {
    /// A herald for `lane`, unless another is under way or nothing can be told now.
    pub(crate) async fn ready(depot: &Arc<Depot>, lane: &Arc<Lane>) -> Option<Self> {
        let turn = Arc::clone(&lane.herald).try_lock_owned().ok()?;
        let state = lane.state().await;
        let open = depot.is_open(&destination(&state));
        let work = open && !state.notifications.waiting.is_empty();
        drop(state);
        work.then(|| Self { depot: Arc::clone(depot), lane: Arc::clone(lane), _turn: turn })
    }

    /// Tells the topic what can be told now.
    ///
    /// # Errors
    /// Only when the lane's own state fails; what the topic answers becomes part of that state.
    pub(crate) async fn round(self) -> Result<(), DeliveryError> {
        while self.tell().await? {}
        Ok(())
    }

    /// Tells of some objects; false when there are no more that can be told now.
    async fn tell(&self) -> Result<bool, DeliveryError> {
        let (notices, trail, destination) = {
            let state = self.lane.state().await;
            let notices: Vec<Notice> = state.notifications.waiting.iter().take(BATCH).cloned().collect();
            (notices, state.trail.id.clone(), destination(&state))
        };
        let Some(topic) = self.depot.targets(&trail).sns_topic else {
            // The trail has no topic any more.
            self.lane.update(|state| state.notifications.waiting.clear()).await?;
            return Ok(false);
        };
        let (mut told, mut failed) = (Vec::new(), None);
        for notice in &notices {
            match self.publish(&topic.arn, notice).await {
                Ok(()) => told.push(notice.number),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        let clock = &self.depot.environment.clock;
        self.lane
            .update(|state| {
                let now = state.tick(clock.now());
                if !told.is_empty() {
                    state.notifications.attempts.succeed(now);
                }
                for number in &told {
                    state.notifications.told(*number);
                }
                if let Some(error) = &failed {
                    state.notifications.attempts.fail_with(now, error.shown());
                }
            })
            .await?;
        metrics::counter!("delivery_notifications_total").increment(u64::try_from(told.len()).unwrap_or(0));
        if let Some(error) = failed {
            tracing::warn!(topic = topic.arn, %error, "a topic did not take a message; it is tried again");
            self.depot.failed(&destination);
            return Ok(false);
        }
        self.depot.succeeded(&destination);
        Ok(!notices.is_empty())
    }

    async fn publish(&self, topic: &str, notice: &Notice) -> Result<(), TargetError> {
        let (message, key) = (notice.message(), notice.idempotency_key());
        let publish = self.depot.endpoints.publish(topic, &message, Some(&key));
        let answered = self.depot.environment.clock.timeout(self.depot.settings.request_timeout, publish).await;
        answered.unwrap_or(Err(TargetError::TimedOut))
    }
}

/// What backs off together: what a lane has to tell.
pub(crate) fn destination(state: &LaneState) -> String {
    format!("notifications of {} in {}", state.trail.id, state.region)
}
