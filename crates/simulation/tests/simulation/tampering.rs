//! What verify says of a bucket that was tampered with: everything that the AWS CLI notices, and what it does not.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_catalog::LoggingSpan;
use cairn_objects::{Bucket, ObjectFaults, PutOptions};
use cairn_verify::{Problem, Report, VerifyOptions};

use crate::life::{Life, Running};
use crate::oracle::{gunzip, verify};
use crate::scene::{DIGEST_INTERVAL, Scene};

/// A bucket with six windows and an event in each.
struct Evidence {
    bucket: Bucket,
    faults: ObjectFaults,
    running: Running,
    life: Life,
}

impl Evidence {
    async fn new() -> Self {
        let scene = Scene::new(1);
        let life = Life::begin(&scene);
        let running = life.open(&scene).await;
        let started =
            LoggingSpan { from: running.journal.end(), started_at: life.environment.clock.now(), stopped: None };
        scene.trails.send_modify(|trails| {
            let mut trails_now = Vec::clone(trails);
            trails_now[0].logging.push(started);
            *trails = Arc::new(trails_now);
        });
        drop(life.environment.tasks.spawn(running.delivery.clone().run()));
        for _ in 0..6 {
            crate::life::append_one(&running.journal, &life.environment, &scene.sent).await;
            life.environment.clock.sleep(DIGEST_INTERVAL).await;
        }
        life.environment.clock.sleep(Duration::from_secs(10)).await;
        let (bucket, faults) = scene.destinations[0].clone();
        Self { bucket, faults, running, life }
    }

    fn logs(&self) -> Vec<String> {
        self.faults.keys().into_iter().filter(|key| key.contains("/CloudTrail/")).collect()
    }

    fn digests(&self) -> Vec<String> {
        self.faults.keys().into_iter().filter(|key| key.contains("/CloudTrail-Digest/")).collect()
    }

    async fn report(&self) -> Report {
        verify(&self.running.delivery, &self.bucket, self.life.environment.clock.now()).await
    }

    /// Checks that verify now says just this, and no more often.
    async fn expect(&self, exit_code: u8, problems: &[Problem]) {
        let report = self.report().await;
        let mut found: Vec<Problem> = report.findings.iter().map(|finding| finding.problem).collect();
        found.sort_unstable();
        assert_eq!((report.exit_code(), &found[..]), (exit_code, problems), "{report}");
    }

    fn change(&self, key: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        let bytes = self.faults.peek(key).unwrap();
        assert!(self.faults.overwrite(key, Bytes::from(change(bytes.to_vec()))));
    }
}

fn member(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, content).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_untouched_bucket_is_clean() {
    let evidence = Evidence::new().await;
    evidence.expect(0, &[]).await;
    let report = evidence.report().await;
    assert_eq!((report.digests_valid, report.digests_total), (7, 7));
    assert_eq!((report.logs_valid, report.logs_total, report.events), (6, 6, 6));
    assert!(report.to_string().ends_with("clean"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_log_file_that_was_changed_deleted_or_extended_is_noticed() {
    let evidence = Evidence::new().await;
    let logs = evidence.logs();
    evidence.change(&logs[0], |bytes| member(&gunzip(&bytes).repeat(2)));
    evidence.expect(1, &[Problem::LogChanged]).await;
    assert!(evidence.faults.erase(&logs[1]));
    evidence.expect(1, &[Problem::LogMissing, Problem::LogChanged]).await;
    evidence.change(&logs[2], |bytes| [bytes, member(b"{}")].concat());
    evidence.change(&logs[3], |bytes| bytes[..bytes.len() - 8].to_vec());
    let all = [Problem::LogMissing, Problem::LogChanged, Problem::NotOneMember, Problem::NotOneMember];
    evidence.expect(1, &all).await;
}

#[tokio::test(start_paused = true)]
async fn a_log_file_that_no_digest_lists_is_noticed() {
    let evidence = Evidence::new().await;
    let forged = evidence.logs()[1].replace(".json.gz", "").chars().rev().skip(16).collect::<String>();
    let forged: String = forged.chars().rev().chain("AAAAAAAAAAAAAAAA.json.gz".chars()).collect();
    let bytes = evidence.faults.peek(&evidence.logs()[1]).unwrap();
    evidence.bucket.put(&forged, bytes, PutOptions::default()).await.unwrap();
    evidence.expect(1, &[Problem::LogUnlisted]).await;
}

#[tokio::test(start_paused = true)]
async fn missing_digests_are_counted_window_by_window() {
    let evidence = Evidence::new().await;
    let digests = evidence.digests();
    assert!(evidence.faults.erase(&digests[3]));
    let unlisted = Problem::LogOutsideDigests;
    let report = evidence.report().await;
    assert_eq!(report.exit_code(), 1);
    let missing = |report: &Report| report.findings.iter().filter(|f| f.problem == Problem::DigestMissing).count();
    assert_eq!(missing(&report), 1, "{report}");
    assert!(evidence.faults.erase(&digests[4]));
    assert_eq!(missing(&evidence.report().await), 2, "two windows side by side are two");
    assert!(
        evidence.report().await.findings.iter().any(|finding| finding.problem == unlisted),
        "and so are their files"
    );
    assert!(evidence.faults.erase(&digests[0]));
    assert_eq!(missing(&evidence.report().await), 3, "the oldest too");
}

#[tokio::test(start_paused = true)]
async fn newest_digests_that_are_gone_leave_the_bucket_incomplete() {
    let evidence = Evidence::new().await;
    let (digests, logs) = (evidence.digests(), evidence.logs());
    for key in digests[4..].iter().chain(&logs[3..]) {
        assert!(evidence.faults.erase(key));
    }
    evidence.expect(2, &[Problem::HeadMissing]).await;
}

#[tokio::test(start_paused = true)]
async fn a_digest_that_was_changed_moved_extended_or_stripped_is_noticed() {
    let evidence = Evidence::new().await;
    let digests = evidence.digests();
    assert!(evidence.faults.strip_metadata(&digests[1]));
    assert_eq!(evidence.report().await.findings[0].problem, Problem::SignatureMissing);
    let evidence = Evidence::new().await;
    evidence.change(&digests[1], |bytes| [bytes, member(b"{}")].concat());
    assert!(evidence.report().await.findings.iter().any(|finding| finding.problem == Problem::NotOneMember));
    assert_eq!(evidence.report().await.exit_code(), 1);
    let evidence = Evidence::new().await;
    evidence.change(&digests[2], |bytes| {
        let text = String::from_utf8(gunzip(&bytes)).unwrap();
        member(text.replace("us-east-1/2026", "us-east-1/2025").as_bytes())
    });
    let report = evidence.report().await;
    assert!(report.findings.iter().any(|finding| finding.problem == Problem::DigestMoved), "{report}");
    assert!(report.findings.iter().any(|finding| finding.problem == Problem::SignatureWrong), "{report}");
}

#[tokio::test(start_paused = true)]
async fn another_validly_signed_digest_under_the_same_key_is_noticed() {
    let (evidence, other) = (Evidence::new().await, Evidence::new().await);
    let key = evidence.digests()[2].clone();
    // The same installation's key signed both; only the next digest tells which one was first.
    let mut object = other.bucket.get(&key).await.unwrap();
    let text = String::from_utf8(gunzip(&object.bytes)).unwrap();
    assert!(text.contains("previousDigestSignature"));
    let signature = object.meta.user_metadata.get_mut("signature").unwrap();
    *signature = "00".repeat(256);
    let options = PutOptions { user_metadata: object.meta.user_metadata.clone(), ..PutOptions::default() };
    evidence.bucket.put(&key, object.bytes, options).await.unwrap();
    let report = evidence.report().await;
    assert!(report.findings.iter().any(|finding| finding.problem == Problem::DigestReplaced), "{report}");
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test(start_paused = true)]
async fn unknown_keys_and_empty_buckets_are_told() {
    let evidence = Evidence::new().await;
    let options = VerifyOptions {
        keys: vec![cairn_verify::PublicKey { value: vec![0; 270], fingerprint: "other".to_owned() }],
        ..VerifyOptions::default()
    };
    let report = cairn_verify::run(evidence.bucket.clone(), options.clone()).await.unwrap();
    assert_eq!((report.exit_code(), report.digests_valid), (1, 0), "{report}");
    let (empty, _) = Bucket::simulated("empty", &evidence.life.environment);
    let report = cairn_verify::run(empty, options).await.unwrap();
    assert_eq!(report.exit_code(), 2);
    assert_eq!(report.findings[0].problem, Problem::NothingFound);
}

#[tokio::test(start_paused = true)]
async fn a_plain_copy_without_metadata_is_verified_but_for_its_newest_digest() {
    let evidence = Evidence::new().await;
    for key in evidence.digests() {
        assert!(evidence.faults.strip_metadata(&key));
    }
    evidence.expect(2, &[Problem::SignatureMissing]).await;
    let report = evidence.report().await;
    assert_eq!((report.digests_valid, report.digests_total), (6, 7));
}
