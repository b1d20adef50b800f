//! What must hold when the faults have stopped and everything has drained.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::{Trail, TrailTargets};
use cairn_delivery::SimulatedEndpoints;
use cairn_model::{AccountId, Entry, EventFields, Origin, Sequence, Timestamp, selectors};
use cairn_objects::{Bucket, ObjectFaults};
use cairn_store::{LookupQuery, Store};
use cairn_verify::{Grade, Problem, Report, VerifyOptions};
use sha2::{Digest, Sha256};

use crate::life::{Life, Running};
use crate::scene::{DESTINATIONS, DIGEST_INTERVAL, LOG_INTERVAL, Scene};

/// Opens everything once more, lets it drain, and checks it. Returns a fingerprint of what was delivered.
pub(crate) async fn check(scene: &Scene) -> String {
    let life = Life::begin(scene);
    let Running { journal, store, delivery } = life.open(scene).await;
    let running = life.environment.tasks.spawn(delivery.clone().run());
    life.environment.clock.sleep(LOG_INTERVAL * 3 + DIGEST_INTERVAL * 2 + Duration::from_mins(2)).await;
    let entries = everything(&journal).await;
    check_journal(scene, &entries);
    check_store(&store, &entries).await;
    let trails = Arc::clone(&scene.trails.borrow());
    for (trail, (bucket, faults)) in trails.iter().zip(&scene.destinations) {
        check_log_files(trail, faults, &entries);
        check_told(trail, faults, &scene.endpoints.1);
        assert_eq!(faults.replacements(), 0, "no object of a trail is ever put again");
        let report = verify(&delivery, bucket, life.environment.clock.now()).await;
        check_report(&report, scene.has_stops);
    }
    let outbox: Vec<String> = scene.state.1.keys().into_iter().filter(|key| key.starts_with("outbox/")).collect();
    assert!(outbox.len() <= 64, "delivered bytes are removed: {outbox:?}");
    life.environment.tasks.stop();
    running.await.unwrap();
    fingerprint(scene)
}

async fn everything(journal: &cairn_journal::Journal) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let from = Sequence(entries.len().try_into().unwrap());
        let more = journal.read(from, 1 << 20).await.unwrap();
        if more.is_empty() {
            return entries;
        }
        entries.extend(more);
    }
}

/// Acknowledged events stand where they were acknowledged; no event stands twice.
fn check_journal(scene: &Scene, entries: &[Entry]) {
    for (at, entry) in (0..).zip(entries) {
        assert_eq!(entry.sequence, Sequence(at), "no holes");
    }
    for (sequence, event) in &scene.sent.lock().unwrap().acknowledged {
        let at = usize::try_from(sequence.0).unwrap();
        assert_eq!(entries.get(at).map(|entry| &entry.event), Some(event), "acknowledged as {sequence}");
    }
    let distinct: BTreeSet<&[u8]> = entries.iter().map(|entry| &entry.event[..]).collect();
    assert_eq!(distinct.len(), entries.len(), "an event stands twice");
}

async fn check_store(store: &Store, entries: &[Entry]) {
    let query = LookupQuery {
        accounts: vec![AccountId::DEFAULT],
        region: None,
        categories: Vec::new(),
        attributes: Vec::new(),
        filter: None,
        start: None,
        end: None,
        limit: entries.len() + 10,
        after: None,
        before_sequence: None,
    };
    let mut found: Vec<Sequence> = store.lookup(&query).await.unwrap().iter().map(|found| found.sequence).collect();
    found.sort_unstable();
    let expected: Vec<Sequence> = entries.iter().map(|entry| entry.sequence).collect();
    assert_eq!(found, expected, "a lookup finds each event once");
}

/// Each live event that a trail asks for is in its log files exactly once, and nothing else is.
fn check_log_files(trail: &Trail, faults: &ObjectFaults, entries: &[Entry]) {
    let mut expected: Vec<&str> = entries.iter().filter(|entry| asks_for(trail, entry)).map(text).collect();
    expected.sort_unstable();
    let files: Vec<serde_json::Value> = log_files(faults);
    let records = files.iter().flat_map(|file| file["Records"].as_array().unwrap());
    let mut delivered: Vec<String> = records.map(ToString::to_string).collect();
    delivered.sort_unstable();
    assert_eq!(delivered, expected, "{}", trail.arn());
}

/// The topic heard of each object and of nothing else, each lane's files in their order; each Region's stream has the
/// events of its files in their order. Whatever came again says the same.
fn check_told(trail: &Trail, faults: &ObjectFaults, endpoints: &SimulatedEndpoints) {
    let TrailTargets { sns_topic: Some(topic), log_group: Some(group), .. } = &trail.targets else { return };
    let mut told: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut order = Vec::new();
    for message in endpoints.published(&topic.arn) {
        let body: serde_json::Value = serde_json::from_str(&message.message).unwrap();
        let key = body["s3ObjectKey"][0].as_str().unwrap().to_owned();
        match told.get(&key) {
            Some(before) => assert_eq!(*before, message.key, "{key}"),
            None => order.push(key.clone()),
        }
        told.insert(key, message.key);
    }
    let keys: Vec<String> = faults.keys().into_iter().filter(|key| key.ends_with(".json.gz")).collect();
    assert_eq!(told.into_keys().collect::<Vec<_>>(), keys, "{}", trail.arn());
    for region in ["us-east-1", "eu-west-1"] {
        let folder = format!("/CloudTrail/{region}/");
        let of_region = |keys: &[String]| keys.iter().filter(|key| key.contains(&folder)).cloned().collect::<Vec<_>>();
        let files = of_region(&keys);
        assert_eq!(of_region(&order), files, "{}", trail.arn());
        let batches = endpoints.batches(&group.arn, &format!("123456789012_CloudTrail_{region}"));
        let mut seen = BTreeSet::new();
        let lines = batches.iter().flat_map(|batch| &batch.lines).filter(|line| seen.insert(*line));
        let mut expected = Vec::new();
        for key in &files {
            let file: serde_json::Value = serde_json::from_slice(&gunzip(&faults.peek(key).unwrap())).unwrap();
            expected.extend(file["Records"].as_array().unwrap().iter().map(ToString::to_string));
        }
        assert_eq!(lines.cloned().collect::<Vec<_>>(), expected, "{} in {region}", trail.arn());
    }
}

fn text(entry: &Entry) -> &str {
    std::str::from_utf8(&entry.event).unwrap()
}

fn asks_for(trail: &Trail, entry: &Entry) -> bool {
    let event = EventFields::parse(&entry.event).unwrap();
    entry.origin == Origin::Live
        && trail.covers(entry.sequence, entry.received_at)
        && selectors::EventPlace::of(&event, &entry.event).is_covered_by(trail.region_scope())
        && trail.event_selectors.matcher().matches(&selectors::Subject::of(&event))
}

fn log_files(faults: &ObjectFaults) -> Vec<serde_json::Value> {
    let keys = faults.keys().into_iter().filter(|key| key.contains("/CloudTrail/"));
    keys.map(|key| serde_json::from_slice(&gunzip(&faults.peek(&key).unwrap())).unwrap()).collect()
}

pub(crate) fn gunzip(member: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    flate2::read::GzDecoder::new(member).read_to_end(&mut content).unwrap();
    content
}

/// Verifies a destination with every key that delivery ever made.
pub(crate) async fn verify(delivery: &cairn_delivery::Delivery, bucket: &Bucket, now: Timestamp) -> Report {
    let mut keys = Vec::new();
    for region in ["us-east-1", "eu-west-1"] {
        let region = cairn_model::Region::parse(region).unwrap();
        let of_region = delivery.public_keys(&region, Timestamp::default(), now.plus(Duration::from_hours(24))).await;
        let public = |key: cairn_delivery::PublicKey| cairn_verify::PublicKey {
            value: key.value.to_vec(),
            fingerprint: key.fingerprint,
        };
        keys.extend(of_region.unwrap().into_iter().map(public));
    }
    let prefix = DESTINATIONS.iter().find(|(name, _)| *name == bucket.name()).unwrap().1.to_owned();
    let options = VerifyOptions { prefix, keys, expect_until: Some(now), ..VerifyOptions::default() };
    cairn_verify::run(bucket.clone(), options).await.unwrap()
}

fn check_report(report: &Report, has_stops: bool) {
    assert_ne!(report.worst(), Some(Grade::Tampered), "{report}");
    if !has_stops {
        assert_eq!(report.exit_code(), 0, "{report}");
    }
    // A clock that was set back makes events look as if they came before a stop: they are delivered after the final
    // digest. And a final digest that is as long as the others cannot be told from them.
    let excused = [Problem::LogOutsideDigests, Problem::Gap, Problem::HeadMissing];
    let unexcused =
        |finding: &&cairn_verify::Finding| finding.grade == Grade::Incomplete && !excused.contains(&finding.problem);
    assert_eq!(report.findings.iter().find(unexcused), None, "{report}");
}

/// A hash over every key and every byte that was delivered.
fn fingerprint(scene: &Scene) -> String {
    let mut hash = Sha256::new();
    let buckets: BTreeMap<usize, &ObjectFaults> =
        scene.destinations.iter().map(|(_, faults)| faults).enumerate().collect();
    for faults in buckets.values() {
        for key in faults.keys() {
            hash.update(&key);
            hash.update(faults.peek(&key).unwrap());
        }
    }
    hex::encode(hash.finalize())
}
