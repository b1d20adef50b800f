//! Six weeks of hourly digests, written by delivery itself under a clock that the test moves, and what the stock CLI
//! says of them: a long chain, a key prefix, a key that was replaced, and a Region that joined late.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use bytes::Bytes;
use cairn_catalog::{Catalog, CatalogSettings, Stopped};
use cairn_delivery::{Delivery, DeliveryParts, DeliverySettings, Endpoints, KeySource};
use cairn_environment::{Clock, Environment};
use cairn_journal::{Disk, Journal, JournalSettings};
use cairn_model::{AccountId, NewEntry, Origin, Outline, Timestamp};
use cairn_objects::{Bucket as Objects, Buckets};

use crate::aws::{Aws, run_script, said};
use crate::bucket::{Stored, in_folder};
use crate::seaweed::SeaweedFs;
use crate::server::Server;

const HOUR: Duration = Duration::from_hours(1);
/// More than a thousand digests, and more than the 30 days for which a key signs.
const HOURS: u32 = 1010;
/// Events of the other Region come in the last hours only.
const HOURS_ELSEWHERE: u32 = 12;
const ARN: &str = "arn:aws:cloudtrail:us-east-1:123456789012:trail/long";

/// Delivery with its simulated clock, over the data folder of a server that is not running.
struct Past {
    environment: Environment,
    journal: Journal,
    catalog: Catalog,
    delivery: Delivery,
}

impl Past {
    async fn open(data: &Path, start: Timestamp) -> Self {
        let (environment, _) = Environment::simulated(7, start);
        let disk = Disk::folder(data.join("journal"));
        let journal = Journal::open(disk, JournalSettings::default(), &environment).await.unwrap();
        let settings = CatalogSettings::default();
        let catalog = Catalog::open(&data.join("catalog.sqlite"), settings, &environment).await.unwrap();
        let buckets = Buckets::open(data.join("buckets"), Vec::new(), &environment).await.unwrap();
        let delivery = Delivery::open(DeliveryParts {
            journal: journal.clone(),
            trails: catalog.trails(),
            catalog: Some(catalog.clone()),
            buckets: buckets.into(),
            state: Objects::folder("delivery", data.join("delivery"), &environment).unwrap(),
            keys: KeySource::generated(),
            settings: DeliverySettings::default(),
            endpoints: Endpoints::none(),
            environment: environment.clone(),
        });
        Self { delivery: delivery.await.unwrap(), environment, journal, catalog }
    }

    fn now(&self) -> Timestamp {
        self.environment.clock.now()
    }

    async fn event(&self, region: &str) {
        let (time, id) = (self.now().iso_seconds(), self.environment.random.uuid());
        let event = format!(
            r#"{{"eventVersion":"1.11","eventTime":"{time}","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"{region}","eventID":"{id}","readOnly":false,"eventCategory":"Management"}}"#
        );
        let entry = NewEntry {
            received_at: self.now(),
            account: AccountId::DEFAULT,
            origin: Origin::Live,
            event: Bytes::from(event),
            beside: None,
            outline: Outline::default(),
        };
        self.journal.append(vec![entry]).await.unwrap();
    }

    async fn pass(&self, span: Duration) {
        let end = self.environment.clock.instant() + span;
        loop {
            let round = self.delivery.step().await.unwrap();
            let left = end.saturating_duration_since(self.environment.clock.instant());
            if left.is_zero() {
                return;
            }
            self.environment.clock.sleep(round.idle_for.clamp(Duration::from_millis(10), HOUR).min(left)).await;
        }
    }

    /// Logs for all the hours and stops.
    async fn log(&self) {
        let before = self.catalog.list_trails(AccountId::DEFAULT).into_iter().next().unwrap();
        let id = before.id.clone();
        let mut after = before.clone();
        after.log_file_validation = Some(self.now());
        self.catalog.update_trail(before, after).await.unwrap();
        self.catalog.start_logging(&id, self.journal.end(), self.now()).await.unwrap();
        for hour in 0..HOURS {
            if hour % 100 == 50 {
                self.event("us-east-1").await;
            }
            if hour + HOURS_ELSEWHERE > HOURS {
                self.event("eu-west-1").await;
            }
            self.pass(HOUR).await;
        }
        let end = Stopped { until: self.journal.end(), at: self.now() };
        self.catalog.stop_logging(&id, end).await.unwrap();
        self.pass(Duration::from_mins(10)).await;
        self.journal.close().await;
        self.catalog.close().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_stock_cli_proves_a_thousand_digests_under_a_prefix_with_two_keys_and_in_a_region_that_joined() {
    let mut server = Server::start();
    let aws = Aws::of(&server);
    aws.run(&["s3api", "create-bucket", "--bucket", "audit-logs"]);
    let mut create =
        vec!["create-trail", "--name", "long", "--s3-bucket-name", "audit-logs", "--is-multi-region-trail"];
    create.extend(["--enable-log-file-validation", "--s3-key-prefix", "deep/prefix"]);
    aws.cloudtrail(&create);
    server.terminate();
    let start = now().minus(HOURS * HOUR + 2 * HOUR);
    Past::open(&server.data(), start).await.log().await;

    let objects = in_folder(&server.data().join("buckets/audit-logs/deep/prefix"));
    let digests: Vec<&Stored> =
        objects.iter().filter(|object| object.is_digest() && object.key.ends_with(".json.gz")).collect();
    let fingerprint = |text: &str| {
        text.split("\"digestPublicKeyFingerprint\":\"").nth(1).unwrap().split('"').next().map(str::to_owned).unwrap()
    };
    let keys: BTreeSet<String> = digests
        .iter()
        .filter(|digest| digest.key.contains("/us-east-1/"))
        .map(|digest| fingerprint(&digest.inflated()))
        .collect();
    assert_eq!(keys.len(), 2, "the key was replaced once");

    server.start_again();
    let here = digests.iter().filter(|digest| digest.key.contains("/us-east-1/")).count();
    assert!(here > 1000, "{here} digests");
    assert_valid(&validate(&aws), here);
    let there = digests.len() - here;
    assert_valid(&validate(&aws.clone().in_region("eu-west-1")), there);
    let all = server.data().join("buckets/audit-logs");
    let keys = aws.clone().in_region("all").cloudtrail(&["list-public-keys", "--start-time", "2020-01-01"]);
    std::fs::write(server.folder().join("keys.json"), keys.to_string()).unwrap();
    let verified = server.cairn(&["verify", all.to_str().unwrap(), "--prefix", "deep/prefix", "--keys", "keys.json"]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));

    let seaweed = SeaweedFs::start();
    run_script(&server, "copy_bucket.py", &[seaweed.url(), "audit-logs", "deep/prefix/"]);
    let elsewhere = aws.with_s3(seaweed.url());
    assert_valid(&validate(&elsewhere), here);
    assert_valid(&validate(&elsewhere.in_region("eu-west-1")), there);
    let place = ["s3://audit-logs/deep/prefix", "--keys", "keys.json", "--endpoint-url", seaweed.url()];
    let verified = server.cairn(&[&["verify"], &place[..]].concat());
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

/// What the machine's clock says.
fn now() -> Timestamp {
    let environment = Environment::real();
    Clock::now(&environment.clock)
}

fn validate(aws: &Aws) -> Output {
    aws.output(&[
        "cloudtrail",
        "validate-logs",
        "--trail-arn",
        ARN,
        "--start-time",
        "2020-01-01T00:00:00Z",
        "--verbose",
    ])
}

fn assert_valid(output: &Output, digests: usize) {
    let text = said(output);
    let end: Vec<&str> = text.lines().rev().take(6).collect();
    assert!(output.status.success() && !text.contains("INVALID"), "{end:?}");
    assert!(text.contains(&format!("{digests}/{digests} digest files valid")), "{digests}: {end:?}");
    assert!(text.contains(" log files valid"), "{end:?}");
}
