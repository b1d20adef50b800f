//! Starts what watches over trails: the sentry, and the check of what they deliver to.

use std::sync::Arc;

use cairn_buckets::{read_lifecycle, read_versioning};
use cairn_environment::{Environment, Random};
use cairn_kms::{KeyState, Kms};
use cairn_objects::{LifecycleRule, Versioning};
use cairn_sentry::{
    CheckParts, CheckSettings, DestinationCheck, KeyCondition, ReadDocuments, Sentry, SentryParts, TrailKeys,
};

use super::Parts;
use crate::commands::Problem;
use crate::object_keys::place_of;
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
        keys: Arc::new(KeysOfTrails(parts.kms.clone())),
        documents: Arc::new(S3Documents(environment.random.clone())),
        settings: CheckSettings {
            interval: settings.seconds("guard.check_interval_seconds"),
            log_files_max: settings.size("guard.check_log_files_max"),
            retention_days_wanted: settings.number("guard.retention_days_wanted"),
            ..CheckSettings::default()
        },
        environment: environment.clone(),
    });
    environment.tasks.spawn(check.run());
    Ok(())
}

/// The keys of the built-in kms, under which trails' files lie.
#[derive(Debug)]
struct KeysOfTrails(Kms);

impl TrailKeys for KeysOfTrails {
    fn condition(&self, key_arn: &str) -> KeyCondition {
        let key = place_of(key_arn).ok().and_then(|place| self.0.find(&place, key_arn).ok());
        key.map_or(KeyCondition::Missing, |key| match key.state {
            KeyState::Enabled => KeyCondition::Usable,
            KeyState::Disabled => KeyCondition::Disabled,
            KeyState::PendingDeletion { at, .. } => KeyCondition::PendingDeletion { at },
        })
    }
}

/// The documents of other S3 endpoints, read as those of the embedded S3 are.
#[derive(Debug)]
struct S3Documents(Random);

impl ReadDocuments for S3Documents {
    fn lifecycle(&self, xml: &str) -> Result<Vec<LifecycleRule>, String> {
        read_lifecycle(xml, &self.0)
    }

    fn versioning(&self, xml: &str) -> Result<Versioning, String> {
        read_versioning(xml)
    }
}
