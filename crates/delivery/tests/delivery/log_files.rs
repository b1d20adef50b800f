//! Log files: which events are in them, how often, and under which names.

use std::time::Duration;

use cairn_model::Origin;

use crate::world::{LOG_INTERVAL, World, gunzip, trail};

const S3: &str = "s3.amazonaws.com";
const IAM: &str = "iam.amazonaws.com";

#[tokio::test(start_paused = true)]
async fn a_trail_delivers_one_file_each_interval_with_the_events_of_its_region() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.event("us-east-1", S3).await;
    world.start_logging(&mut main);
    let first = world.event("us-east-1", S3).await;
    world.event("eu-west-1", S3).await;
    world.append(Origin::Imported, "us-east-1", S3).await;
    world.pass(Duration::from_secs(297)).await;
    assert!(world.log_keys("one").is_empty(), "not before the interval is over");
    let second = world.event("us-east-1", IAM).await;
    world.pass(Duration::from_secs(4)).await;
    assert_eq!(world.delivered("one"), [first.clone(), second.clone()]);
    let [key] = &world.log_keys("one")[..] else { panic!("one file") };
    assert!(key.starts_with(
        "AWSLogs/123456789012/CloudTrail/us-east-1/2026/10/01/123456789012_CloudTrail_us-east-1_20261001T0805Z_"
    ));
    let third = world.event("us-east-1", S3).await;
    world.pass(LOG_INTERVAL).await;
    assert_eq!(world.delivered("one"), [first, second, third]);
    let text = gunzip(&world.faults["one"].peek(key).unwrap());
    assert!(text.starts_with(br#"{"Records":[{ "eventVersion""#), "bytes as they were accepted");
}

#[tokio::test(start_paused = true)]
async fn a_multi_region_trail_delivers_every_region_and_a_prefix_comes_first() {
    let mut world = World::new().await;
    let mut everywhere = trail("everywhere");
    (everywhere.is_multi_region, everywhere.s3_key_prefix) = (true, Some("a/b".to_owned()));
    world.start_logging(&mut everywhere);
    for region in ["us-east-1", "eu-west-1", "mars-north-1"] {
        world.event(region, S3).await;
    }
    world.pass(LOG_INTERVAL).await;
    let keys = world.log_keys("one");
    assert_eq!(keys.len(), 3);
    for (key, region) in keys.iter().zip(["eu-west-1", "mars-north-1", "us-east-1"]) {
        assert!(key.starts_with(&format!("a/b/AWSLogs/123456789012/CloudTrail/{region}/")), "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_or_doubled_by_restarts_and_answers_that_never_came() {
    let mut world = World::new().await;
    let (mut main, mut other) = (trail("main"), trail("other"));
    other.s3_bucket_name = "two".to_owned();
    world.start_logging(&mut main);
    world.start_logging(&mut other);
    world.faults["one"].time_out_after_the_work(400);
    world.faults["two"].fail(400);
    let mut sent = Vec::new();
    for round in 0..30 {
        sent.push(world.event("us-east-1", S3).await);
        world.pass(Duration::from_secs(70)).await;
        if round % 3 == 0 {
            world.restart().await;
        }
    }
    world.faults.values().for_each(cairn_objects::ObjectFaults::calm);
    world.pass(LOG_INTERVAL * 2).await;
    assert_eq!(world.delivered("one"), sent);
    assert_eq!(world.delivered("two"), sent);
    assert_eq!(world.faults["one"].replacements() + world.faults["two"].replacements(), 0);
    assert!(world.state_faults.keys().iter().all(|key| !key.starts_with("outbox/")), "nothing is left over");
}

#[tokio::test(start_paused = true)]
async fn a_file_is_cut_at_its_limit_and_names_sort_by_time() {
    let mut world = World::with(|settings| settings.file_events_max = 3).await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    let mut sent = Vec::new();
    for _ in 0..10 {
        sent.push(world.event("us-east-1", S3).await);
    }
    world.pass(LOG_INTERVAL).await;
    assert_eq!(world.log_keys("one").len(), 4);
    assert_eq!(world.delivered("one"), sent, "the order of keys is the order of events");
}

#[tokio::test(start_paused = true)]
async fn the_stopping_call_is_the_last_event_delivered() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    let before = world.event("us-east-1", S3).await;
    world.stop_logging(&mut main);
    let stopping = world.event("us-east-1", "cloudtrail.amazonaws.com").await;
    world.environment.clock.sleep(Duration::from_secs(1)).await;
    world.event("us-east-1", S3).await;
    world.pass(Duration::from_secs(30)).await;
    assert_eq!(world.delivered("one"), [before, stopping], "and without waiting for the interval");
}

#[tokio::test(start_paused = true)]
async fn the_loop_delivers_by_itself_and_stops_when_asked() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    let running = world.environment.tasks.spawn(world.delivery.clone().run());
    let sent = world.event("us-east-1", S3).await;
    world.environment.clock.sleep(LOG_INTERVAL + Duration::from_secs(5)).await;
    assert_eq!(world.delivered("one"), [sent]);
    world.environment.tasks.stop();
    running.await.unwrap();
}
