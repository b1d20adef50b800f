//! The streamer: sends the events of one lane's sealed files to the trail's log group, in their order, at least once
//! each.

use std::sync::Arc;

use cairn_model::AccountId;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit};

use crate::depot::Depot;
use crate::lane::Lane;
use crate::lane_state::LaneState;
use crate::log_lines::{LineBatch, LogLines};
use crate::log_stream::Piece;
use crate::{DeliveryError, TargetError};

/// Sends for one lane. Nothing waits for it.
#[derive(Debug)]
pub(crate) struct Streamer {
    depot: Arc<Depot>,
    lane: Arc<Lane>,
    /// At most one streamer works for a lane at a time.
    _turn: OwnedMutexGuard<()>,
    /// Only so many files are unpacked at once.
    _room: OwnedSemaphorePermit,
}

/// Where a piece goes.
#[derive(Debug)]
struct Target {
    group: String,
    stream: String,
}

impl Streamer {
    /// A streamer for `lane`, unless another is under way, nothing can be sent now, or too many are at work.
    pub(crate) async fn ready(depot: &Arc<Depot>, lane: &Arc<Lane>) -> Option<Self> {
        let turn = Arc::clone(&lane.streamer).try_lock_owned().ok()?;
        let state = lane.state().await;
        let work = depot.is_open(&destination(&state)) && !state.stream.pieces.is_empty();
        drop(state);
        let room = work.then(|| Arc::clone(&depot.unpacking).try_acquire_owned().ok()).flatten()?;
        Some(Self { depot: Arc::clone(depot), lane: Arc::clone(lane), _turn: turn, _room: room })
    }

    /// Sends what can be sent now.
    ///
    /// # Errors
    /// Only when the lane's own state fails; what the log group answers becomes part of that state.
    pub(crate) async fn round(self) -> Result<(), DeliveryError> {
        while self.send_next().await? {}
        Ok(())
    }

    /// Sends the oldest file; false when there are no more that can be sent now.
    async fn send_next(&self) -> Result<bool, DeliveryError> {
        let (piece, outbox, target) = {
            let state = self.lane.state().await;
            let Some(piece) = state.stream.pieces.front().cloned() else { return Ok(false) };
            let target = self.target(&state);
            (piece.clone(), state.outbox(piece.number), target)
        };
        // Without a group the trail has none any more.
        let Some(target) = target else { return self.finish(&piece).await };
        let Some(member) = self.depot.store.get(&outbox).await? else {
            tracing::error!(outbox, "a sealed file is gone; its events are in no log stream");
            return self.finish(&piece).await;
        };
        let sent = piece.sent;
        let unpack = move || LogLines::unpack(&member)?.batches(sent);
        let Some(batches) = self.depot.environment.tasks.unhurried(unpack).await else {
            tracing::error!(outbox, "a sealed file cannot be unpacked; its events are in no log stream");
            return self.finish(&piece).await;
        };
        let mut sent = sent;
        for batch in &batches {
            if !self.send(&piece, &target, batch, &mut sent).await? {
                return Ok(false);
            }
        }
        self.finish(&piece).await
    }

    /// Sends one batch and writes down how that went; false when the group is to be left alone for now.
    async fn send(
        &self,
        piece: &Piece,
        target: &Target,
        batch: &LineBatch,
        sent: &mut usize,
    ) -> Result<bool, DeliveryError> {
        let now = self.depot.environment.clock.now();
        let outcome = if batch.lines.is_empty() { Ok(0) } else { self.put(piece, target, batch).await };
        let destination = destination(&*self.lane.state().await);
        match outcome {
            Ok(rejected) => {
                *sent += batch.taken;
                let position = *sent;
                self.lane
                    .update(|state| {
                        let now = state.tick(now);
                        state.stream.attempts.succeed(now);
                        state.stream.advance(piece.number, position);
                    })
                    .await?;
                self.depot.succeeded(&destination);
                count(batch, rejected);
                Ok(true)
            }
            Err(error) => {
                let group = &target.group;
                tracing::warn!(group, %error, "a log group did not take events; they are tried again");
                self.lane
                    .update(|state| {
                        let now = state.tick(now);
                        state.stream.attempts.fail_with(now, error.shown());
                    })
                    .await?;
                self.depot.failed(&destination);
                Ok(false)
            }
        }
    }

    /// Puts the lines of a batch; makes the stream first when there is none.
    async fn put(&self, piece: &Piece, target: &Target, batch: &LineBatch) -> Result<usize, TargetError> {
        let Target { group, stream } = target;
        let at = piece.time(self.depot.environment.clock.now());
        let put = || self.in_time(self.depot.endpoints.put_events((group, stream), at, &batch.lines));
        match put().await {
            Err(error) if error.is("ResourceNotFoundException") => {
                self.in_time(self.depot.endpoints.create_stream(group, stream)).await?;
                put().await
            }
            other => other,
        }
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, TargetError>>) -> Result<T, TargetError> {
        let answered = self.depot.environment.clock.timeout(self.depot.settings.request_timeout, work).await;
        answered.unwrap_or(Err(TargetError::TimedOut))
    }

    /// Nothing more of the file is sent; true, since there may be another.
    async fn finish(&self, piece: &Piece) -> Result<bool, DeliveryError> {
        self.lane.update(|state| state.stream.finish(piece.number)).await?;
        self.lane.clear(piece.number).await;
        Ok(true)
    }

    fn target(&self, state: &LaneState) -> Option<Target> {
        let (targets, organization) = self.depot.targets_and_organization(&state.trail.id);
        let group = targets.log_group?.arn;
        let stream = stream_name(organization.as_deref(), state.trail.account, state.region.as_str());
        Some(Target { group, stream })
    }
}

/// `[{organization}_]{account}_CloudTrail_{region}` (reference section 5.9).
pub(crate) fn stream_name(organization: Option<&str>, account: AccountId, region: &str) -> String {
    let organization = organization.map(|id| format!("{id}_")).unwrap_or_default();
    format!("{organization}{account}_CloudTrail_{region}")
}

/// What backs off together: the events of a lane.
pub(crate) fn destination(state: &LaneState) -> String {
    format!("log events of {} in {}", state.trail.id, state.region)
}

fn count(batch: &LineBatch, rejected: usize) {
    let number = |count: usize| u64::try_from(count).unwrap_or(0);
    metrics::counter!("delivery_log_events_total").increment(number(batch.lines.len().saturating_sub(rejected)));
    let dropped = |reason: &'static str, count: usize| {
        if count > 0 {
            tracing::warn!(reason, count, "events are not in the log stream");
            metrics::counter!("delivery_log_events_dropped_total", "reason" => reason).increment(number(count));
        }
    };
    dropped("too-large", batch.too_large);
    dropped("rejected", rejected);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_named_after_account_and_region() {
        assert_eq!(stream_name(None, AccountId::DEFAULT, "eu-west-1"), "123456789012_CloudTrail_eu-west-1");
        let organization = stream_name(Some("o-abc"), AccountId::DEFAULT, "us-east-1");
        assert_eq!(organization, "o-abc_123456789012_CloudTrail_us-east-1");
    }
}
