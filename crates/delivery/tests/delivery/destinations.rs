//! Buckets that fail, refuse, are gone or already have what is to be delivered.

use std::time::Duration;

use bytes::Bytes;
use cairn_delivery::DestinationError;
use cairn_model::Region;

use crate::world::{LOG_INTERVAL, World, gunzip, trail};

const S3: &str = "s3.amazonaws.com";

#[tokio::test(start_paused = true)]
async fn a_missing_bucket_shows_in_the_status_delays_no_other_trail_and_is_caught_up() {
    let mut world = World::new().await;
    let (mut main, mut other) = (trail("main"), trail("other"));
    other.s3_bucket_name = "two".to_owned();
    world.start_logging(&mut main);
    world.start_logging(&mut other);
    world.faults["one"].remove_bucket();
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.push(world.event("us-east-1", S3).await);
        world.pass(LOG_INTERVAL).await;
    }
    assert_eq!(world.delivered("two"), sent);
    let status = world.delivery.status(&main, &Region::us_east_1()).await;
    assert_eq!(status.log_files.error.as_deref(), Some("NoSuchBucket"));
    assert_eq!(status.log_files.succeeded_at, None);
    assert!(status.log_files.attempted_at.is_some());
    world.restart().await;
    assert_eq!(world.delivery.status(&main, &Region::us_east_1()).await, status, "it is remembered");
    world.faults["one"].create_bucket();
    world.pass(Duration::from_mins(2)).await;
    assert_eq!(world.delivered("one"), sent);
    let status = world.delivery.status(&main, &Region::us_east_1()).await;
    assert_eq!(status.log_files.error, None);
    assert!(status.log_files.succeeded_at.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_foreign_object_under_a_sealed_key_is_never_overwritten_and_the_events_still_arrive() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    world.faults["one"].time_out_after_the_work(1000);
    let sent = world.event("us-east-1", S3).await;
    world.pass(LOG_INTERVAL * 2).await;
    let [taken] = &world.log_keys("one")[..] else { panic!("one file") };
    let foreign = Bytes::from_static(b"something else");
    assert!(world.faults["one"].overwrite(taken, foreign.clone()));
    world.faults["one"].calm();
    world.pass(LOG_INTERVAL).await;
    let keys = world.log_keys("one");
    let [other] = keys.iter().filter(|key| *key != taken).collect::<Vec<_>>()[..] else { panic!("one more file") };
    assert_eq!(world.faults["one"].peek(taken), Some(foreign));
    let text = gunzip(&world.faults["one"].peek(other).unwrap());
    assert!(String::from_utf8(text).unwrap().contains(&sent));
    let more = world.event("us-east-1", S3).await;
    assert!(world.faults["one"].erase(taken));
    world.pass(LOG_INTERVAL).await;
    assert_eq!(world.delivered("one"), [sent, more]);
}

#[tokio::test(start_paused = true)]
async fn files_that_were_sealed_keep_their_bucket_when_the_trail_gets_another() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    world.faults["one"].begin_outage();
    let first = world.event("us-east-1", S3).await;
    world.pass(LOG_INTERVAL).await;
    main.s3_bucket_name = "two".to_owned();
    world.set(&main);
    let second = world.event("us-east-1", S3).await;
    world.pass(LOG_INTERVAL).await;
    assert_eq!(world.delivered("two"), [second], "the old bucket's outage does not hold up the new one");
    world.faults["one"].end_outage();
    world.pass(Duration::from_mins(2)).await;
    assert_eq!(world.delivered("one"), [first]);
}

#[tokio::test(start_paused = true)]
async fn the_check_leaves_the_markers_of_aws_and_names_what_is_missing() {
    let world = World::new().await;
    let mut main = trail("main");
    main.s3_key_prefix = Some("p".to_owned());
    world.delivery.check_destination(&main).await.unwrap();
    let markers = ["p/AWSLogs/123456789012/CloudTrail-Digest/", "p/AWSLogs/123456789012/CloudTrail/"];
    assert_eq!(world.faults["one"].keys(), markers);
    assert_eq!(world.faults["one"].peek(markers[0]), Some(Bytes::new()));
    main.log_file_validation = None;
    main.s3_bucket_name = "two".to_owned();
    world.delivery.check_destination(&main).await.unwrap();
    assert_eq!(world.faults["two"].keys(), ["p/AWSLogs/123456789012/CloudTrail/"]);
    world.faults["two"].remove_bucket();
    let missing = DestinationError::BucketDoesNotExist("two".to_owned());
    assert_eq!(world.delivery.check_destination(&main).await, Err(missing));
    main.s3_bucket_name = "three".to_owned();
    let missing = DestinationError::BucketDoesNotExist("three".to_owned());
    assert_eq!(world.delivery.check_destination(&main).await, Err(missing));
    main.s3_bucket_name = "one".to_owned();
    world.faults["one"].begin_outage();
    let refused = world.delivery.check_destination(&main).await.unwrap_err();
    assert!(matches!(refused, DestinationError::Refused { .. }), "{refused}");
}
