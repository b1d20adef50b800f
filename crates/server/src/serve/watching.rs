//! Starts what watches over trails: the sentry, and the check of what they deliver to.

use cairn_environment::Environment;
use cairn_sentry::{CheckParts, CheckSettings, DestinationCheck, Sentry, SentryParts};

use super::Parts;
use crate::commands::Problem;
use crate::settings::Settings;

/// Starts both among the environment's tasks.
pub(super) async fn start(parts: &Parts, settings: &Settings, environment: &Environment) -> Result<(), Problem> {
    let sentry = Sentry::open(SentryParts {
        journal: parts.journal.clone(),
        catalog: parts.catalog.clone(),
        recorder: parts.recorder.clone(),
        environment: environment.clone(),
    });
    environment.tasks.spawn(sentry.await?.run());
    let check = DestinationCheck::new(CheckParts {
        catalog: parts.catalog.clone(),
        delivery: parts.delivery.clone(),
        buckets: parts.buckets.clone(),
        settings: CheckSettings {
            interval: settings.seconds("guard.check_interval_seconds"),
            log_files_max: settings.size("guard.check_log_files_max"),
            ..CheckSettings::default()
        },
        environment: environment.clone(),
    });
    environment.tasks.spawn(check.run());
    Ok(())
}
