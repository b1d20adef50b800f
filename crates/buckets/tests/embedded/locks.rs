//! Object Lock: what is kept, how it is asked for, and that nothing which is kept ever goes before its time.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cairn_environment::{Environment, SimulatedClock};
use cairn_model::Timestamp;
use md5::{Digest, Md5};

use super::world::{Reply, World};

const START: &str = "2026-11-22T12:00:00Z";
const DENIED: (u16, &str) = (403, "AccessDenied");

/// A bucket with Object Lock, and the hands of its clock.
async fn locked_world(seed: u64) -> (World, Environment, SimulatedClock) {
    let (environment, hands) = Environment::simulated(seed, Timestamp::parse(START).unwrap());
    let world = World::of(environment.clone()).await;
    let reply = world.send("PUT", "/kept", &[("x-amz-bucket-object-lock-enabled", "true")], "").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    (world, environment, hands)
}

fn configuration(rule: &str) -> String {
    let rule = if rule.is_empty() { String::new() } else { format!("<Rule>{rule}</Rule>") };
    format!("<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>{rule}</ObjectLockConfiguration>")
}

fn default_of(mode: &str, period: &str) -> String {
    configuration(&format!("<DefaultRetention><Mode>{mode}</Mode>{period}</DefaultRetention>"))
}

fn retention(mode: &str, until: &str) -> String {
    format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>")
}

async fn put(world: &World, key: &str, headers: &[(&str, &str)], text: &str) -> Reply {
    let md5 = BASE64_STANDARD.encode(Md5::digest(text));
    let headers = [&[("content-md5", md5.as_str())], headers].concat();
    world.send("PUT", &format!("/kept/{key}"), &headers, text).await
}

#[tokio::test]
async fn a_bucket_with_object_lock_keeps_versioning_and_tells_its_default() {
    let (world, ..) = locked_world(0).await;
    let versioning = world.send("GET", "/kept?versioning", &[], "").await;
    assert_eq!(versioning.all("Status"), ["Enabled"]);
    let suspended = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
    let reply = world.send("PUT", "/kept?versioning", &[], suspended).await;
    assert_eq!(reply.refusal(), (409, "InvalidBucketState"));
    let told = world.send("GET", "/kept?object-lock", &[], "").await;
    assert_eq!((told.all("ObjectLockEnabled"), told.all("Mode").len()), (vec!["Enabled"], 0));
    let body = default_of("COMPLIANCE", "<Years>2</Years>");
    assert_eq!(world.send("PUT", "/kept?object-lock", &[], &body).await.status, 200);
    let told = world.send("GET", "/kept?object-lock", &[], "").await;
    assert_eq!((told.all("Mode"), told.all("Years"), told.all("Days").len()), (vec!["COMPLIANCE"], vec!["2"], 0));

    world.send("PUT", "/open", &[], "").await;
    assert_eq!(
        world.send("GET", "/open?object-lock", &[], "").await.refusal(),
        (404, "ObjectLockConfigurationNotFoundError")
    );
    assert_eq!(world.send("PUT", "/open?object-lock", &[], &body).await.refusal(), (409, "InvalidBucketState"));
    let held = [("x-amz-object-lock-legal-hold", "ON"), ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")];
    assert_eq!(world.send("PUT", "/open/k", &held, "").await.refusal(), (400, "InvalidRequest"));
    world.send("PUT", "/open/k", &[], "").await;
    for (method, target, body) in [
        ("GET", "/open/k?retention", ""),
        ("GET", "/open/k?legal-hold", ""),
        ("PUT", "/open/k?legal-hold", "<LegalHold><Status>ON</Status></LegalHold>"),
        ("PUT", "/open/k?retention", &retention("COMPLIANCE", "2999-01-01T00:00:00Z")),
    ] {
        assert_eq!(world.send(method, target, &[], body).await.refusal(), (400, "InvalidRequest"), "{method} {target}");
    }
}

#[tokio::test]
async fn configurations_that_break_a_rule_are_refused() {
    let (world, ..) = locked_world(0).await;
    for (body, expected) in [
        (configuration("").replace("Enabled<", "Disabled<"), "MalformedXML"),
        ("<ObjectLockConfiguration></ObjectLockConfiguration>".to_owned(), "MalformedXML"),
        (default_of("STRICT", "<Days>1</Days>"), "MalformedXML"),
        (default_of("COMPLIANCE", ""), "MalformedXML"),
        (default_of("COMPLIANCE", "<Days>1</Days><Years>1</Years>"), "MalformedXML"),
        (default_of("COMPLIANCE", "<Days>0</Days>"), "InvalidArgument"),
        (default_of("COMPLIANCE", "<Days>-4</Days>"), "InvalidArgument"),
        (default_of("COMPLIANCE", "<Days>36501</Days>"), "InvalidArgument"),
        (default_of("GOVERNANCE", "<Years>101</Years>"), "InvalidArgument"),
    ] {
        let reply = world.send("PUT", "/kept?object-lock", &[], &body).await;
        assert_eq!(reply.refusal(), (400, expected), "{body}");
    }
    let until = ("x-amz-object-lock-retain-until-date", "2027-01-01T00:00:00Z");
    let mode = ("x-amz-object-lock-mode", "GOVERNANCE");
    for headers in [
        &[until][..],
        &[mode],
        &[("x-amz-object-lock-mode", "STRICT"), until],
        &[mode, ("x-amz-object-lock-retain-until-date", "2026-11-22T12:00:00Z")],
        &[("x-amz-object-lock-legal-hold", "MAYBE")],
    ] {
        assert_eq!(put(&world, "k", headers, "").await.refusal(), (400, "InvalidArgument"), "{headers:?}");
    }
    let without_checksum = world.send("PUT", "/kept/k", &[mode, until], "").await;
    assert_eq!(without_checksum.refusal(), (400, "InvalidRequest"));
    assert_eq!(world.send("HEAD", "/kept/k", &[], "").await.status, 404);
    put(&world, "k", &[], "").await;
    for (body, expected) in [
        (retention("STRICT", "2027-01-01T00:00:00Z"), "MalformedXML"),
        (retention("COMPLIANCE", "2026-11-22T11:59:59Z"), "InvalidArgument"),
        ("<Retention><Mode>COMPLIANCE</Mode></Retention>".to_owned(), "MalformedXML"),
    ] {
        assert_eq!(world.send("PUT", "/kept/k?retention", &[], &body).await.refusal(), (400, expected), "{body}");
    }
    let reply = world.send("PUT", "/kept/k?legal-hold", &[], "<LegalHold><Status>MAYBE</Status></LegalHold>").await;
    assert_eq!(reply.refusal(), (400, "MalformedXML"));
    assert_eq!(world.send("GET", "/kept/k?retention", &[], "").await.refusal(), (404, "NoSuchObjectLockConfiguration"));
    assert_eq!(world.send("GET", "/kept/none?retention", &[], "").await.refusal(), (404, "NoSuchKey"));
}

#[tokio::test]
async fn locks_are_told_and_hold_until_their_time() {
    let (world, _environment, hands) = locked_world(0).await;
    world.send("PUT", "/kept?object-lock", &[], &default_of("COMPLIANCE", "<Days>1</Days>")).await;
    put(&world, "default", &[], "a").await;
    let headers =
        [("x-amz-object-lock-mode", "GOVERNANCE"), ("x-amz-object-lock-retain-until-date", "2026-11-25T00:00:00Z")];
    put(&world, "own", &headers, "b").await;
    let told = world.send("HEAD", "/kept/default", &[], "").await;
    assert_eq!(told.header("x-amz-object-lock-mode"), "COMPLIANCE");
    assert!(told.header("x-amz-object-lock-retain-until-date").starts_with("2026-11-23T12:00:0"));
    let told = world.send("GET", "/kept/own?retention", &[], "").await;
    assert_eq!((told.all("Mode"), told.all("RetainUntilDate")), (vec!["GOVERNANCE"], vec!["2026-11-25T00:00:00.000Z"]));
    for key in ["default", "own"] {
        let target = format!("/kept/{key}");
        assert_eq!(world.send("DELETE", &target, &[], "").await.refusal(), DENIED);
        assert_eq!(world.send("DELETE", &format!("{target}?versionId=null"), &[], "").await.refusal(), DENIED);
        assert_eq!(world.send("PUT", &target, &[], "other").await.refusal(), DENIED);
        let copied = world.send("PUT", &target, &[("x-amz-copy-source", "/kept/default")], "").await;
        assert!(copied.status >= 400, "{key}");
    }
    let many = "<Delete><Object><Key>default</Key></Object><Object><Key>own</Key></Object></Delete>";
    let past = [("x-amz-bypass-governance-retention", "true"), ("content-md5", "")];
    let reply = world.send("POST", "/kept?delete", &past[..1], many).await;
    assert_eq!((reply.all("Key"), reply.all("Code")), (vec!["own", "default"], vec!["AccessDenied"]));

    let hold = "<LegalHold><Status>ON</Status></LegalHold>";
    assert_eq!(world.send("PUT", "/kept/default?legal-hold", &[], hold).await.status, 200);
    assert_eq!(world.send("GET", "/kept/default?legal-hold", &[], "").await.all("Status"), ["ON"]);
    assert_eq!(world.send("GET", "/kept/default", &[], "").await.header("x-amz-object-lock-legal-hold"), "ON");
    hands.step(25 * 3_600_000);
    assert_eq!(world.send("DELETE", "/kept/default", &[], "").await.refusal(), DENIED, "it is held");
    world.send("PUT", "/kept/default?legal-hold", &[], &hold.replace("ON", "OFF")).await;
    assert_eq!(world.send("DELETE", "/kept/default", &[], "").await.status, 204);
}

#[tokio::test]
async fn who_may_not_bypass_governance_or_set_locks_is_refused() {
    let (world, ..) = locked_world(0).await;
    let headers =
        [("x-amz-object-lock-mode", "GOVERNANCE"), ("x-amz-object-lock-retain-until-date", "2026-11-25T00:00:00Z")];
    put(&world, "k", &headers, "").await;
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",
        "Action":["s3:BypassGovernanceRetention","s3:PutObjectRetention","s3:GetObjectRetention"],
        "Resource":"arn:aws:s3:::kept/*"}]}"#;
    assert_eq!(world.send("PUT", "/kept?policy", &[], policy).await.status, 204);
    let past = [("x-amz-bypass-governance-retention", "true")];
    assert_eq!(world.send("DELETE", "/kept/k", &past, "").await.refusal(), DENIED);
    assert_eq!(put(&world, "other", &headers, "").await.refusal(), DENIED);
    let told = world.send("HEAD", "/kept/k", &[], "").await;
    assert_eq!((told.status, told.header("x-amz-object-lock-mode")), (200, ""));
    world.send("DELETE", "/kept?policy", &[], "").await;
    assert_eq!(world.send("DELETE", "/kept/k", &[], "").await.refusal(), DENIED);
    assert_eq!(world.send("DELETE", "/kept/k", &past, "").await.status, 204);
}

/// What an object must survive: compliance until a moment, and a hold.
#[derive(Debug, Clone, Default)]
struct Promise {
    text: String,
    compliance_until_ms: i64,
    held: bool,
}

impl Promise {
    /// Whether the object may go. The clock goes on while a call is answered, by less than the second that is allowed here.
    fn is_over(&self, now_ms: i64) -> bool {
        !self.held && now_ms + 1_000 >= self.compliance_until_ms
    }
}

/// Whatever is called in whatever order, an object under compliance or a legal hold is there with its bytes. The promises
/// are noted from the answers alone: what was accepted counts.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one call after another, each with what it promises")]
async fn nothing_that_is_locked_goes_before_its_time_whatever_is_called() {
    let (mut refused, mut gone) = (0, 0);
    for seed in 0..4 {
        let (world, environment, hands) = locked_world(seed).await;
        let mut promises: BTreeMap<String, Promise> = BTreeMap::new();
        let mut default_days: Option<i64> = None;
        for step in 0..150 {
            let chance = |below| environment.random.below(below);
            let now_ms = environment.clock.now().unix_ms();
            let key = format!("k{}", chance(3));
            let target = format!("/kept/{key}");
            let compliance = chance(2) == 0;
            let mode = if compliance { "COMPLIANCE" } else { "GOVERNANCE" };
            let until_ms = now_ms / 1000 * 1000 + i64::try_from(chance(6)).unwrap() * 3_600_000 - 3_600_000;
            let until = Timestamp::from_unix_ms(until_ms).iso_seconds();
            let past = [("x-amz-bypass-governance-retention", "true")];
            let past = if chance(2) == 0 { &past[..] } else { &[] };
            match chance(8) {
                0 => {
                    let text = format!("text {step}");
                    let reply = put(&world, &key, &[], &text).await;
                    if reply.status == 200 {
                        let compliance_until_ms = default_days.map_or(0, |days| now_ms + days * 86_400_000);
                        let replaced = promises.insert(key, Promise { text, compliance_until_ms, held: false });
                        assert!(replaced.is_none_or(|of| of.is_over(now_ms)), "seed {seed}, step {step}");
                    }
                }
                1 => {
                    let text = format!("text {step}");
                    let headers = [
                        ("x-amz-object-lock-mode", mode),
                        ("x-amz-object-lock-retain-until-date", &until),
                        ("x-amz-object-lock-legal-hold", if step % 5 == 0 { "ON" } else { "OFF" }),
                    ];
                    if put(&world, &key, &headers, &text).await.status == 200 {
                        let compliance_until_ms = if compliance { until_ms } else { 0 };
                        let new = Promise { text, compliance_until_ms, held: step % 5 == 0 };
                        let replaced = promises.insert(key, new);
                        assert!(replaced.is_none_or(|of| of.is_over(now_ms)), "seed {seed}, step {step}");
                    }
                }
                2 => {
                    let reply = world.send("PUT", &format!("{target}?retention"), past, &retention(mode, &until)).await;
                    if let Some(promise) = promises.get_mut(&key).filter(|_| reply.status == 200) {
                        let floor = if compliance { until_ms } else { 0 };
                        promise.compliance_until_ms = promise.compliance_until_ms.max(floor);
                    }
                }
                3 => {
                    let held = chance(2) == 0;
                    let body = if held { "ON" } else { "OFF" };
                    let body = format!("<LegalHold><Status>{body}</Status></LegalHold>");
                    let reply = world.send("PUT", &format!("{target}?legal-hold"), &[], &body).await;
                    if let Some(promise) = promises.get_mut(&key).filter(|_| reply.status == 200) {
                        promise.held = held;
                    }
                }
                4 => {
                    default_days = [None, Some(1)][usize::from(chance(2) == 0)];
                    let body = default_days
                        .map_or(configuration(""), |days| default_of("COMPLIANCE", &format!("<Days>{days}</Days>")));
                    world.send("PUT", "/kept?object-lock", &[], &body).await;
                }
                5 => hands.step(i64::try_from(chance(900)).unwrap() * 60_000),
                6 => {
                    let empty =
                        world.send("PUT", &format!("{target}?retention"), past, "<Retention></Retention>").await;
                    assert!(empty.status == 200 || empty.status >= 400);
                    assert_eq!(world.send("DELETE", "/kept", &[], "").await.status >= 400, !promises.is_empty());
                    if promises.is_empty() {
                        world.send("PUT", "/kept", &[("x-amz-bucket-object-lock-enabled", "true")], "").await;
                        default_days = None;
                    }
                }
                _ => {
                    let reply = world.send("DELETE", &target, past, "").await;
                    if reply.status == 204 {
                        let deleted = promises.remove(&key);
                        gone += usize::from(deleted.is_some());
                        assert!(deleted.is_none_or(|of| of.is_over(now_ms)), "seed {seed}, step {step}");
                    } else {
                        assert_eq!(reply.refusal(), DENIED);
                        refused += 1;
                    }
                }
            }
            for (key, promise) in &promises {
                let read = world.send("GET", &format!("/kept/{key}"), &[], "").await;
                assert_eq!((read.status, read.text()), (200, &*promise.text), "seed {seed}, step {step}");
            }
        }
    }
    assert!(refused > 10 && gone > 5, "{refused} refused, {gone} gone");
}
