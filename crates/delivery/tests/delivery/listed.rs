//! What a trail has delivered, page by page.

use std::time::Duration;

use cairn_delivery::{DeliveriesError, DeliveriesWish, ListedFile, ListedKind};

use crate::world::{DIGEST_INTERVAL, LOG_INTERVAL, World, trail};

const S3: &str = "s3.amazonaws.com";

fn wish(limit: usize, next_token: Option<String>) -> DeliveriesWish {
    DeliveriesWish { limit, next_token, ..DeliveriesWish::default() }
}

#[tokio::test(start_paused = true)]
async fn every_file_of_a_trail_is_listed_once_with_the_newest_first_whatever_the_pages_are() {
    let mut world = World::new().await;
    let (mut main, mut other) = (trail("main"), trail("other"));
    (main.created_at, main.is_multi_region) = (world.now(), true);
    other.s3_key_prefix = Some("elsewhere".to_owned());
    world.start_logging(&mut main);
    world.start_logging(&mut other);
    for _ in 0..3 {
        for region in ["us-east-1", "eu-west-1"] {
            world.event(region, S3).await;
        }
        world.pass(LOG_INTERVAL).await;
        world.pass(Duration::from_hours(23)).await;
    }
    world.pass(DIGEST_INTERVAL).await;
    let mut expected = world.keys("one", ".json.gz");
    expected.retain(|key| !key.starts_with("elsewhere/"));
    for limit in [1, 7, 1_000] {
        let (mut token, mut listed): (_, Vec<ListedFile>) = (None, Vec::new());
        loop {
            let page = world.delivery.deliveries(&main, &wish(limit, token)).await.unwrap();
            assert!(page.files.len() <= limit);
            listed.extend(page.files);
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        assert!(listed.is_sorted_by(|one, next| one.at >= next.at), "the newest first");
        let logs = listed.iter().filter(|file| file.kind == ListedKind::Log).count();
        assert_eq!(logs, 6);
        assert!(listed.iter().all(|file| file.bytes > 0 && file.key.contains(file.region.as_str())));
        let mut keys: Vec<_> = listed.into_iter().map(|file| file.key).collect();
        keys.sort_unstable();
        assert_eq!(keys, expected, "pages of {limit}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_bucket_that_is_gone_and_a_token_of_nobody_are_said() {
    let world = World::new().await;
    let lost = cairn_catalog::Trail { s3_bucket_name: "lost".to_owned(), ..trail("main") };
    let answer = world.delivery.deliveries(&lost, &wish(5, None)).await;
    assert!(matches!(answer, Err(DeliveriesError::NoSuchBucket(name)) if name == "lost"));
    let answer = world.delivery.deliveries(&trail("main"), &wish(5, Some("nobody's".to_owned()))).await;
    assert!(matches!(answer, Err(DeliveriesError::InvalidToken)));
}
