//! Organization trails: each account's events and digests in its own folder below the organization's.

use std::time::Duration;

use cairn_catalog::Trail;
use cairn_model::AccountId;

use crate::world::{DIGEST_INTERVAL, LOG_INTERVAL, World, trail};

const S3: &str = "s3.amazonaws.com";
const HOME: &str = "us-east-1";
const ORGANIZATION: &str = "o-exampleorg1";

fn member() -> AccountId {
    AccountId::parse("111122223333").unwrap()
}

/// An organization trail and the part of it that is the member's.
fn trail_and_part() -> (Trail, Trail) {
    let main = Trail { organization: Some(ORGANIZATION.to_owned()), is_multi_region: true, ..trail("main") };
    let part = main.part_of(member());
    (main, part)
}

#[tokio::test(start_paused = true)]
async fn each_account_has_its_folder_its_files_and_its_chain() {
    let mut world = World::new().await;
    let (mut main, mut part) = trail_and_part();
    world.start_logging(&mut main);
    world.start_logging(&mut part);
    let own = world.event(HOME, S3).await;
    let theirs = world.event_of(member(), HOME, S3).await;
    let elsewhere = world.event_of(member(), "eu-west-1", S3).await;
    world.event_of(AccountId::parse("999999999999").unwrap(), HOME, S3).await;
    world.pass(DIGEST_INTERVAL + LOG_INTERVAL).await;
    let in_folder = |folder: &str| world.delivered_in("one", folder);
    assert_eq!(in_folder("AWSLogs/o-exampleorg1/123456789012/CloudTrail/us-east-1/"), [own]);
    assert_eq!(in_folder("AWSLogs/o-exampleorg1/111122223333/CloudTrail/us-east-1/"), [theirs]);
    assert_eq!(in_folder("AWSLogs/o-exampleorg1/111122223333/CloudTrail/eu-west-1/"), [elsewhere]);
    assert_eq!(world.log_keys("one").len(), 3, "an account outside of the organization has none");
    let digests = world.digests("one", HOME).await;
    let of = |account: &str| digests.iter().filter(|digest| digest.document["awsAccountId"] == account).count();
    assert_eq!([of("123456789012"), of("111122223333"), digests.len()], [2, 2, 4]);
    for digest in &digests {
        let account = digest.document["awsAccountId"].as_str().unwrap();
        assert!(digest.key.starts_with(&format!("AWSLogs/o-exampleorg1/{account}/CloudTrail-Digest/us-east-1/")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_member_that_leaves_has_a_last_digest_and_nothing_after_it() {
    let mut world = World::new().await;
    let (mut main, mut part) = trail_and_part();
    world.start_logging(&mut main);
    world.start_logging(&mut part);
    world.event_of(member(), HOME, S3).await;
    world.pass(Duration::from_mins(10)).await;
    world.stop_logging(&mut part);
    part.deleted_at = part.logging.last().unwrap().stopped.map(|end| end.at);
    world.set(&part);
    world.pass(Duration::from_mins(3)).await;
    world.event_of(member(), HOME, S3).await;
    let kept = world.event(HOME, S3).await;
    world.restart().await;
    world.pass(DIGEST_INTERVAL * 2).await;
    let digests = world.digests("one", HOME).await;
    let theirs: Vec<_> = digests.iter().filter(|digest| digest.document["awsAccountId"] == "111122223333").collect();
    assert_eq!(theirs.len(), 2, "the starting and the last one");
    assert_eq!(theirs[1].document["logFiles"].as_array().unwrap().len(), 1);
    assert_eq!(theirs[1].document["previousDigestS3Object"], theirs[0].key);
    assert_eq!(world.delivered_in("one", "/123456789012/CloudTrail/"), [kept]);
    assert_eq!(world.delivered_in("one", "/111122223333/CloudTrail/").len(), 1);
}
