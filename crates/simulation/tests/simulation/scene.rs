//! What outlives a crash: disk, buckets, trails, and what the producers know.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cairn_catalog::{LogGroup, SnsTopic, Trail, TrailTargets};
use cairn_delivery::{BucketSource, DeliverySettings, Endpoints, KeySource, SimulatedEndpoints};
use cairn_environment::{Environment, Random};
use cairn_journal::{Disk, DiskFaults};
use cairn_model::{AccountId, EventSelectors, Region, Sequence, Timestamp, TrailName};
use cairn_objects::{Bucket, ObjectFaults};
use cairn_store::StoreSettings;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::life::{Life, live};
use crate::oracle;

pub(crate) const LOG_INTERVAL: Duration = Duration::from_secs(20);
pub(crate) const DIGEST_INTERVAL: Duration = Duration::from_mins(2);
/// The buckets that trails deliver to, with the key prefix of the trail.
pub(crate) const DESTINATIONS: [(&str, &str); 2] = [("first", ""), ("second", "some/prefix")];

/// What the producers were told.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// Acknowledged events by their sequence.
    pub(crate) acknowledged: BTreeMap<Sequence, Bytes>,
    /// Events made so far.
    pub(crate) count: u64,
}

/// One seed.
pub(crate) struct Scene {
    pub(crate) random: Random,
    pub(crate) disk: Disk,
    pub(crate) disk_faults: DiskFaults,
    pub(crate) state: (Bucket, ObjectFaults),
    pub(crate) history: (Bucket, ObjectFaults),
    pub(crate) destinations: Vec<(Bucket, ObjectFaults)>,
    pub(crate) endpoints: (Endpoints, SimulatedEndpoints),
    pub(crate) trails: watch::Sender<Arc<Vec<Trail>>>,
    pub(crate) sent: Arc<Mutex<Sent>>,
    pub(crate) now: Timestamp,
    /// The latest time that any clock showed, in milliseconds.
    latest_ms: AtomicI64,
    /// Whether trails stop and start in this seed.
    pub(crate) has_stops: bool,
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

pub(crate) fn delivery_settings() -> DeliverySettings {
    DeliverySettings {
        log_interval: LOG_INTERVAL,
        digest_interval: DIGEST_INTERVAL,
        file_events_max: 25,
        key_validity: Duration::from_hours(24),
        key_overlap: Duration::from_hours(1),
        ..DeliverySettings::default()
    }
}

pub(crate) fn store_settings() -> StoreSettings {
    StoreSettings { flush_rows: 64, flush_age: Duration::from_secs(30), ..StoreSettings::default() }
}

pub(crate) fn signing_keys() -> KeySource {
    KeySource::supplied(vec![include_bytes!("signing_key.der").to_vec()])
}

fn trail(at: usize, bucket: &str, prefix: &str) -> Trail {
    Trail {
        id: format!("trail-{at}"),
        name: TrailName::parse(&format!("trail_{at}")).unwrap(),
        account: AccountId::DEFAULT,
        home_region: Region::us_east_1(),
        s3_bucket_name: bucket.to_owned(),
        s3_key_prefix: (!prefix.is_empty()).then(|| prefix.to_owned()),
        include_global_service_events: true,
        is_multi_region: at == 1,
        log_file_validation: Some(Timestamp::default()),
        recursive_logging: true,
        event_selectors: EventSelectors::default(),
        insight_selectors: Vec::new(),
        aggregation_configurations: Vec::new(),
        targets: targets(at),
        organization: None,
        member: None,
        logging: Vec::new(),
        tags: BTreeMap::new(),
        created_at: Timestamp::default(),
        deleted_at: None,
    }
}

/// The topic and the log group of a trail.
fn targets(at: usize) -> TrailTargets {
    let name = format!("of-{at}");
    let arn = format!("arn:aws:sns:us-east-1:123456789012:{name}");
    let group = format!("arn:aws:logs:us-east-1:123456789012:log-group:{name}:*");
    TrailTargets {
        sns_topic: Some(SnsTopic { name, arn }),
        log_group: Some(LogGroup { arn: group, role_arn: "arn:aws:iam::123456789012:role/r".to_owned() }),
        ..TrailTargets::default()
    }
}

impl Scene {
    pub(crate) fn new(seed: u64) -> Self {
        let now = Timestamp::parse("2026-10-01T08:00:00Z").unwrap();
        let (environment, _) = Environment::simulated(seed, now);
        let (disk, disk_faults) = Disk::simulated(&environment);
        let bucket = |name: &str| {
            let (bucket, faults) = Bucket::simulated(name, &environment);
            faults.answer_late(1000, Duration::from_millis(30));
            (bucket, faults)
        };
        let endpoints = Endpoints::simulated(&environment);
        let trails: Vec<Trail> =
            DESTINATIONS.iter().enumerate().map(|(at, (name, prefix))| trail(at, name, prefix)).collect();
        for TrailTargets { sns_topic, log_group, .. } in trails.iter().map(|trail| &trail.targets) {
            if let Some(topic) = sns_topic {
                endpoints.1.create_topic(&topic.arn);
            }
            if let Some(group) = log_group {
                endpoints.1.create_group(&group.arn);
            }
        }
        Self {
            has_stops: environment.random.below(2) == 0,
            disk,
            disk_faults,
            state: bucket("state"),
            history: bucket("history"),
            destinations: DESTINATIONS.iter().map(|(name, _)| bucket(name)).collect(),
            endpoints,
            trails: watch::channel(Arc::new(trails)).0,
            sent: Arc::default(),
            now,
            latest_ms: AtomicI64::new(now.unix_ms()),
            random: environment.random,
        }
    }

    pub(crate) fn buckets(&self) -> BucketSource {
        self.destinations.iter().map(|(bucket, _)| bucket.clone()).collect()
    }

    /// Every bucket's faults.
    pub(crate) fn faults(&self) -> impl Iterator<Item = &ObjectFaults> {
        [&self.state.1, &self.history.1].into_iter().chain(self.destinations.iter().map(|(_, faults)| faults))
    }

    /// A few lives, each ended by a crash at any moment.
    pub(crate) fn suffer(&mut self) {
        for _ in 0..4 + self.random.below(5) {
            let span = Duration::from_millis(self.random.below(90_000));
            let runtime = runtime();
            runtime.block_on(async {
                let life = Life::begin(self);
                let _over = life.environment.clock.timeout(span, live(self, &life)).await;
                self.now = life.environment.clock.now();
                self.note_latest(self.now);
            });
            self.disk_faults.crash();
            drop(runtime);
        }
    }

    /// The faults stop, everything drains, and what is left is checked. Returns a fingerprint of it.
    pub(crate) fn recover(&mut self) -> String {
        self.faults().for_each(ObjectFaults::calm);
        self.endpoints.1.calm();
        self.disk_faults.set_full(false);
        self.now = Timestamp::from_unix_ms(self.latest_ms.load(Ordering::Relaxed));
        runtime().block_on(oracle::check(self))
    }

    /// Remembers the time if it is the latest so far.
    pub(crate) fn note_latest(&self, now: Timestamp) {
        self.latest_ms.fetch_max(now.unix_ms(), Ordering::Relaxed);
    }
}
