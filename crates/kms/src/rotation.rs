//! What comes due by itself: new material, and the end of keys that were to be deleted.

use std::time::Duration;

use crate::{Key, KeyState, Kms, KmsError, Rotation};

/// How often what is due is looked for.
const INTERVAL: Duration = Duration::from_hours(1);

impl Kms {
    /// Rotates and deletes what is due, until the environment stops.
    pub async fn run(self) {
        let environment = self.environment().clone();
        while !environment.tasks.is_stopping() {
            if let Err(error) = self.do_what_is_due().await {
                tracing::error!(%error, "keys that are due could not be rotated or deleted");
            }
            tokio::select! {
                () = environment.clock.sleep(INTERVAL) => {}
                () = environment.tasks.stopping() => {}
            }
        }
    }

    /// Gives keys whose rotation is due new material, and deletes those whose waiting time is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn do_what_is_due(&self) -> Result<(), KmsError> {
        let now = self.environment().clock.now();
        for key in self.all_keys() {
            match key.state {
                KeyState::PendingDeletion { at, .. } if at <= now => self.remove_key(&key).await?,
                KeyState::Enabled if key.rotation.is_some_and(|rotation| rotation.next_at <= now) => {
                    self.rotate(&key).await?;
                }
                KeyState::Enabled | KeyState::Disabled | KeyState::PendingDeletion { .. } => {}
            }
        }
        Ok(())
    }

    /// Gives a key new material; what the old ones sealed still opens.
    ///
    /// # Errors
    /// When the key is gone, and when the database fails.
    pub async fn rotate(&self, key: &Key) -> Result<(), KmsError> {
        let now = self.environment().clock.now();
        let material = self.new_material(&key.id, now)?;
        let rotate = |key: &mut Key| {
            key.materials.push(material);
            if let Some(rotation) = &mut key.rotation {
                *rotation = Rotation::from(rotation.period_days, now);
            }
            Ok(())
        };
        self.change_key(&key.place, &key.id, rotate).await.map(drop)
    }
}

impl Rotation {
    /// Every `period_days`, for the first time that long after `now`.
    pub fn from(period_days: u32, now: cairn_model::Timestamp) -> Self {
        let next_at = now.plus(Duration::from_secs(u64::from(period_days) * 86_400));
        Self { period_days, next_at }
    }
}
