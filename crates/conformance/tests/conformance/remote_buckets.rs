//! Buckets on SeaweedFS: what their policies say, the guard that watches them, and keys of the other side.

use serde_json::json;

use crate::aws::Aws;
use crate::bucket::{Bucket, Stored};
use crate::guard::{events, wait_for_problem};
use crate::seaweed::SeaweedFs;
use crate::server::{ACCESS_KEY_ID, Server};
use crate::trail::Trail;
use crate::wait;

#[test]
fn a_policy_elsewhere_that_denies_is_named_and_one_that_changes_is_found() {
    let seaweed = SeaweedFs::start();
    let settings = format!("[guard]\ncheck_interval_seconds = 0.5\n{}", seaweed.settings("far-logs"));
    let server = Server::start_with(&settings);
    let aws = Aws::of(&server).with_s3(seaweed.url());
    let bucket = Bucket::new(&aws, "far-logs");
    bucket.create();
    let put_policy = |resource: &str| {
        let statement = json!({"Sid": "NoMore", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
            "Resource": format!("arn:aws:s3:::far-logs/{resource}")});
        let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        aws.run(&["s3api", "put-bucket-policy", "--bucket", "far-logs", "--policy", &policy]);
    };
    let create = ["cloudtrail", "create-trail", "--name", "far", "--s3-bucket-name", "far-logs"];
    put_policy("*");
    let said = aws.refused(&create);
    for expected in [
        "InsufficientS3BucketPolicyException",
        "the bucket's policy denies it (statement 0, NoMore)",
        ACCESS_KEY_ID,
        "arn:aws:s3:::far-logs/AWSLogs/123456789012/*",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    put_policy("elsewhere/*");
    let trail = Trail::logging_in(&aws, "far", &bucket, &[]);
    trail.wait_for_digests(&bucket, 1);
    let findings = || {
        let attribute = "AttributeKey=EventName,AttributeValue=BucketPolicyChanged";
        let answer = aws.cloudtrail(&["lookup-events", "--lookup-attributes", attribute]);
        answer["Events"].as_array().unwrap().len()
    };
    assert_eq!(findings(), 0);
    put_policy("another/*");
    wait::until("the finding of the changed policy", || (findings() == 1).then_some(()));
    trail.finish(&bucket);
    trail.assert_valid();
}

#[test]
fn a_bucket_elsewhere_that_keeps_less_or_other_files_is_found_each_time_that_it_does() {
    let seaweed = SeaweedFs::start();
    let guard = "[guard]\ncheck_interval_seconds = 0.5\nretention_days_wanted = 30\n";
    let server = Server::start_with(&format!("{guard}{}", seaweed.settings("far-logs")));
    let aws = Aws::of(&server).with_s3(seaweed.url());
    let bucket = Bucket::new(&aws, "far-logs");
    let trail = Trail::logging(&aws, "far", &bucket);
    trail.wait_for_digests(&bucket, 2);
    let digests = bucket.digest_texts().concat();
    let objects = bucket.all();
    let listed = |of: &&Stored| of.is_log() && digests.contains(&of.key);
    let original = bucket.get(&objects.iter().find(listed).unwrap().key);
    let subject = format!("s3://far-logs/{}", original.key);
    bucket.put(&original.with_text("{\"Records\":[]}"));
    let problem = wait_for_problem(&aws, "LogObjectChanged", &subject);
    assert_eq!((&problem["severity"], &problem["trailARN"]), (&json!("HIGH"), &json!(trail.arn())));
    bucket.put(&original);
    wait_for_problem(&aws, "ProblemResolved", &subject);

    let put = |of: &str, member: &str, document: &str| {
        aws.run(&["s3api", &format!("put-bucket-{of}"), "--bucket", "far-logs", &format!("--{member}"), document]);
    };
    let rules = |days: u32| {
        let rule =
            json!({"ID": "short", "Status": "Enabled", "Filter": {"Prefix": "AWSLogs/"}, "Expiration": {"Days": days}});
        put("lifecycle-configuration", "lifecycle-configuration", &json!({"Rules": [rule]}).to_string());
    };
    let versioning = |status: &str| put("versioning", "versioning-configuration", &format!("Status={status}"));
    let count = |name: &str, kind: &str, wanted: usize| {
        wait::until(&format!("{wanted} findings {name} of {kind}"), || {
            let found = events(&aws, &format!("AttributeKey=EventName,AttributeValue={name}"));
            let of_kind = found.iter().filter(|of| of["serviceEventDetails"]["problem"]["kind"] == kind).count();
            (of_kind == wanted).then_some(())
        });
    };
    for round in 1..=2 {
        rules(29);
        count("BucketLifecycleTooShort", "BucketLifecycleTooShort", round);
        rules(30);
        count("ProblemResolved", "BucketLifecycleTooShort", round);
    }
    for round in 1..=2 {
        versioning("Suspended");
        count("BucketVersioningSuspended", "BucketVersioningSuspended", round);
        versioning("Enabled");
        count("ProblemResolved", "BucketVersioningSuspended", round);
    }
    count("LogObjectMissing", "LogObjectMissing", 0);
}

#[test]
fn a_key_of_the_other_side_is_sent_along_and_its_refusal_shows_in_the_status() {
    let seaweed = SeaweedFs::start();
    let table = seaweed.settings("far-logs") + "kms_keys = \"endpoint\"\n";
    let server = Server::start_with(&format!("[guard]\ncheck_interval_seconds = 0.5\n{table}"));
    let aws = Aws::of(&server).with_s3(seaweed.url());
    let bucket = Bucket::new(&aws, "far-logs");
    bucket.create();
    let key = "arn:aws:kms:eu-west-1:999999999999:key/0d1c9a1e-0000-4000-8000-000000000000";
    let named = ["cloudtrail", "create-trail", "--name", "none", "--s3-bucket-name", "far-logs", "--kms-key-id"];
    let said = aws.refused(&[&named[..], &["alias/theirs"]].concat());
    assert!(said.contains("KmsKeyNotFoundException") && said.contains("ARN"), "{said}");
    let trail = Trail::logging_in(&aws, "far", &bucket, &["--kms-key-id", key]);
    let shown = aws.cloudtrail(&["get-trail", "--name", "far"]);
    assert_eq!(shown["Trail"]["KmsKeyId"], key);
    // This SeaweedFS has no keys.
    wait::until("the refusal in the status", || trail.status().get("LatestDeliveryError").cloned());
    aws.cloudtrail(&["update-trail", "--name", "far", "--kms-key-id", ""]);
    wait::until("files without a key", || {
        bucket.all().iter().any(|object| object.key.ends_with(".json.gz")).then_some(())
    });
    let missing = "AttributeKey=EventName,AttributeValue=KmsKeyMissing";
    let found = aws.cloudtrail(&["lookup-events", "--lookup-attributes", missing]);
    assert_eq!(found["Events"], json!([]));
}
