//! Embedded buckets whose policies let CloudTrail in, or no more.

use std::time::Duration;

use cairn_delivery::DestinationError;
use cairn_model::{AccountId, Region};
use cairn_objects::Buckets;

use crate::world::{LOG_INTERVAL, World, trail};

const S3: &str = "s3.amazonaws.com";

/// A world whose buckets are embedded: `one` and, of another account, `two`.
async fn embedded(folder: &tempfile::TempDir) -> (World, Buckets) {
    let mut world = World::new().await;
    let buckets = Buckets::open(folder.path().to_owned(), Vec::new(), &world.environment).await.unwrap();
    let stranger = AccountId::parse("999999999999").unwrap();
    buckets.create("one", AccountId::DEFAULT, &Region::us_east_1()).await.unwrap();
    buckets.create("two", stranger, &Region::us_east_1()).await.unwrap();
    world.restart_with(buckets.clone()).await;
    (world, buckets)
}

/// The policy that a refusal prints.
fn printed(refusal: Result<(), DestinationError>) -> (String, String) {
    match refusal {
        Err(DestinationError::InsufficientPolicy { reason, policy, .. }) => (reason, policy),
        other => panic!("{other:?}"),
    }
}

async fn log_files(buckets: &Buckets) -> usize {
    let objects = buckets.find("one").await.unwrap().list("", None, 1000).await.unwrap();
    objects.iter().filter(|object| object.key.ends_with(".json.gz") && object.key.contains("/CloudTrail/")).count()
}

#[tokio::test(start_paused = true)]
async fn the_policy_that_a_refusal_prints_is_the_one_that_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let (world, buckets) = embedded(&folder).await;
    let mut main = trail("main");
    main.s3_key_prefix = Some("p".to_owned());
    world.delivery.check_destination(&main).await.unwrap();
    for bucket in ["one", "two"] {
        main.s3_bucket_name = bucket.to_owned();
        let other =
            r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::B/*"}}"#;
        buckets.set_policy(bucket, Some(other.replace('B', bucket))).await.unwrap();
        let (reason, policy) = printed(world.delivery.check_destination(&main).await);
        let expected = format!(
            "cloudtrail.amazonaws.com is not authorized to perform: s3:GetBucketAcl on resource: arn:aws:s3:::{bucket} \
             because no resource-based policy allows the s3:GetBucketAcl action"
        );
        assert_eq!(reason, expected);
        buckets.set_policy(bucket, Some(policy.replace("/p/", "/q/").clone())).await.unwrap();
        let (reason, again) = printed(world.delivery.check_destination(&main).await);
        assert!(reason.contains("s3:PutObject on resource"), "{reason}");
        assert_eq!(again, policy);
        buckets.set_policy(bucket, Some(policy)).await.unwrap();
        world.delivery.check_destination(&main).await.unwrap();
    }
    main.name = cairn_model::TrailName::parse("other").unwrap();
    printed(world.delivery.check_destination(&main).await);
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_is_narrowed_later_shows_in_the_status_and_what_waited_is_caught_up() {
    let folder = tempfile::tempdir().unwrap();
    let (mut world, buckets) = embedded(&folder).await;
    let mut main = trail("main");
    let denial =
        r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::one/*"}}"#;
    world.start_logging(&mut main);
    world.event("us-east-1", S3).await;
    world.pass(LOG_INTERVAL).await;
    assert_eq!(log_files(&buckets).await, 1);
    buckets.set_policy("one", Some(denial.to_owned())).await.unwrap();
    world.event("us-east-1", S3).await;
    world.pass(LOG_INTERVAL).await;
    let status = world.delivery.status(&main, &Region::us_east_1()).await;
    assert_eq!(status.log_files.error.as_deref(), Some("AccessDenied"));
    assert_eq!(log_files(&buckets).await, 1);
    buckets.set_policy("one", None).await.unwrap();
    world.pass(Duration::from_mins(2)).await;
    assert_eq!(world.delivery.status(&main, &Region::us_east_1()).await.log_files.error, None);
    assert_eq!(log_files(&buckets).await, 2);
}
