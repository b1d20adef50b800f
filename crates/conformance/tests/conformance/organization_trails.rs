//! An organization of three accounts, and what its trail delivers of each, against the stock clients.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::aws::{Aws, run_script, run_script_at, said, script};
use crate::bucket::{Bucket, Stored};
use crate::moto::Moto;
use crate::seaweed::SeaweedFs;
use crate::server::Server;
use crate::topics_and_log_groups::{GROUP, ROLE, endpoints, make_topic};
use crate::wait;

const MANAGEMENT: &str = "123456789012";
const MEMBER: &str = "111122223333";
const ADMIN: &str = "444455556666";
const ARN: &str = "arn:aws:cloudtrail:us-east-1:123456789012:trail/everyone";

/// Settings that know two more accounts.
const ACCOUNTS: &str = r#"
[[accounts]]
id = "111122223333"
[[accounts.keys]]
access_key_id = "AKIACONFORMANCE00002"
secret_access_key = "conformance/secret+of/forty+characters02"
[[accounts]]
id = "444455556666"
[[accounts.keys]]
access_key_id = "AKIACONFORMANCE00003"
secret_access_key = "conformance/secret+of/forty+characters03"
"#;

fn folder(objects: &[Stored], organization: &str, account: &str, kind: &str) -> Vec<Stored> {
    let prefix = format!("AWSLogs/{organization}/{account}/{kind}/");
    objects.iter().filter(|object| object.key.starts_with(&prefix) && !object.bytes.is_empty()).cloned().collect()
}

#[test]
fn an_organization_trail_delivers_the_events_of_every_account_and_both_verifiers_prove_them() {
    let server = Server::start_with(ACCOUNTS);
    let scene = Scene::play(server, None, &json!({}));
    scene.assert_proved();
    let unnamed = ["cloudtrail", "validate-logs", "--trail-arn", ARN, "--start-time", "2020-01-01"];
    let unnamed = scene.aws.refused(&unnamed);
    assert!(unnamed.contains("account-id"), "{unnamed}");
    let listed = scene.aws.cloudtrail(&["list-public-keys", "--start-time", "2020-01-01"]);
    assert!(!listed["PublicKeyList"].as_array().unwrap().is_empty());
}

#[test]
fn an_organization_trail_with_its_bucket_on_seaweedfs_is_proved_as_well() {
    let seaweed = SeaweedFs::start();
    let server = Server::start_with(&format!("{ACCOUNTS}{}", seaweed.settings("organization-logs")));
    Scene::play(server, Some(seaweed.url()), &json!({})).assert_proved();
}

#[test]
fn each_account_of_an_organization_has_its_stream_and_nothing_is_missing_after_a_kill() {
    let Some(moto) = Moto::start() else { return println!("moto is not installed: nothing to publish to") };
    make_topic(&moto);
    Aws::at(&moto.url()).run(&["logs", "create-log-group", "--log-group-name", "trails"]);
    let mut server = Server::start_with(&format!("{ACCOUNTS}{}", endpoints(&moto.url())));
    let targets = json!({"SnsTopicName": "files", "CloudWatchLogsLogGroupArn": GROUP, "CloudWatchLogsRoleArn": ROLE});
    run_script(&server, "organization_trail.py", &[&keys(), &targets.to_string()]);
    server.kill();
    server.start_again();
    let scene = Scene::finish(server, None);
    let mut told = BTreeSet::new();
    for account in [MANAGEMENT, MEMBER, ADMIN] {
        let logs = folder(&scene.objects, &scene.organization, account, "CloudTrail/us-east-1");
        let id = |record: &Value| record["eventID"].as_str().unwrap().to_owned();
        let expected: BTreeSet<String> = logs.iter().flat_map(Stored::records).map(|record| id(&record)).collect();
        let stream = format!("{}_{account}_CloudTrail_us-east-1", scene.organization);
        wait::until(&format!("every event of {account} in its stream, and of every file in the topic"), || {
            let received = run_script_at(&moto.url(), "received.py", &["files", "trails", &stream]);
            let received: Value = serde_json::from_str(&received).unwrap();
            told.extend(received["messages"].as_array().unwrap().iter().map(|body| body.as_str().unwrap().to_owned()));
            let streamed = received["event_ids"].as_array().unwrap().iter();
            let streamed: BTreeSet<String> = streamed.map(|id| id.as_str().unwrap().to_owned()).collect();
            let heard = logs.iter().all(|log| told.iter().any(|message| message.contains(&log.key)));
            (streamed == expected && heard).then_some(())
        });
    }
}

/// The organization's trail after it stopped.
struct Scene {
    server: Server,
    aws: Aws,
    organization: String,
    objects: Vec<Stored>,
}

impl Scene {
    /// Three accounts do what they may and what they may not; then the trail stops.
    fn play(server: Server, s3_url: Option<&str>, more: &Value) -> Self {
        let (keys, more) = (keys(), more.to_string());
        let elsewhere = s3_url.map(|_| "elsewhere");
        let arguments: Vec<&str> = [&*keys, &*more].into_iter().chain(elsewhere).collect();
        let mut play = script(&server, "organization_trail.py", &arguments);
        play.envs(s3_url.map(|url| ("AWS_ENDPOINT_URL_S3", url)));
        let output = play.output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        Self::finish(server, s3_url)
    }

    /// Stops the trail and waits for its last digests.
    fn finish(server: Server, s3_url: Option<&str>) -> Self {
        let aws = Aws::of(&server).with_s3(s3_url.unwrap_or(&server.url()));
        let organization = aws.run(&["organizations", "describe-organization"])["Organization"]["Id"].clone();
        let organization = organization.as_str().unwrap().to_owned();
        let bucket = Bucket::new(&aws, "organization-logs");
        aws.cloudtrail(&["stop-logging", "--name", "everyone"]);
        let objects = wait::until("the last digest of each account", || {
            let objects = bucket.all();
            let whole = |account| {
                let digests = folder(&objects, &organization, account, "CloudTrail-Digest");
                let logs = folder(&objects, &organization, account, "CloudTrail");
                let listed = |log: &Stored| digests.iter().any(|digest| digest.inflated().contains(&log.key));
                !logs.is_empty() && logs.iter().all(listed)
            };
            let stopped = folder(&objects, &organization, MANAGEMENT, "CloudTrail");
            let stopped = stopped.iter().any(|log| log.inflated().contains("\"StopLogging\""));
            (stopped && [MANAGEMENT, MEMBER, ADMIN].into_iter().all(whole)).then_some(objects)
        });
        Self { server, aws, organization, objects }
    }

    fn assert_proved(&self) {
        for account in [MANAGEMENT, MEMBER, ADMIN] {
            let logs = folder(&self.objects, &self.organization, account, "CloudTrail");
            let records: Vec<_> = logs.iter().flat_map(Stored::records).collect();
            assert!(!records.is_empty() && records.iter().all(|record| record["recipientAccountId"] == account));
        }
        let abroad = folder(&self.objects, &self.organization, MEMBER, "CloudTrail/eu-west-1");
        assert!(!abroad.is_empty(), "the member was in another Region as well");
        for (account, region) in
            [(MANAGEMENT, "us-east-1"), (MEMBER, "us-east-1"), (ADMIN, "us-east-1"), (MEMBER, "eu-west-1")]
        {
            let validate = ["cloudtrail", "validate-logs", "--trail-arn", ARN, "--start-time", "2020-01-01T00:00:00Z"];
            let aws = self.aws.clone().in_region(region);
            let output = aws.output(&[&validate[..], &["--account-id", account]].concat());
            let text = said(&output);
            assert!(output.status.success() && !text.contains("INVALID"), "{account} in {region}: {text}");
            let line = text.lines().find(|line| line.contains(" log files valid"));
            assert!(line.is_some_and(|line| !line.starts_with("0/")), "{account} in {region}: {text}");
        }
        let keys = self.aws.clone().in_region("all").cloudtrail(&["list-public-keys", "--start-time", "2020-01-01"]);
        std::fs::write(self.server.folder().join("keys.json"), keys.to_string()).unwrap();
        let place = ["s3://organization-logs", "--keys", "keys.json", "--endpoint-url", self.aws.s3_endpoint_url()];
        let verified = self.server.cairn(&[&["verify"], &place[..]].concat());
        assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    }
}

/// The key pairs of the members, for the script.
fn keys() -> String {
    let keys = json!({
        MEMBER: ["AKIACONFORMANCE00002", "conformance/secret+of/forty+characters02"],
        ADMIN: ["AKIACONFORMANCE00003", "conformance/secret+of/forty+characters03"],
    });
    keys.to_string()
}
