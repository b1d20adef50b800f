//! Whether a trail's topic and log group take what is sent to them: what `CreateTrail` and `UpdateTrail` try, in the
//! order and with the effects of reference section 1.8.

use cairn_catalog::Trail;

use crate::streamer::stream_name;
use crate::{Delivery, DeliveryError, TargetError};

/// What every topic is told when a trail is given it.
const VALIDATION_MESSAGE: &str = "CloudTrail validation message.";

impl Delivery {
    /// Publishes the validation message to the trail's topic, when it has one. What went wrong before is forgotten.
    ///
    /// # Errors
    /// [`TargetError`] when the topic does not take it.
    pub async fn check_topic(&self, trail: &Trail) -> Result<(), TargetError> {
        let Some(topic) = &trail.targets.sns_topic else { return Ok(()) };
        self.in_time(self.depot.endpoints.publish(&topic.arn, VALIDATION_MESSAGE, None)).await?;
        if let Err(error) = self.forget_notification_errors(trail).await {
            tracing::warn!(%error, "an error that is over stays in the status of a trail");
        }
        Ok(())
    }

    /// Makes the stream of the trail's account and home Region in its log group, when it has one.
    ///
    /// # Errors
    /// [`TargetError`] when the group does not take it.
    pub async fn check_log_group(&self, trail: &Trail) -> Result<(), TargetError> {
        let Some(group) = &trail.targets.log_group else { return Ok(()) };
        let stream = stream_name(trail.organization.as_deref(), trail.account, trail.home_region.as_str());
        self.in_time(self.depot.endpoints.create_stream(&group.arn, &stream)).await
    }

    async fn forget_notification_errors(&self, trail: &Trail) -> Result<(), DeliveryError> {
        for (_, lane) in self.depot.lanes_of(&trail.id) {
            lane.update(|state| state.notifications.attempts.error = None).await?;
        }
        Ok(())
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, TargetError>>) -> Result<T, TargetError> {
        let answered = self.depot.environment.clock.timeout(self.depot.settings.request_timeout, work).await;
        answered.unwrap_or(Err(TargetError::TimedOut))
    }
}
