//! The catalogue: changes go to SQLite, one after another; readers see the whole as it was after the last change.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cairn_environment::Environment;
use cairn_model::{AccountId, EventSelector, Region, Sequence, Timestamp, TrailName};
use tokio::sync::watch;

use crate::{CatalogSettings, Trail};

/// Trails and what belongs to them.
#[derive(Debug, Clone)]
pub struct Catalog {
    trails: watch::Sender<Arc<Vec<Trail>>>,
}

/// A trail that is to be created. It does not log yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTrail {
    pub name: TrailName,
    pub account: AccountId,
    pub home_region: Region,
    pub s3_bucket_name: String,
    pub s3_key_prefix: Option<String>,
    pub include_global_service_events: bool,
    pub is_multi_region: bool,
    pub log_file_validation: bool,
    pub recursive_logging: bool,
    pub tags: BTreeMap<String, Option<String>>,
}

/// What an update changes; absent members stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailChange {}

/// The catalogue's storage failed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {}

/// Why a trail was not created.
#[derive(Debug, thiserror::Error)]
pub enum CreateTrailError {}

/// Why tags were not added.
#[derive(Debug, thiserror::Error)]
pub enum TagsError {}

#[allow(clippy::todo, clippy::unused_async, reason = "not written yet")]
impl Catalog {
    /// Opens or creates the catalogue at `path`.
    pub async fn open(_path: &Path, _settings: CatalogSettings, _environment: &Environment) -> Result<Self, CatalogError> {
        todo!()
    }

    /// Every trail, renewed after each change; deleted ones stay until they are forgotten.
    pub fn trails(&self) -> watch::Receiver<Arc<Vec<Trail>>> {
        self.trails.subscribe()
    }

    /// Removes a deleted trail for good.
    pub async fn forget(&self, _id: &str) -> Result<(), CatalogError> {
        todo!()
    }
}
