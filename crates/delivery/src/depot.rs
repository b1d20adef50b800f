//! What the collector and the couriers share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cairn_catalog::{Trail, TrailTargets};
use cairn_environment::Environment;
use cairn_model::Region;
use cairn_objects::PutOptions;
use tokio::sync::{Semaphore, watch};
use zeroize::Zeroizing;

use crate::backoff::Backoffs;
use crate::bucket_access::{self, Refusal, Source, Wish};
use crate::lane::Lane;
use crate::lane_state::LaneState;
use crate::own_puts::OwnPuts;
use crate::signing_keys::SigningKeys;
use crate::state_store::StateStore;
use crate::{BucketSource, DeliveryError, DeliverySettings, Endpoints, object_names};

/// Lanes by trail and Region.
pub(crate) type Lanes = BTreeMap<String, BTreeMap<Region, Arc<Lane>>>;

/// Sealed files that are unpacked at once for log groups.
const UNPACKED_MAX: usize = 2;

/// Everything that lasts longer than a round.
#[derive(Debug)]
pub(crate) struct Depot {
    pub(crate) buckets: BucketSource,
    pub(crate) store: StateStore,
    pub(crate) settings: DeliverySettings,
    pub(crate) environment: Environment,
    pub(crate) keys: SigningKeys,
    pub(crate) secret: Zeroizing<Vec<u8>>,
    pub(crate) own_puts: OwnPuts,
    /// Where topics and log groups are.
    pub(crate) endpoints: Endpoints,
    /// Room for unpacked files.
    pub(crate) unpacking: Arc<Semaphore>,
    trails: watch::Receiver<Arc<Vec<Trail>>>,
    lanes: Mutex<Lanes>,
    backoffs: Mutex<Backoffs>,
}

impl Depot {
    /// Reads everything that the last run left.
    pub(crate) async fn open(
        (buckets, store, keys): (BucketSource, StateStore, SigningKeys),
        own_puts: OwnPuts,
        (trails, endpoints): (watch::Receiver<Arc<Vec<Trail>>>, Endpoints),
        settings: DeliverySettings,
        environment: Environment,
    ) -> Result<Self, DeliveryError> {
        let secret = read_secret(&store, &environment).await?;
        let lanes = read_lanes(&store).await?;
        Ok(Self {
            buckets,
            store,
            settings,
            environment,
            keys,
            secret,
            own_puts,
            endpoints,
            unpacking: Arc::new(Semaphore::new(UNPACKED_MAX)),
            trails,
            lanes: Mutex::new(lanes),
            backoffs: Mutex::default(),
        })
    }

    /// Every lane, in the order of trails and Regions.
    pub(crate) fn lanes(&self) -> Vec<Arc<Lane>> {
        let lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.values().flat_map(BTreeMap::values).map(Arc::clone).collect()
    }

    /// The lane of a trail in a Region, if it was ever needed.
    pub(crate) fn lane(&self, trail: &str, region: &Region) -> Option<Arc<Lane>> {
        let lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.get(trail)?.get(region).map(Arc::clone)
    }

    /// The lanes of a trail, in the order of Regions.
    pub(crate) fn lanes_of(&self, trail: &str) -> Vec<(Region, Arc<Lane>)> {
        let lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let of_trail = lanes.get(trail).into_iter().flatten();
        of_trail.map(|(region, lane)| (region.clone(), Arc::clone(lane))).collect()
    }

    /// The lane of `trail` in a Region; `fresh` is its state when it is new.
    pub(crate) fn lane_or(&self, trail: &Trail, region: &Region, fresh: impl FnOnce() -> LaneState) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let of_trail = lanes.entry(trail.id.clone()).or_default();
        let lane = of_trail.entry(region.clone()).or_insert_with(|| Arc::new(Lane::new(fresh(), self.store.clone())));
        Arc::clone(lane)
    }

    /// What a trail delivers to besides its bucket, as it is now; nothing when the trail is gone.
    pub(crate) fn targets(&self, trail: &str) -> TrailTargets {
        self.targets_and_organization(trail).0
    }

    /// The same, with the organization whose events the trail records.
    pub(crate) fn targets_and_organization(&self, trail: &str) -> (TrailTargets, Option<String>) {
        let trails = self.trails.borrow();
        let found = trails.iter().find(|other| other.id == trail);
        found.map(|trail| (trail.targets.clone(), trail.organization.clone())).unwrap_or_default()
    }

    /// Forgets the lanes of a trail and of its parts, and what is stored of them.
    pub(crate) async fn remove_trail(&self, trail: &str) -> Result<(), DeliveryError> {
        let is_part = |id: &str| id.strip_prefix(trail).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let removed: Lanes =
            self.lanes.lock().unwrap_or_else(PoisonError::into_inner).extract_if(.., |id, _| is_part(id)).collect();
        for lane in removed.into_values().flatten().map(|(_, lane)| lane) {
            lane.remove().await?;
        }
        Ok(())
    }

    /// Whether a bucket lets CloudTrail put this object: an embedded one decides by its policy as it is now, any other
    /// when it is asked.
    pub(crate) async fn may_put(&self, bucket: &str, source: &Source, key: &str, options: &PutOptions) -> bool {
        let Some(record) = self.buckets.embedded(bucket).await else { return true };
        let (rule, now) = (self.settings.bucket_policy, self.environment.clock.now());
        match bucket_access::check(&record, source, Wish::Put(key, options), rule, now) {
            Ok(()) => true,
            Err(Refusal(reason)) => {
                tracing::warn!(bucket, trail = source.arn, reason, "a bucket's policy refuses a file");
                false
            }
        }
    }

    pub(crate) fn is_open(&self, destination: &str) -> bool {
        self.backoffs().is_open(destination, self.environment.clock.instant())
    }

    pub(crate) fn wait(&self, destination: &str) -> Duration {
        self.backoffs().wait(destination, self.environment.clock.instant())
    }

    pub(crate) fn failed(&self, destination: &str) {
        let now = self.environment.clock.instant();
        self.backoffs().fail(destination, now, self.settings.retry_wait_max, &self.environment.random);
    }

    pub(crate) fn succeeded(&self, destination: &str) {
        self.backoffs().succeed(destination);
    }

    fn backoffs(&self) -> std::sync::MutexGuard<'_, Backoffs> {
        self.backoffs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes bytes in the outbox that no sealed file refers to: a crash came between the two.
    pub(crate) async fn sweep(&self) -> Result<(), DeliveryError> {
        let mut used = Vec::new();
        for lane in self.lanes() {
            used.extend(lane.state().await.outbox_names());
        }
        used.sort_unstable();
        for name in self.store.names(object_names::OUTBOX).await? {
            if used.binary_search(&name).is_err() {
                self.store.delete(&name).await?;
            }
        }
        Ok(())
    }
}

/// The installation's secret, made at the first start.
async fn read_secret(store: &StateStore, environment: &Environment) -> Result<Zeroizing<Vec<u8>>, DeliveryError> {
    if store.get(object_names::SECRET_KEY).await?.is_none() {
        let fresh: [u8; 32] = environment.random.bytes();
        store.put(object_names::SECRET_KEY, fresh.to_vec().into()).await?;
    }
    // Read back, so that what is used is what is stored, even if an earlier put was stored late.
    let stored = store.get(object_names::SECRET_KEY).await?.unwrap_or_default();
    Ok(Zeroizing::new(stored.to_vec()))
}

async fn read_lanes(store: &StateStore) -> Result<Lanes, DeliveryError> {
    let mut lanes = Lanes::new();
    for name in store.names(object_names::LANES).await? {
        if let Some(state) = store.read::<LaneState>(&name).await? {
            let (trail, region) = (state.trail.id.clone(), state.region.clone());
            lanes.entry(trail).or_default().insert(region, Arc::new(Lane::new(state, store.clone())));
        }
    }
    Ok(lanes)
}
