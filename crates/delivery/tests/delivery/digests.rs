//! Digests: windows, chains and signatures, through stops, outages, restarts and clocks that jump.

use std::time::Duration;

use cairn_model::Timestamp;

use crate::world::{DIGEST_INTERVAL, FoundDigest, LOG_INTERVAL, World, sha256, trail};

const S3: &str = "s3.amazonaws.com";
const HOME: &str = "us-east-1";

fn time(digest: &FoundDigest, member: &str) -> Timestamp {
    Timestamp::parse(digest.document[member].as_str().unwrap()).unwrap()
}

/// Checks that each digest begins where the one before ends and names it; returns how many log files each lists.
fn check_chain(digests: &[FoundDigest]) -> Vec<usize> {
    assert!(digests[0].document["previousDigestS3Object"].is_null(), "a chain begins with a starting digest");
    for pair in digests.windows(2) {
        let [before, after] = pair else { panic!("two") };
        assert_eq!(time(after, "digestStartTime"), time(before, "digestEndTime"));
        assert_eq!(after.document["previousDigestS3Object"], before.key);
        assert_eq!(after.document["previousDigestHashValue"], sha256(&before.text));
        assert_eq!(after.document["previousDigestSignature"], before.signature);
    }
    digests.iter().map(|digest| digest.document["logFiles"].as_array().unwrap().len()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_chain_has_a_starting_digest_then_one_each_hour_also_without_events() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    world.pass(Duration::from_secs(1)).await;
    let [starting] = &world.digests("one", HOME).await[..] else { panic!("a starting digest at once") };
    assert_eq!(time(starting, "digestEndTime"), Timestamp::parse("2026-10-01T08:00:10Z").unwrap());
    assert_eq!(time(starting, "digestStartTime"), Timestamp::parse("2026-10-01T07:00:10Z").unwrap());
    world.event(HOME, S3).await;
    world.pass(DIGEST_INTERVAL * 3).await;
    let digests = world.digests("one", HOME).await;
    assert_eq!(check_chain(&digests), [0, 1, 0, 0]);
    let listed = &digests[1].document["logFiles"][0];
    assert_eq!(listed["s3Object"], world.log_keys("one")[0]);
    assert!(digests[2].document["newestEventTime"].is_null());
    assert!(digests[1].key.ends_with("_CloudTrail-Digest_us-east-1_main_us-east-1_20261001T090010Z.json.gz"));
}

#[tokio::test(start_paused = true)]
async fn a_stop_gives_a_final_digest_and_a_restart_a_new_chain_without_overlap() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    world.event(HOME, S3).await;
    world.pass(Duration::from_mins(10)).await;
    world.event(HOME, S3).await;
    let stopped_at = world.now().whole_seconds();
    world.stop_logging(&mut main);
    world.pass(Duration::from_mins(3)).await;
    let digests = world.digests("one", HOME).await;
    assert_eq!(check_chain(&digests), [0, 2]);
    assert_eq!(time(&digests[1], "digestEndTime"), stopped_at);
    world.pass(DIGEST_INTERVAL * 2).await;
    assert_eq!(world.digests("one", HOME).await.len(), 2, "nothing while it does not log");
    world.start_logging(&mut main);
    world.event(HOME, S3).await;
    world.stop_logging(&mut main);
    world.start_logging(&mut main);
    world.event(HOME, S3).await;
    world.pass(DIGEST_INTERVAL + Duration::from_secs(10)).await;
    let digests = world.digests("one", HOME).await;
    let later = &digests[2..];
    assert_eq!(later.len(), 4, "starting, final, starting and the first hour");
    assert_eq!(check_chain(&later[..2]), [0, 0]);
    assert_eq!(check_chain(&later[2..]), [0, 1], "one file has the events of both spans");
    for pair in digests.windows(2) {
        assert!(time(&pair[0], "digestEndTime") <= time(&pair[1], "digestStartTime"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_delays_digests_and_lists_late_files_where_they_were_confirmed() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    world.pass(Duration::from_mins(1)).await;
    world.faults["one"].begin_outage();
    world.event(HOME, S3).await;
    world.pass(DIGEST_INTERVAL * 3).await;
    world.restart().await;
    assert_eq!(world.keys("one", "Digest").len(), 1);
    let status = world.delivery.status(&main, &main.home_region).await;
    assert!(status.digests.error.is_some());
    world.faults["one"].end_outage();
    world.pass(DIGEST_INTERVAL).await;
    let digests = world.digests("one", HOME).await;
    assert_eq!(check_chain(&digests), [0, 0, 0, 0, 1]);
    assert!(digests[4].document["oldestEventTime"].as_str() < digests[4].document["digestStartTime"].as_str());
}

#[tokio::test(start_paused = true)]
async fn windows_that_were_slept_through_are_written_with_their_own_bounds() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    world.pass(Duration::from_mins(1)).await;
    world.event(HOME, S3).await;
    world.environment.clock.sleep(DIGEST_INTERVAL * 5).await;
    world.restart().await;
    world.pass(DIGEST_INTERVAL).await;
    let digests = world.digests("one", HOME).await;
    assert_eq!(check_chain(&digests), [0, 0, 0, 0, 0, 0, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_repeats_no_window() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    for jump_hours in [0, 5, -5, -24, 30, 1] {
        world.hands.step(jump_hours * 3_600_000);
        world.event(HOME, S3).await;
        world.pass(Duration::from_mins(40)).await;
        world.restart().await;
    }
    world.hands.step(48 * 3_600_000);
    world.pass(Duration::from_mins(90)).await;
    let listed = check_chain(&world.digests("one", HOME).await);
    assert_eq!(listed.iter().sum::<usize>(), 6, "each file in one digest");
    assert_eq!(world.delivered("one").len(), 6);
    assert_eq!(world.faults["one"].replacements(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_region_that_joins_keeps_the_seconds_of_the_trail() {
    let mut world = World::new().await;
    let mut everywhere = trail("everywhere");
    everywhere.is_multi_region = true;
    world.start_logging(&mut everywhere);
    world.pass(DIGEST_INTERVAL * 2 + Duration::from_mins(20)).await;
    world.event("eu-west-1", S3).await;
    world.pass(DIGEST_INTERVAL).await;
    let digests = world.digests("one", "eu-west-1").await;
    assert_eq!(check_chain(&digests), [0, 1]);
    assert_eq!(time(&digests[0], "digestEndTime"), Timestamp::parse("2026-10-01T10:00:10Z").unwrap());
    assert_eq!(check_chain(&world.digests("one", HOME).await), [0, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_trail_made_again_under_its_name_begins_after_the_last_digest_of_the_old_one() {
    let mut world = World::new().await;
    let mut old = trail("main");
    world.start_logging(&mut old);
    world.event(HOME, S3).await;
    world.pass(Duration::from_mins(1)).await;
    world.stop_logging(&mut old);
    old.deleted_at = Some(world.now());
    world.set(&old);
    let mut new = trail("main");
    new.id = "another-id".to_owned();
    world.start_logging(&mut new);
    world.event(HOME, S3).await;
    world.pass(DIGEST_INTERVAL + Duration::from_mins(1)).await;
    let digests = world.digests("one", HOME).await;
    assert_eq!(check_chain(&digests[..2]), [0, 1]);
    assert_eq!(check_chain(&digests[2..]), [0, 1]);
    assert!(time(&digests[2], "digestStartTime") >= time(&digests[1], "digestEndTime"));
}

#[tokio::test(start_paused = true)]
async fn switching_validation_off_ends_the_chain_and_on_begins_another() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    world.event(HOME, S3).await;
    world.pass(LOG_INTERVAL * 2).await;
    main.log_file_validation = None;
    world.set(&main);
    world.pass(DIGEST_INTERVAL * 2).await;
    assert_eq!(check_chain(&world.digests("one", HOME).await), [0, 1]);
    world.event(HOME, S3).await;
    world.pass(LOG_INTERVAL * 2).await;
    main.log_file_validation = Some(world.now());
    world.set(&main);
    world.pass(DIGEST_INTERVAL).await;
    let digests = world.digests("one", HOME).await;
    assert_eq!(check_chain(&digests[2..]), [1, 0], "the starting digest lists what its hour delivered");
}

#[tokio::test(start_paused = true)]
async fn a_digest_that_was_replaced_in_the_bucket_is_not_overwritten_and_holds_up_nothing() {
    let world = World::new().await;
    let mut main = trail("main");
    world.faults["one"].time_out_after_the_work(1000);
    world.start_logging(&mut main);
    world.pass(Duration::from_millis(10)).await;
    let [taken] = &world.keys("one", "Digest")[..] else { panic!("one digest") };
    assert!(world.faults["one"].strip_metadata(taken));
    world.faults["one"].calm();
    world.pass(DIGEST_INTERVAL * 2).await;
    assert_eq!(world.keys("one", "Digest").len(), 3);
    let status = world.delivery.status(&main, &main.home_region).await;
    assert_eq!(status.digests.error.as_deref(), Some("PreconditionFailed"));
    assert!(world.faults["one"].erase(taken));
    world.pass(Duration::from_mins(2)).await;
    assert_eq!(check_chain(&world.digests("one", HOME).await), [0, 0, 0], "the true one takes its place");
}

#[tokio::test(start_paused = true)]
async fn keys_are_renewed_with_overlap_and_kept() {
    let world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    for _ in 0..35 {
        world.environment.clock.sleep(Duration::from_hours(24)).await;
        world.pass(Duration::from_millis(10)).await;
    }
    let end = world.now();
    let keys = world.delivery.public_keys(&main.home_region, Timestamp::default(), end).await.unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0].validity_end.since(keys[0].validity_start), Duration::from_hours(720));
    assert!(keys[1].validity_start < keys[0].validity_end, "they overlap");
    assert!(keys.iter().all(|key| key.value.len() == 270 && key.fingerprint.len() == 32));
    assert!(world.digests("one", HOME).await.len() > 35 * 23);
    let other = Timestamp::parse("2020-01-01T00:00:00Z").unwrap();
    assert!(world.delivery.public_keys(&main.home_region, other, other).await.unwrap().is_empty());
}
