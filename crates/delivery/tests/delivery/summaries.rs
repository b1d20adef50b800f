//! Summaries of data events: each event in one of them once, whatever crashes, and each window when its time is over.

use std::time::Duration;

use cairn_catalog::Trail;
use cairn_model::EventSelectors;
use cairn_model::selectors::{AggregationConfiguration, AggregationTemplate, SelectorLimits};
use serde_json::Value;

use crate::world::{DIGEST_INTERVAL, LOG_INTERVAL, World, trail};

const MINUTE: Duration = Duration::from_mins(1);
const FOLDER: &str = "/CloudTrail-Aggregated/";

fn summing(name: &str) -> Trail {
    let selectors = r#"[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::photos/"]}]}]"#;
    let shapes = serde_json::from_str::<Vec<_>>(selectors).unwrap();
    let templates = vec![AggregationTemplate::ApiActivity];
    Trail {
        event_selectors: EventSelectors::check(&shapes, &[], &SelectorLimits::default()).unwrap(),
        aggregation_configurations: vec![AggregationConfiguration { templates }],
        ..trail(name)
    }
}

fn object(bucket: &str) -> String {
    format!(
        r#""eventSource":"s3.amazonaws.com","eventName":"GetObject","eventCategory":"Data","managementEvent":false,
           "resources":[{{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::{bucket}/k"}}]"#
    )
}

/// Start of the window, number of events and reason of each record.
fn told(world: &World) -> Vec<(String, u64, Option<String>)> {
    let of = |record: &Value| {
        let start = record["timeWindow"]["windowStart"].as_str().unwrap().to_owned();
        let count = record["summary"]["primaryDimension"]["statistics"][0]["value"].as_u64().unwrap();
        (start, count, record["addendum"]["reason"].as_str().map(str::to_owned))
    };
    world.records("one", FOLDER).iter().map(of).collect()
}

#[tokio::test(start_paused = true)]
async fn each_window_is_told_of_one_interval_after_its_end_and_digests_list_the_file() {
    let mut world = World::new().await;
    let mut main = summing("main");
    world.start_logging(&mut main);
    for _ in 0..3 {
        world.event_with(&object("photos")).await;
        world.event_with(&object("elsewhere")).await;
        world.event_with(r#""eventSource":"iam.amazonaws.com","eventCategory":"Management""#).await;
    }
    world.pass(2 * MINUTE).await;
    world.event_with(&object("photos")).await;
    world.pass(4 * MINUTE).await;
    world.event_with(&object("photos")).await;
    world.pass(3 * MINUTE).await;
    assert_eq!(told(&world), [], "the window ended at 08:05, and may grow until 08:10");
    world.pass(2 * MINUTE).await;
    let at = |time: &str| format!("2026-10-01T{time}Z");
    assert_eq!(told(&world), [(at("08:00:00"), 4, None)]);
    world.pass(LOG_INTERVAL).await;
    assert_eq!(told(&world), [(at("08:00:00"), 4, None), (at("08:05:00"), 1, None)]);
    let [record, ..] = &world.records("one", FOLDER)[..] else { panic!("a record") };
    assert_eq!((&record["accountId"], &record["awsRegion"]), (&"123456789012".into(), &"us-east-1".into()));
    world.pass(DIGEST_INTERVAL).await;
    let digests = world.digests("one", "us-east-1").await;
    for key in world.keys("one", FOLDER) {
        let lists = |digest: &crate::world::FoundDigest| digest.document["logFiles"].to_string().contains(&key);
        assert!(digests.iter().any(lists), "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn crashes_count_nothing_twice_and_leave_nothing_out() {
    let mut world = World::new().await;
    let mut main = summing("main");
    world.start_logging(&mut main);
    for minute in 0..40 {
        world.event_with(&object("photos")).await;
        world.pass(MINUTE).await;
        if minute % 3 == 0 {
            world.restart().await;
        }
    }
    world.pass(3 * LOG_INTERVAL).await;
    let told = told(&world);
    assert_eq!(told.iter().map(|(_, count, _)| count).sum::<u64>(), 40, "{told:?}");
    assert!(told.iter().all(|(_, _, reason)| reason.is_none()), "each came in time: {told:?}");
    assert_eq!(told.len(), 8, "a record for each window: {told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_trail_that_stops_tells_of_everything_at_once_and_what_comes_later_says_so() {
    let mut world = World::new().await;
    let mut main = summing("main");
    world.start_logging(&mut main);
    world.event_with(&object("photos")).await;
    world.stop_logging(&mut main);
    world.pass(Duration::from_secs(30)).await;
    world.start_logging(&mut main);
    world.event_with(&object("photos")).await;
    world.event_with(&object("photos")).await;
    world.restart().await;
    world.pass(3 * LOG_INTERVAL).await;
    let start = "2026-10-01T08:00:00Z".to_owned();
    assert_eq!(told(&world), [(start.clone(), 1, None), (start, 2, Some("DELIVERY_DELAY".to_owned()))]);
}
