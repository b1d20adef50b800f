//! What the tests share: a journal, two buckets, trails and a delivery that can be restarted.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use bytes::Bytes;
use cairn_catalog::{LogGroup, LoggingSpan, SnsTopic, Stopped, Trail, TrailTargets};
use cairn_delivery::{Delivery, DeliveryParts, DeliverySettings, Endpoints, KeySource, SimulatedEndpoints};
use cairn_environment::{Environment, SimulatedClock};
use cairn_journal::{Disk, Journal, JournalSettings};
use cairn_model::{AccountId, EventSelectors, NewEntry, Origin, Outline, Region, Timestamp, TrailName};
use cairn_objects::{Bucket, Buckets, ObjectFaults};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

pub(crate) const LOG_INTERVAL: Duration = Duration::from_mins(5);
pub(crate) const DIGEST_INTERVAL: Duration = Duration::from_hours(1);

/// Everything that a delivery needs, and hands to disturb it with.
pub(crate) struct World {
    pub(crate) environment: Environment,
    pub(crate) hands: SimulatedClock,
    pub(crate) journal: Journal,
    pub(crate) trails: watch::Sender<Arc<Vec<Trail>>>,
    pub(crate) delivery: Delivery,
    pub(crate) faults: BTreeMap<&'static str, ObjectFaults>,
    pub(crate) state_faults: ObjectFaults,
    pub(crate) endpoints: SimulatedEndpoints,
    parts: DeliveryParts,
    events: u64,
    account: AccountId,
}

/// A digest as it stands in a bucket.
pub(crate) struct FoundDigest {
    pub(crate) key: String,
    pub(crate) text: Vec<u8>,
    pub(crate) document: serde_json::Value,
    pub(crate) signature: String,
}

pub(crate) fn region(name: &str) -> Region {
    Region::parse(name).unwrap()
}

/// A trail of us-east-1 with validation that delivers to the bucket `one`. It does not log yet.
pub(crate) fn trail(name: &str) -> Trail {
    Trail {
        id: format!("id-of-{name}"),
        name: TrailName::parse(name).unwrap(),
        account: AccountId::DEFAULT,
        home_region: Region::us_east_1(),
        s3_bucket_name: "one".to_owned(),
        s3_key_prefix: None,
        include_global_service_events: true,
        is_multi_region: false,
        log_file_validation: Some(Timestamp::default()),
        recursive_logging: true,
        event_selectors: EventSelectors::default(),
        insight_selectors: Vec::new(),
        aggregation_configurations: Vec::new(),
        targets: TrailTargets::default(),
        organization: None,
        member: None,
        logging: Vec::new(),
        tags: BTreeMap::new(),
        created_at: Timestamp::default(),
        deleted_at: None,
    }
}

/// The topic and the log group of [`told`] trails.
pub(crate) const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:files";
pub(crate) const GROUP: &str = "arn:aws:logs:us-east-1:123456789012:log-group:trails:*";
pub(crate) const STREAM: &str = "123456789012_CloudTrail_us-east-1";

/// As [`trail`], with a topic and a log group.
pub(crate) fn told(name: &str) -> Trail {
    let role_arn = "arn:aws:iam::123456789012:role/r".to_owned();
    let targets = TrailTargets {
        sns_topic: Some(SnsTopic { name: "files".to_owned(), arn: TOPIC.to_owned() }),
        log_group: Some(LogGroup { arn: GROUP.to_owned(), role_arn }),
        ..TrailTargets::default()
    };
    Trail { targets, ..trail(name) }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// A world whose settings differ from the defaults.
    pub(crate) async fn with(change: impl FnOnce(&mut DeliverySettings)) -> Self {
        let mut settings = DeliverySettings::default();
        change(&mut settings);
        let (environment, hands) = Environment::simulated(7, Timestamp::parse("2026-10-01T08:00:10.5Z").unwrap());
        let (disk, _) = Disk::simulated(&environment);
        let journal = Journal::open(disk, JournalSettings::default(), &environment).await.unwrap();
        let (state, state_faults) = Bucket::simulated("state", &environment);
        let made = ["one", "two"].map(|name| (name, Bucket::simulated(name, &environment)));
        let buckets = made.iter().map(|(_, (bucket, _))| bucket.clone()).collect();
        let faults = made.into_iter().map(|(name, (_, faults))| (name, faults)).collect();
        let (endpoints, simulated) = Endpoints::simulated(&environment);
        let (trails, watched) = watch::channel(Arc::default());
        let parts = DeliveryParts {
            journal: journal.clone(),
            trails: watched,
            catalog: None,
            buckets,
            endpoints,
            state,
            keys: KeySource::generated(),
            settings,
            environment: environment.clone(),
        };
        let delivery = Delivery::open(parts.clone()).await.unwrap();
        Self {
            environment,
            hands,
            journal,
            trails,
            delivery,
            faults,
            state_faults,
            endpoints: simulated,
            parts,
            events: 0,
            account: AccountId::DEFAULT,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.environment.clock.now()
    }

    /// Puts `trail` among the trails, in place of the one with its id.
    pub(crate) fn set(&self, trail: &Trail) {
        self.trails.send_modify(|trails| {
            let others = trails.iter().filter(|other| other.id != trail.id).cloned();
            *trails = Arc::new(others.chain([trail.clone()]).collect());
        });
    }

    pub(crate) fn start_logging(&self, trail: &mut Trail) {
        trail.logging.push(LoggingSpan { from: self.journal.end(), started_at: self.now(), stopped: None });
        self.set(trail);
    }

    pub(crate) fn stop_logging(&self, trail: &mut Trail) {
        let stopped = Stopped { until: self.journal.end(), at: self.now() };
        trail.logging.last_mut().unwrap().stopped = Some(stopped);
        self.set(trail);
    }

    /// Appends an event of `region` and returns its eventID.
    pub(crate) async fn event(&mut self, region: &str, source: &str) -> String {
        self.append(Origin::Live, region, source).await
    }

    pub(crate) async fn append(&mut self, origin: Origin, region: &str, source: &str) -> String {
        self.events += 1;
        let id = format!("event-{:04}", self.events);
        let time = self.now().iso_seconds();
        let event = format!(
            r#"{{ "eventVersion":"1.11","eventTime":"{time}","eventSource":"{source}","eventName":"Do","awsRegion":"{region}","eventID":"{id}","eventCategory":"Management"}}"#
        );
        self.append_bytes(origin, event).await;
        id
    }

    /// Appends an event of another account and returns its eventID.
    pub(crate) async fn event_of(&mut self, account: AccountId, region: &str, source: &str) -> String {
        self.account = account;
        let id = self.append(Origin::Live, region, source).await;
        self.account = AccountId::DEFAULT;
        id
    }

    /// Appends a live event of us-east-1 with these members besides its time and eventID, which is returned.
    pub(crate) async fn event_with(&mut self, members: &str) -> String {
        self.events += 1;
        let id = format!("event-{:04}", self.events);
        let time = self.now().iso_seconds();
        let event = format!(r#"{{"eventTime":"{time}","awsRegion":"us-east-1","eventID":"{id}",{members}}}"#);
        self.append_bytes(Origin::Live, event).await;
        id
    }

    async fn append_bytes(&mut self, origin: Origin, event: String) {
        let entry = NewEntry {
            received_at: self.now(),
            account: self.account,
            origin,
            event: Bytes::from(event),
            beside: None,
            outline: Outline::default(),
        };
        self.journal.append(vec![entry]).await.unwrap();
    }

    /// Steps through `span` of time.
    pub(crate) async fn pass(&self, span: Duration) {
        let end = self.environment.clock.instant() + span;
        loop {
            let round = self.delivery.step().await.unwrap();
            let left = end.saturating_duration_since(self.environment.clock.instant());
            if left.is_zero() {
                return;
            }
            let wait = round.idle_for.clamp(Duration::from_millis(1), Duration::from_secs(10)).min(left);
            self.environment.clock.sleep(wait).await;
        }
    }

    /// The keys that the topic was told, in order, each message with its idempotency key.
    pub(crate) fn told_keys(&self) -> Vec<(String, String)> {
        let read = |published: cairn_delivery::Published| {
            let message: serde_json::Value = serde_json::from_str(&published.message).unwrap();
            assert_eq!(message["s3Bucket"], "one");
            assert_eq!(message["s3ObjectKey"].as_array().unwrap().len(), 1);
            (message["s3ObjectKey"][0].as_str().unwrap().to_owned(), published.key.unwrap())
        };
        self.endpoints.published(TOPIC).into_iter().map(read).collect()
    }

    /// The eventIDs in the stream of us-east-1, in order.
    pub(crate) fn streamed(&self) -> Vec<String> {
        let batches = self.endpoints.batches(GROUP, STREAM);
        let id = |line: &String| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            event["eventID"].as_str().unwrap().to_owned()
        };
        batches.iter().flat_map(|batch| &batch.lines).map(id).collect()
    }

    /// Forgets what is only in memory.
    pub(crate) async fn restart(&mut self) {
        self.delivery = Delivery::open(self.parts.clone()).await.unwrap();
    }

    /// The same, with other buckets than the simulated ones.
    pub(crate) async fn restart_with(&mut self, buckets: Buckets) {
        self.parts.buckets = buckets.into();
        self.restart().await;
    }

    pub(crate) fn keys(&self, bucket: &str, containing: &str) -> Vec<String> {
        self.faults[bucket].keys().into_iter().filter(|key| key.contains(containing)).collect()
    }

    pub(crate) fn log_keys(&self, bucket: &str) -> Vec<String> {
        self.keys(bucket, "/CloudTrail/")
    }

    /// The eventIDs in the log files of a bucket, in the order of keys.
    pub(crate) fn delivered(&self, bucket: &str) -> Vec<String> {
        self.delivered_in(bucket, "/CloudTrail/")
    }

    /// The same for the files of another kind.
    pub(crate) fn delivered_in(&self, bucket: &str, folder: &str) -> Vec<String> {
        let events = self.records(bucket, folder).into_iter();
        events.map(|event| event["eventID"].as_str().unwrap().to_owned()).collect()
    }

    /// What stands in the files of a folder, in the order of keys.
    pub(crate) fn records(&self, bucket: &str, folder: &str) -> Vec<serde_json::Value> {
        let records = |key: &String| {
            let text = gunzip(&self.faults[bucket].peek(key).unwrap());
            let file: serde_json::Value = serde_json::from_slice(&text).unwrap();
            file["Records"].as_array().unwrap().clone()
        };
        self.keys(bucket, folder).iter().flat_map(records).collect()
    }

    /// The digests of a Region in a bucket, oldest first, each with a signature that is valid.
    pub(crate) async fn digests(&self, bucket: &str, in_region: &str) -> Vec<FoundDigest> {
        let source = self.parts.buckets.find(bucket).await.unwrap();
        let mut digests = Vec::new();
        for key in self.keys(bucket, &format!("/CloudTrail-Digest/{in_region}/")) {
            let object = source.get(&key).await.unwrap();
            assert_eq!(object.meta.content_encoding.as_deref(), Some("gzip"));
            assert_eq!(object.meta.user_metadata["signature-algorithm"], "SHA256withRSA");
            let text = gunzip(&object.bytes);
            let document = serde_json::from_slice(&text).unwrap();
            let signature = object.meta.user_metadata["signature"].clone();
            digests.push(FoundDigest { key, text, document, signature });
        }
        for digest in &digests {
            self.check_signature(digest, in_region).await;
        }
        digests
    }

    async fn check_signature(&self, digest: &FoundDigest, in_region: &str) {
        let document = &digest.document;
        let end = Timestamp::parse(document["digestEndTime"].as_str().unwrap()).unwrap();
        let keys = self.delivery.public_keys(&region(in_region), end, end).await.unwrap();
        let fingerprint = document["digestPublicKeyFingerprint"].as_str().unwrap();
        let key = keys.iter().find(|key| key.fingerprint == fingerprint).unwrap();
        let signed = format!(
            "{}\n{}/{}\n{}\n{}",
            document["digestEndTime"].as_str().unwrap(),
            document["digestS3Bucket"].as_str().unwrap(),
            digest.key,
            sha256(&digest.text),
            document["previousDigestSignature"].as_str().unwrap_or("null"),
        );
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &key.value);
        public.verify(signed.as_bytes(), &hex::decode(&digest.signature).unwrap()).unwrap();
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub(crate) fn gunzip(member: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(member).read_to_end(&mut text).unwrap();
    text
}
