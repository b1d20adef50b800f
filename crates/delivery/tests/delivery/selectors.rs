//! Selectors: each trail delivers what its own ask for, and from the moment they are changed.

use cairn_model::EventSelectors;
use cairn_model::selectors::SelectorLimits;

use crate::world::{LOG_INTERVAL, World, trail};

fn basic(json: &str) -> EventSelectors {
    let shapes = serde_json::from_str::<Vec<_>>(json).unwrap();
    EventSelectors::check(&shapes, &[], &SelectorLimits::default()).unwrap()
}

fn advanced(fields: &str) -> EventSelectors {
    let selectors = serde_json::from_str::<Vec<_>>(&format!(r#"[{{"FieldSelectors":[{fields}]}}]"#)).unwrap();
    EventSelectors::check(&[], &selectors, &SelectorLimits::default()).unwrap()
}

fn object(name: &str, key: &str) -> String {
    format!(
        r#""eventSource":"s3.amazonaws.com","eventName":"{name}","eventCategory":"Data","managementEvent":false,
           "readOnly":{},"resources":[{{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::photos/{key}"}},
           {{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::photos"}}]"#,
        name.starts_with("Get"),
    )
}

#[tokio::test(start_paused = true)]
async fn two_trails_deliver_what_each_asks_for_of_the_same_events() {
    let mut world = World::new().await;
    let (mut one, mut two) = (trail("one"), trail("two"));
    one.event_selectors = basic(
        r#"[{"ReadWriteType":"WriteOnly","DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::photos/"]}]}]"#,
    );
    two.s3_bucket_name = "two".to_owned();
    two.event_selectors = advanced(
        r#"{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},
           {"Field":"eventName","Equals":["GetObject"]},{"Field":"resources.ARN","NotEndsWith":[".tmp"]}"#,
    );
    world.start_logging(&mut one);
    world.start_logging(&mut two);
    let written = world.event_with(&object("PutObject", "a.jpg")).await;
    let read = world.event_with(&object("GetObject", "a.jpg")).await;
    world.event_with(&object("GetObject", "a.tmp")).await;
    let changed =
        world.event_with(r#""eventSource":"iam.amazonaws.com","eventCategory":"Management","readOnly":false"#).await;
    world.event_with(r#""eventSource":"iam.amazonaws.com","eventCategory":"Management","readOnly":true"#).await;
    world.pass(LOG_INTERVAL).await;
    assert_eq!(world.delivered("one"), [written, changed]);
    assert_eq!(world.delivered("two"), [read]);
}

#[tokio::test(start_paused = true)]
async fn selectors_that_change_hold_for_what_comes_after() {
    let mut world = World::new().await;
    let mut main = trail("main");
    world.start_logging(&mut main);
    let before = world.event("us-east-1", "kms.amazonaws.com").await;
    world.pass(LOG_INTERVAL).await;
    main.event_selectors = basic(r#"[{"ExcludeManagementEventSources":["kms.amazonaws.com"]}]"#);
    world.set(&main);
    world.event("us-east-1", "kms.amazonaws.com").await;
    let after = world.event("us-east-1", "s3.amazonaws.com").await;
    world.pass(LOG_INTERVAL).await;
    assert_eq!(world.delivered("one"), [before, after]);
}

#[tokio::test(start_paused = true)]
async fn own_deliveries_are_left_out_without_recursive_logging_and_nothing_else_is() {
    let mut world = World::new().await;
    let (mut hears, mut hears_not) = (trail("hears"), trail("hears-not"));
    hears_not.s3_bucket_name = "two".to_owned();
    hears_not.recursive_logging = false;
    for trail in [&mut hears, &mut hears_not] {
        trail.event_selectors =
            basic(r#"[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::photos/"]}]}]"#);
        world.start_logging(trail);
    }
    let by = |service: &str, name: &str| {
        let identity = format!(r#""userIdentity":{{"type":"AWSService","invokedBy":"{service}"}}"#);
        format!("{identity},{}", object(name, "a"))
    };
    let own = world.event_with(&by("cloudtrail.amazonaws.com", "PutObject")).await;
    let read = world.event_with(&by("cloudtrail.amazonaws.com", "GetObject")).await;
    let foreign = world.event_with(&by("backup.amazonaws.com", "PutObject")).await;
    world.pass(LOG_INTERVAL).await;
    assert_eq!(world.delivered("one"), [own, read.clone(), foreign.clone()]);
    assert_eq!(world.delivered("two"), [read, foreign]);
}
