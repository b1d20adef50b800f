//! The follower behind intents: at the start it completes what an earlier life left open, then keeps its position where
//! the oldest open intent is.

use std::time::Duration;

use cairn_environment::Environment;
use cairn_journal::{Follower, Journal};
use cairn_recorder::{Recorder, ResumeError};

/// The follower's name in the journal.
const NAME: &str = "capture";

/// How often the position is saved.
const INTERVAL: Duration = Duration::from_secs(1);

/// Calls that an earlier life left without an end, and the place in the journal behind which there may be more.
#[derive(Debug)]
pub struct Unfinished {
    recorder: Recorder,
    follower: Follower,
    environment: Environment,
}

impl Unfinished {
    /// Gives every intent of an earlier life an event. To be called before the first gateway listens.
    ///
    /// # Errors
    /// [`ResumeError`] when the journal cannot be read or takes no more.
    pub async fn resume(
        journal: &Journal,
        recorder: &Recorder,
        environment: &Environment,
    ) -> Result<Self, ResumeError> {
        let mut follower = journal.follower(NAME).await?;
        let count = recorder.resume(&mut follower).await?;
        if count > 0 {
            tracing::warn!(count, "calls that were under way when Cairn ended are recorded without their outcome");
        }
        Ok(Self { recorder: recorder.clone(), follower, environment: environment.clone() })
    }

    /// The same where no gateway is configured any more: completes what is left, and keeps nothing for later.
    ///
    /// # Errors
    /// As [`Unfinished::resume`].
    pub async fn clear(journal: &Journal, recorder: &Recorder, environment: &Environment) -> Result<(), ResumeError> {
        if !journal.followers().iter().any(|(name, _)| name == NAME) {
            return Ok(());
        }
        drop(Self::resume(journal, recorder, environment).await?);
        Ok(journal.forget_follower(NAME).await?)
    }

    /// Saves the position from time to time until the environment's tasks are asked to stop.
    pub async fn run(mut self) {
        let mut saved = self.follower.position();
        loop {
            let is_last = tokio::select! {
                () = self.environment.clock.sleep(INTERVAL) => false,
                () = self.environment.tasks.stopping() => true,
            };
            let settled = self.recorder.settled();
            if settled > saved {
                match self.follower.save(settled).await {
                    Ok(()) => saved = settled,
                    Err(error) => tracing::warn!(%error, "the position behind open calls is not saved"),
                }
            }
            if is_last {
                return;
            }
        }
    }
}
