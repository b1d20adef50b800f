//! Kinds of log files: each in a folder of its own, all of them listed by the digests of their trail.

use std::collections::BTreeSet;
use std::time::Duration;

use cairn_model::EventSelectors;
use cairn_model::selectors::SelectorLimits;

use crate::world::{DIGEST_INTERVAL, LOG_INTERVAL, World, trail};

const NETWORK: &str = r#""eventSource":"kms.amazonaws.com","eventCategory":"NetworkActivity","vpcEndpointId":"vpce-1""#;
const CHANGE: &str = r#""eventSource":"iam.amazonaws.com","eventCategory":"Management","readOnly":false"#;

fn management_and_network() -> EventSelectors {
    let selectors = serde_json::from_str::<Vec<_>>(
        r#"[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]},
            {"FieldSelectors":[{"Field":"eventCategory","Equals":["NetworkActivity"]},
                               {"Field":"eventSource","Equals":["kms.amazonaws.com"]}]}]"#,
    );
    EventSelectors::check(&[], &selectors.unwrap(), &SelectorLimits::default()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn network_activity_has_files_of_its_own_and_digests_list_them_with_the_others() {
    let mut world = World::new().await;
    let mut main = trail("main");
    main.event_selectors = management_and_network();
    world.start_logging(&mut main);
    let (network, change) = (world.event_with(NETWORK).await, world.event_with(CHANGE).await);
    world.pass(LOG_INTERVAL).await;
    assert_eq!(world.delivered("one"), [change]);
    assert_eq!(world.delivered_in("one", "/CloudTrail-NetworkActivity/"), [network]);
    let [key] = &world.keys("one", "/CloudTrail-NetworkActivity/")[..] else { panic!("one file") };
    assert!(key.starts_with(
        "AWSLogs/123456789012/CloudTrail-NetworkActivity/us-east-1/2026/10/01/\
         123456789012_CloudTrail-NetworkActivity_us-east-1_20261001T0805Z_"
    ));
    world.pass(DIGEST_INTERVAL).await;
    let digests = world.digests("one", "us-east-1").await;
    let listed: BTreeSet<&str> = digests
        .iter()
        .flat_map(|digest| digest.document["logFiles"].as_array().unwrap())
        .map(|log| log["s3Object"].as_str().unwrap())
        .collect();
    let mut all = world.log_keys("one");
    all.push(key.clone());
    assert_eq!(listed, all.iter().map(String::as_str).collect());
}

#[tokio::test(start_paused = true)]
async fn a_file_of_one_kind_that_is_sealed_before_a_crash_takes_no_event_of_another_with_it() {
    // Two events fill a file of events, so that it is sealed while network activity still waits.
    let mut world = World::with(|settings| settings.file_events_max = 2).await;
    let mut main = trail("main");
    main.event_selectors = management_and_network();
    world.start_logging(&mut main);
    let (mut network, mut changes) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        network.push(world.event_with(NETWORK).await);
        changes.extend([world.event_with(CHANGE).await, world.event_with(CHANGE).await]);
    }
    world.pass(Duration::from_secs(30)).await;
    assert!(!world.log_keys("one").is_empty(), "a full file is sealed at once");
    world.restart().await;
    world.pass(2 * LOG_INTERVAL).await;
    world.restart().await;
    world.pass(2 * LOG_INTERVAL).await;
    assert_eq!(world.delivered_in("one", "/CloudTrail-NetworkActivity/"), network);
    assert_eq!(world.delivered("one"), changes);
}
