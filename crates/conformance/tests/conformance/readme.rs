//! What the README's first screen promises: a call is recorded, looked up, delivered and validated.

use std::process::Command;

use crate::aws::{Aws, said, set_variables};
use crate::bucket::Bucket;
use crate::server::{Server, repository};
use crate::trail::Trail;
use crate::wait;

#[test]
fn a_call_is_recorded_looked_up_delivered_and_validated() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    let trail = Trail::logging(&aws, "everything", &bucket);

    let found = lookup(&aws, "CreateTrail");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("\"name\":\"everything\""), "{}", found[0]);

    trail.wait_for_digests(&bucket, 2);
    let records = bucket.records();
    let delivered = records.iter().filter(|record| record["eventName"] == "StartLogging").count();
    assert_eq!(delivered, 1, "{records:#?}");
    trail.assert_valid();
}

/// `CloudTrailEvent` of every event of that name.
fn lookup(aws: &Aws, event_name: &str) -> Vec<String> {
    let attribute = format!("AttributeKey=EventName,AttributeValue={event_name}");
    let answer = aws.cloudtrail(&["lookup-events", "--lookup-attributes", &attribute]);
    let events = answer["Events"].as_array().cloned().unwrap_or_default();
    events.iter().map(|event| event["CloudTrailEvent"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_lookup_is_found_by_the_next_lookup() {
    let server = Server::start();
    let aws = Aws::of(&server);
    assert_eq!(lookup(&aws, "LookupEvents").len(), 0);
    assert_eq!(lookup(&aws, "LookupEvents").len(), 1);
    assert_eq!(lookup(&aws, "LookupEvents").len(), 2);
}

#[test]
fn trail_status_follows_what_happens() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    let trail = Trail::logging(&aws, "everything", &bucket);
    assert_eq!(trail.status()["IsLogging"], true);
    wait::until("a delivery time", || trail.status().get("LatestDeliveryTime").cloned());
    wait::until("a digest time", || trail.status().get("LatestDigestDeliveryTime").cloned());
    trail.finish(&bucket);
    let status = trail.status();
    assert_eq!(status["IsLogging"], false);
    assert!(status.get("StopLoggingTime").is_some() && status.get("LatestDeliveryError").is_none(), "{status}");
}

#[test]
fn a_shadow_trail_delivers_and_validates_in_its_own_region() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    bucket.create();
    let name = ["--name", "everywhere"];
    let create = ["create-trail", "--s3-bucket-name", "audit-logs", "--is-multi-region-trail"];
    aws.cloudtrail(&[&create[..], &["--enable-log-file-validation"], &name].concat());
    aws.cloudtrail(&[&["start-logging"][..], &name].concat());

    let abroad = aws.clone().in_region("eu-west-1");
    let shadow = abroad.cloudtrail(&["describe-trails"]);
    assert_eq!(shadow["trailList"][0]["HomeRegion"], "us-east-1");
    let refused = abroad.refused(&[
        "cloudtrail",
        "stop-logging",
        "--name",
        "arn:aws:cloudtrail:us-east-1:123456789012:trail/everywhere",
    ]);
    assert!(refused.contains("InvalidHomeRegionException"), "{refused}");

    wait::until("a digest of eu-west-1 that lists a log", || {
        abroad.cloudtrail(&["describe-trails"]);
        let digests = bucket.digest_texts();
        digests.iter().any(|text| text.contains("/CloudTrail/eu-west-1/")).then_some(())
    });
    let output = abroad.output(&[
        "cloudtrail",
        "validate-logs",
        "--start-time",
        "2020-01-01T00:00:00Z",
        "--trail-arn",
        "arn:aws:cloudtrail:us-east-1:123456789012:trail/everywhere",
    ]);
    assert!(output.status.success(), "{}", said(&output));
}

/// The README's commands, run as they stand there, apart from the address and the wait.
#[test]
fn the_five_lines_of_the_readme_are_true() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let block = readme.split("<!-- five lines -->\n```sh\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let server = Server::start();
    let path = format!("{}:/usr/bin:/bin", repository().join(".venv/bin").display());
    for line in block.lines() {
        if line.contains("validate-logs") {
            let bucket = Bucket::new(&Aws::of(&server), "audit-logs");
            wait::until("a digest that lists a log", || {
                bucket.digest_texts().iter().any(|text| text.contains("\"s3Object\"")).then_some(())
            });
        }
        let mut shell = Command::new("bash");
        set_variables(&mut shell, &server.url());
        let output = shell.args(["-euc", line]).env("PATH", &path).output().unwrap();
        assert!(output.status.success(), "{line}: {}", said(&output));
    }
}
