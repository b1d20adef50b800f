//! Topics and log groups: what they receive, in which order, and that nobody waits for one that is away.

use std::collections::BTreeSet;
use std::time::Duration;

use cairn_delivery::TargetError;
use cairn_model::Region;

use crate::world::{DIGEST_INTERVAL, GROUP, LOG_INTERVAL, STREAM, TOPIC, World, told, trail};

const S3: &str = "s3.amazonaws.com";

async fn with_targets() -> World {
    let world = World::new().await;
    world.endpoints.create_topic(TOPIC);
    world.endpoints.create_group(GROUP);
    world
}

/// The same without repetitions, in the order of their first appearance.
fn once<T: Ord + Clone>(all: &[T]) -> Vec<T> {
    let mut seen = BTreeSet::new();
    all.iter().filter(|one| seen.insert((*one).clone())).cloned().collect()
}

#[tokio::test(start_paused = true)]
async fn the_topic_is_told_of_each_file_and_digest_once_it_is_in_the_bucket() {
    let mut world = with_targets().await;
    let mut main = told("main");
    world.start_logging(&mut main);
    for _ in 0..3 {
        world.event("us-east-1", S3).await;
        world.pass(LOG_INTERVAL + Duration::from_secs(2)).await;
    }
    world.pass(DIGEST_INTERVAL).await;
    let told = world.told_keys();
    let keys: BTreeSet<String> = told.iter().map(|(key, _)| key.clone()).collect();
    let in_bucket: BTreeSet<String> = world.keys("one", ".json.gz").into_iter().collect();
    assert_eq!((keys.len(), &keys), (told.len(), &in_bucket), "each once");
    assert_eq!(keys.iter().filter(|key| key.contains("/CloudTrail/")).count(), 3);
    assert!(keys.iter().any(|key| key.contains("/CloudTrail-Digest/")));
    assert_eq!(told.iter().map(|(_, id)| id).collect::<BTreeSet<_>>().len(), told.len(), "each key its own");
    let status = world.delivery.status(&main, &Region::us_east_1()).await;
    assert!(status.notifications.succeeded_at.is_some());
    assert_eq!(status.notifications.error, None);
}

#[tokio::test(start_paused = true)]
async fn each_matching_event_is_a_compact_line_with_the_time_of_its_file() {
    let mut world = with_targets().await;
    let mut main = told("main");
    world.start_logging(&mut main);
    let first = world.event("us-east-1", S3).await;
    let second = world.event("us-east-1", S3).await;
    world.event("eu-west-1", S3).await;
    world.pass(LOG_INTERVAL * 2).await;
    assert_eq!(world.endpoints.streams(GROUP), [STREAM]);
    let [batch] = &world.endpoints.batches(GROUP, STREAM)[..] else { panic!("one batch") };
    assert_eq!(world.streamed(), [first, second]);
    assert!(batch.lines.iter().all(|line| line.starts_with(r#"{"eventVersion":"1.11""#) && !line.contains(' ')));
    let waited = world.now().since(batch.at);
    assert!(waited > LOG_INTERVAL / 2 && waited < LOG_INTERVAL * 2, "{waited:?}");
    let status = world.delivery.status(&main, &Region::us_east_1()).await;
    assert!(status.log_events.succeeded_at.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_topic_and_a_group_that_are_away_delay_no_file_and_are_caught_up_in_order_over_restarts() {
    let mut world = World::new().await;
    let (mut main, mut other) = (told("main"), trail("other"));
    other.s3_bucket_name = "two".to_owned();
    world.start_logging(&mut main);
    world.start_logging(&mut other);
    let mut sent = Vec::new();
    for _ in 0..6 {
        sent.push(world.event("us-east-1", S3).await);
        world.pass(LOG_INTERVAL + Duration::from_secs(2)).await;
    }
    assert_eq!((world.delivered("one"), world.delivered("two")), (sent.clone(), sent.clone()));
    let status = world.delivery.status(&main, &Region::us_east_1()).await;
    assert_eq!(status.log_files.error, None);
    assert_eq!(status.notifications.error.as_deref(), Some("NotFound"));
    assert_eq!(status.log_events.error.as_deref(), Some("ResourceNotFoundException"));
    world.restart().await;
    assert_eq!(world.delivery.status(&main, &Region::us_east_1()).await, status, "it is remembered");
    world.endpoints.create_topic(TOPIC);
    world.endpoints.create_group(GROUP);
    world.pass(Duration::from_mins(2)).await;
    assert_eq!(world.streamed(), sent);
    let told: Vec<String> = world.told_keys().into_iter().map(|(key, _)| key).collect();
    let files: Vec<String> = told.into_iter().filter(|key| key.contains("/CloudTrail/")).collect();
    assert_eq!(files, world.log_keys("one"), "in the order of the files");
    let status = world.delivery.status(&main, &Region::us_east_1()).await;
    assert_eq!((status.notifications.error, status.log_events.error), (None, None));
}

#[tokio::test(start_paused = true)]
async fn whatever_endpoints_do_nothing_is_lost_order_stays_and_repetitions_are_recognisable() {
    let mut world = with_targets().await;
    let mut main = told("main");
    world.start_logging(&mut main);
    let mut sent = Vec::new();
    for round in 0..24 {
        match round % 4 {
            0 => world.endpoints.time_out_after_the_work(400),
            1 => world.endpoints.fail(500),
            2 => world.endpoints.answer_after(Duration::from_secs(29)),
            _ => world.endpoints.calm(),
        }
        sent.push(world.event("us-east-1", S3).await);
        world.pass(LOG_INTERVAL / 2).await;
        if round % 3 == 0 {
            world.restart().await;
        }
    }
    world.endpoints.calm();
    world.pass(LOG_INTERVAL * 3).await;
    assert_eq!(once(&world.streamed()), sent);
    let batches = world.endpoints.batches(GROUP, STREAM);
    assert!(batches.len() > once(&batches.iter().map(|batch| &batch.lines).collect::<Vec<_>>()).len(), "some repeat");
    for batch in &batches {
        let twins = batches.iter().filter(|other| other.lines.first() == batch.lines.first());
        assert!(twins.into_iter().all(|twin| twin == batch), "a repeated batch is the same, its time included");
    }
    let told = world.told_keys();
    let files: Vec<_> = told.iter().filter(|(key, _)| key.contains("/CloudTrail/")).cloned().collect();
    let keys: Vec<String> = once(&files).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, world.log_keys("one"), "a repeated message has the same idempotency key");
    assert!(files.len() > keys.len(), "some repeat");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_never_answers_delays_no_file() {
    let mut world = with_targets().await;
    let mut main = told("main");
    world.start_logging(&mut main);
    world.endpoints.time_out_after_the_work(1000);
    let running = world.environment.tasks.spawn(world.delivery.clone().run());
    for round in 1..=4 {
        world.event("us-east-1", S3).await;
        world.environment.clock.sleep(LOG_INTERVAL + Duration::from_secs(5)).await;
        assert_eq!(world.log_keys("one").len(), round);
    }
    world.environment.tasks.stop();
    running.await.unwrap();
    let status = world.delivery.status(&main, &Region::us_east_1()).await;
    assert!(status.log_events.attempted_at.is_some() && status.log_events.succeeded_at.is_none());
    assert_eq!(status.log_events.error, None, "timeouts are not shown");
}

#[tokio::test(start_paused = true)]
async fn beyond_its_limit_the_backlog_of_a_group_gives_up_the_oldest_events_and_no_file() {
    let mut world = World::with(|settings| settings.log_group_backlog_bytes_max = 500).await;
    let mut main = told("main");
    world.start_logging(&mut main);
    let mut sent = Vec::new();
    for _ in 0..8 {
        sent.push(world.event("us-east-1", S3).await);
        world.pass(LOG_INTERVAL + Duration::from_secs(2)).await;
    }
    assert_eq!(world.delivered("one"), sent);
    world.endpoints.create_group(GROUP);
    world.pass(Duration::from_mins(2)).await;
    let streamed = world.streamed();
    assert!(!streamed.is_empty() && streamed.len() < sent.len(), "{streamed:?}");
    assert_eq!(streamed, sent[sent.len() - streamed.len()..], "the newest, in order");
    let state = world.state_faults.keys().into_iter().filter(|name| name.starts_with("outbox/")).collect::<Vec<_>>();
    assert!(state.is_empty(), "{state:?}");
}

#[tokio::test(start_paused = true)]
async fn a_trail_without_targets_any_more_drops_what_waits_for_them() {
    let mut world = World::new().await;
    let mut main = told("main");
    world.start_logging(&mut main);
    world.event("us-east-1", S3).await;
    world.pass(LOG_INTERVAL * 2).await;
    main.targets = trail("main").targets;
    world.set(&main);
    world.endpoints.create_topic(TOPIC);
    world.endpoints.create_group(GROUP);
    world.pass(Duration::from_mins(2)).await;
    assert_eq!((world.told_keys(), world.streamed()), (Vec::new(), Vec::new()));
    let outbox: Vec<_> = world.state_faults.keys().into_iter().filter(|name| name.starts_with("outbox/")).collect();
    assert!(outbox.is_empty(), "{outbox:?}");
}

#[tokio::test(start_paused = true)]
async fn a_new_trail_tries_its_topic_and_its_group() {
    let world = World::new().await;
    let main = told("main");
    let refused = |outcome: Result<(), TargetError>| matches!(outcome, Err(TargetError::Refused { .. }));
    assert!(refused(world.delivery.check_topic(&main).await));
    assert!(refused(world.delivery.check_log_group(&main).await));
    world.endpoints.create_topic(TOPIC);
    world.endpoints.create_group(GROUP);
    world.delivery.check_topic(&main).await.unwrap();
    world.delivery.check_log_group(&main).await.unwrap();
    world.delivery.check_log_group(&main).await.unwrap();
    let [validation] = &world.endpoints.published(TOPIC)[..] else { panic!("one message") };
    assert_eq!((validation.message.as_str(), &validation.key), ("CloudTrail validation message.", &None));
    assert_eq!(world.endpoints.streams(GROUP), [STREAM]);
    world.endpoints.time_out_after_the_work(1000);
    assert!(matches!(world.delivery.check_topic(&main).await, Err(TargetError::TimedOut)));
    assert!(world.delivery.check_topic(&trail("plain")).await.is_ok());
}
