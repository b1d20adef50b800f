//! Lifecycle rules: how they are put and told, and that what is due goes, and nothing else.

use std::time::Duration;

use cairn_buckets::{Expiry, ExpiryRound, ExpirySettings};
use cairn_environment::{Environment, SimulatedClock};
use cairn_model::Timestamp;

use super::world::World;

const HOUR_MS: i64 = 3_600_000;

async fn world() -> (World, SimulatedClock) {
    let (environment, hands) = Environment::simulated(0, Timestamp::parse("2026-11-22T12:00:00Z").unwrap());
    let world = World::of(environment).await;
    world.send("PUT", "/my-logs", &[("x-amz-bucket-object-lock-enabled", "true")], "").await;
    (world, hands)
}

fn expiry(world: &World, objects_max: usize) -> Expiry {
    let settings = ExpirySettings { interval: Duration::from_hours(1), objects_max };
    Expiry::new(world.buckets.clone(), settings, &world.environment)
}

fn rule(content: &str) -> String {
    let rule = format!("<Rule><ID>r</ID><Status>Enabled</Status>{content}</Rule>");
    format!("<LifecycleConfiguration>{rule}</LifecycleConfiguration>")
}

async fn set(world: &World, content: &str) {
    let reply = world.send("PUT", "/my-logs?lifecycle", &[], &rule(content)).await;
    assert_eq!(reply.status, 200, "{content}: {}", reply.text());
}

async fn put(world: &World, keys: &[&str]) {
    for key in keys {
        assert_eq!(world.send("PUT", &format!("/my-logs/{key}"), &[], key).await.status, 200);
    }
}

async fn keys(world: &World) -> Vec<String> {
    let listed = world.send("GET", "/my-logs?list-type=2", &[], "").await;
    listed.all("Key").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn rules_are_told_as_they_were_put_until_they_are_deleted() {
    let (world, _hands) = world().await;
    let absent = world.send("GET", "/my-logs?lifecycle", &[], "").await;
    assert_eq!(absent.refusal(), (404, "NoSuchLifecycleConfiguration"));
    for content in [
        "<Filter></Filter><Expiration><Days>30</Days></Expiration>",
        "<Prefix>old/</Prefix><Expiration><Date>2027-01-01T00:00:00.000Z</Date></Expiration>",
        "<Filter><ObjectSizeGreaterThan>500</ObjectSizeGreaterThan></Filter><Expiration><Days>1</Days></Expiration>",
        "<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter><Expiration><Days>1</Days></Expiration>",
        "<Filter><And><ObjectSizeLessThan>5</ObjectSizeLessThan><Prefix>p</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter>\
         <NoncurrentVersionExpiration><NewerNoncurrentVersions>3</NewerNoncurrentVersions><NoncurrentDays>9</NoncurrentDays></NoncurrentVersionExpiration>",
        "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>\
         <Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration><Filter><Prefix></Prefix></Filter>",
    ] {
        set(&world, content).await;
        let told = world.send("GET", "/my-logs?lifecycle", &[], "").await;
        for leaf in content.split('<').filter(|piece| !piece.is_empty() && !piece.ends_with('>')) {
            assert!(told.text().contains(leaf), "{leaf} of {}", told.text());
        }
        assert_eq!(told.all("Status"), ["Enabled"]);
    }
    assert_eq!(world.send("DELETE", "/my-logs?lifecycle", &[], "").await.status, 204);
    let absent = world.send("GET", "/my-logs?lifecycle", &[], "").await;
    assert_eq!(absent.refusal(), (404, "NoSuchLifecycleConfiguration"));
}

#[tokio::test]
async fn rules_that_break_a_rule_are_refused() {
    let (world, _hands) = world().await;
    let days = "<Expiration><Days>1</Days></Expiration>";
    for (content, expected) in [
        (days.to_owned(), (400, "MalformedXML")),
        (format!("<Prefix>a</Prefix><Filter></Filter>{days}"), (400, "MalformedXML")),
        ("<Filter></Filter>".to_owned(), (400, "InvalidRequest")),
        (format!("<Filter><Prefix>a</Prefix><ObjectSizeLessThan>1</ObjectSizeLessThan></Filter>{days}"), (400, "MalformedXML")),
        (format!("<Filter><And><Prefix>a</Prefix></And></Filter>{days}"), (400, "MalformedXML")),
        ("<Filter></Filter><Expiration></Expiration>".to_owned(), (400, "MalformedXML")),
        ("<Filter></Filter><Expiration><Days>0</Days></Expiration>".to_owned(), (400, "InvalidArgument")),
        ("<Filter></Filter><Expiration><Days>-1</Days></Expiration>".to_owned(), (400, "InvalidArgument")),
        ("<Filter></Filter><Expiration><Date>2027-01-01T00:00:01Z</Date></Expiration>".to_owned(), (400, "InvalidArgument")),
        ("<Filter></Filter><Expiration><Days>1</Days><Date>2027-01-01T00:00:00Z</Date></Expiration>".to_owned(), (400, "MalformedXML")),
        (format!("<Filter><Prefix>{}</Prefix></Filter>{days}", "p".repeat(1025)), (400, "InvalidRequest")),
        (
            "<Filter></Filter><NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>".to_owned(),
            (400, "InvalidArgument"),
        ),
        (
            format!("<Filter></Filter>{days}<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>"),
            (501, "NotImplemented"),
        ),
    ] {
        let reply = world.send("PUT", "/my-logs?lifecycle", &[], &rule(&content)).await;
        assert_eq!(reply.refusal(), expected, "{content}");
    }
    let twice = rule(&format!("<Filter></Filter>{days}"));
    let one = twice.trim_start_matches("<LifecycleConfiguration>").trim_end_matches("</LifecycleConfiguration>");
    let twice = format!("<LifecycleConfiguration>{one}{one}</LifecycleConfiguration>");
    assert_eq!(world.send("PUT", "/my-logs?lifecycle", &[], &twice).await.refusal(), (400, "InvalidArgument"));
    let unknown = one.replace("Enabled", "Perhaps");
    let unknown = format!("<LifecycleConfiguration>{unknown}</LifecycleConfiguration>");
    assert_eq!(world.send("PUT", "/my-logs?lifecycle", &[], &unknown).await.refusal(), (400, "MalformedXML"));
}

#[tokio::test]
async fn what_is_due_goes_at_midnight_and_nothing_else() {
    let (world, hands) = world().await;
    put(&world, &["logs/a", "logs/b", "other"]).await;
    let held = [("x-amz-object-lock-legal-hold", "ON"), ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")];
    world.send("PUT", "/my-logs/logs/held", &held, "").await;
    set(&world, "<Filter><Prefix>logs/</Prefix></Filter><Expiration><Days>1</Days></Expiration>").await;
    let expiry = expiry(&world, 1000);
    hands.step(35 * HOUR_MS);
    put(&world, &["logs/b"]).await;
    let nothing = ExpiryRound { seen: 3, finished: true, ..ExpiryRound::default() };
    assert_eq!(expiry.round().await, Ok(nothing), "an hour before midnight");
    hands.step(HOUR_MS);
    assert_eq!(expiry.round().await, Ok(ExpiryRound { expired: 1, held: 1, ..nothing }));
    assert_eq!(keys(&world).await, ["logs/b", "logs/held", "other"]);
    world.send("PUT", "/my-logs/logs/held?legal-hold", &[], "<LegalHold><Status>OFF</Status></LegalHold>").await;
    assert_eq!(expiry.round().await, Ok(ExpiryRound { seen: 2, expired: 1, ..nothing }));
    set(&world, "<Filter></Filter><Expiration><Date>2026-11-24T00:00:00Z</Date></Expiration>").await;
    assert_eq!(expiry.round().await, Ok(ExpiryRound { seen: 2, expired: 2, ..nothing }));
    assert_eq!(keys(&world).await, [""; 0]);
}

#[tokio::test]
async fn an_object_that_was_put_anew_since_it_was_seen_stays() {
    let (world, hands) = world().await;
    put(&world, &["a"]).await;
    let bucket = world.buckets.find("my-logs").await.unwrap();
    let seen = bucket.head("a").await.unwrap();
    hands.step(1);
    put(&world, &["a"]).await;
    assert_eq!(bucket.expire(&seen).await, Ok(false));
    let seen = bucket.head("a").await.unwrap();
    assert_eq!(bucket.expire(&seen).await, Ok(true));
    assert_eq!(bucket.expire(&seen).await, Ok(false));
}

#[tokio::test]
async fn a_walk_goes_on_where_the_last_life_stopped() {
    let (world, hands) = world().await;
    world.send("PUT", "/z-logs", &[], "").await;
    put(&world, &["a", "b", "c", "d", "e"]).await;
    world.send("PUT", "/z-logs/z", &[], "").await;
    let date = "<Filter></Filter><Expiration><Date>2026-11-23T00:00:00Z</Date></Expiration>";
    set(&world, date).await;
    world.send("PUT", "/z-logs?lifecycle", &[], &rule(date)).await;
    hands.step(12 * HOUR_MS);
    for (left, finished) in [(&["c", "d", "e"][..], false), (&["e"], false), (&[], false), (&[], true)] {
        // Each round is a life of its own.
        let round = expiry(&world, 2).round().await.unwrap();
        assert!(round.seen <= 2);
        assert_eq!(
            (keys(&world).await, round.finished),
            (left.iter().map(|key| (*key).to_owned()).collect(), finished)
        );
    }
    let rest = world.send("GET", "/z-logs?list-type=2", &[], "").await;
    assert_eq!(rest.all("Key"), [""; 0]);
}
