//! The guard through the stock CLI: findings about trails, trails that no single call blinds, and the check of what was
//! delivered.

use serde_json::{Value, json};

use crate::aws::{Aws, run_script, said};
use crate::bucket::{Bucket, Stored};
use crate::server::Server;
use crate::trail::Trail;
use crate::wait;

/// The findings in the history, newest first.
fn findings(aws: &Aws) -> Vec<Value> {
    let source = "AttributeKey=EventSource,AttributeValue=guard.cairn";
    events(aws, source)
}

pub(crate) fn events(aws: &Aws, attribute: &str) -> Vec<Value> {
    let answer = aws.cloudtrail(&["lookup-events", "--lookup-attributes", attribute]);
    let events = answer["Events"].as_array().unwrap().iter();
    events.map(|event| serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap()).collect()
}

/// Waits until the history has these findings, newest first, and gives them.
fn wait_for_findings(aws: &Aws, expected: &[&str]) -> Vec<Value> {
    wait::until(&format!("the findings {expected:?}"), || {
        let found = findings(aws);
        let names: Vec<&str> = found.iter().map(|event| event["eventName"].as_str().unwrap()).collect();
        (names == expected).then_some(found)
    })
}

#[test]
fn whoever_blinds_a_trail_is_told_of_in_the_history_and_by_the_other_trails() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let kept = Bucket::new(&aws, "kept-logs");
    let watched = Trail::logging(&aws, "watched", &Bucket::new(&aws, "watched-logs"));
    Trail::logging(&aws, "keeper", &kept);
    let selectors = json!([{"ReadWriteType": "WriteOnly"}]).to_string();
    aws.cloudtrail(&["put-event-selectors", "--trail-name", "watched", "--event-selectors", &selectors]);
    aws.cloudtrail(&["put-event-selectors", "--trail-name", "watched", "--event-selectors", "[{}]"]);
    aws.cloudtrail(&["update-trail", "--name", "watched", "--no-enable-log-file-validation"]);
    aws.cloudtrail(&["stop-logging", "--name", "watched"]);
    aws.cloudtrail(&["delete-trail", "--name", "watched"]);
    let found = wait_for_findings(&aws, &["TrailDeleted", "TrailStopped", "TrailNarrowed", "TrailNarrowed"]);
    let details: Vec<&Value> = found.iter().map(|event| &event["serviceEventDetails"]).collect();
    let effect = |of: &Value| of["changes"][0]["effect"].as_str().unwrap().to_owned();
    assert_eq!(effect(details[3]), "Management events that only read are no longer delivered.");
    assert_eq!(details[2]["changes"][0]["setting"], "EnableLogFileValidation");
    let call = events(&aws, "AttributeKey=EventName,AttributeValue=StopLogging").remove(0);
    for (member, expected) in [
        ("trailARN", json!(watched.arn())),
        ("severity", json!("HIGH")),
        ("principal", json!("arn:aws:iam::123456789012:root")),
        ("eventID", call["eventID"].clone()),
        ("sourceIPAddress", call["sourceIPAddress"].clone()),
    ] {
        assert_eq!(details[1][member], expected, "{member}: {}", found[1]);
    }
    wait::until("the findings in the other trail's files", || {
        let records = kept.records();
        found.iter().all(|finding| records.contains(finding)).then_some(())
    });
    let forged =
        json!({"eventTime": "2026-10-01T08:00:00Z", "eventSource": "guard.cairn", "eventName": "TrailStopped"});
    let path = server.folder().join("forged.json");
    std::fs::write(&path, forged.to_string()).unwrap();
    let answer = run_script(&server, "bring.py", &[path.to_str().unwrap(), "as=live", ""]);
    assert!(answer.contains("guard.cairn is reserved"), "{answer}");

    // Now nothing delivers any more, and the history goes on.
    aws.cloudtrail(&["delete-trail", "--name", "keeper"]);
    wait::until("the last finding", || (findings(&aws).len() == 5).then_some(()));
    aws.run(&["s3api", "create-bucket", "--bucket", "unseen"]);
    aws.cloudtrail(&["describe-trails"]);
    for name in ["DeleteTrail", "CreateBucket", "DescribeTrails"] {
        let newest = events(&aws, &format!("AttributeKey=EventName,AttributeValue={name}"));
        assert!(!newest.is_empty(), "{name}");
    }
}

#[test]
fn a_protected_trail_is_stopped_only_when_its_delay_is_over() {
    let protected = "[[protected_trails]]\ntrail = \"main\"\ndelay_hours = 0.001\n\
                     [[protected_trails]]\ntrail = \"vault\"\napproval = \"second-principal\"\n";
    let mut server = Server::start_with(protected);
    let aws = Aws::of(&server);
    let main = Trail::logging(&aws, "main", &Bucket::new(&aws, "main-logs"));
    let vault = Trail::logging(&aws, "vault", &Bucket::new(&aws, "vault-logs"));
    let stop = |name: &str| said(&aws.output(&["cloudtrail", "stop-logging", "--name", name]));
    let refusal = stop("main");
    assert!(refusal.contains("OperationNotPermittedException") && refusal.contains("is pending until"), "{refusal}");
    server.kill();
    server.start_again();
    assert_eq!(main.status()["IsLogging"], true);
    wait::until("the delay to be over", || stop("main").is_empty().then_some(()));
    assert_eq!(main.status()["IsLogging"], false);
    let found = wait_for_findings(&aws, &["TrailStopped", "ProtectedTrailChangeRequested"]);
    let [stopped, asked] = &found[..] else { panic!("{found:?}") };
    let id = asked["serviceEventDetails"]["pendingRequest"]["id"].as_str().unwrap();
    assert!(refusal.contains(id), "{refusal}: {asked}");
    assert_eq!(stopped["serviceEventDetails"]["approvedRequest"]["id"], id);
    for arguments in [
        &["stop-logging", "--name", "vault"][..],
        &["delete-trail", "--name", "vault"],
        &["update-trail", "--name", "vault", "--no-include-global-service-events"],
        &["put-event-selectors", "--trail-name", "vault", "--event-selectors", r#"[{"ReadWriteType":"ReadOnly"}]"#],
    ] {
        let refusal = aws.refused(&[&["cloudtrail"], arguments].concat());
        assert!(refusal.contains("OperationNotPermittedException"), "{refusal}");
        assert!(refusal.contains("a principal other than arn:aws:iam::123456789012:root"), "{refusal}");
    }
    assert_eq!(vault.status()["IsLogging"], true);
    let wider = r#"[{"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3"]}]}]"#;
    aws.cloudtrail(&["put-event-selectors", "--trail-name", "vault", "--event-selectors", wider]);
}

#[test]
fn a_protected_trail_is_stopped_by_two_people_and_by_nobody_alone() {
    let server = Server::start_with("[[protected_trails]]\ntrail = \"vault\"\napproval = \"second-principal\"\n");
    run_script(&server, "second_principal.py", &[]);
}

/// Waits until there is a finding of this name about this subject.
pub(crate) fn wait_for_problem(aws: &Aws, name: &str, subject: &str) -> Value {
    wait::until(&format!("{name} of {subject}"), || {
        let of_name = events(aws, &format!("AttributeKey=EventName,AttributeValue={name}")).into_iter();
        of_name.map(|event| event["serviceEventDetails"].clone()).find(|of| of["problem"]["subject"] == subject)
    })
}

#[test]
fn files_that_were_changed_or_taken_away_and_buckets_that_keep_less_are_found() {
    let server = Server::start_with("[guard]\ncheck_interval_seconds = 0.5\nretention_days_wanted = 30\n");
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "main-logs");
    let trail = Trail::logging(&aws, "main", &bucket);
    trail.wait_for_digests(&bucket, 2);
    let digests = bucket.digest_texts().concat();
    let objects = bucket.all();
    let logs: Vec<&Stored> = objects.iter().filter(|of| of.is_log() && digests.contains(&of.key)).collect();
    let [changed, deleted, ..] = logs[..] else { panic!("two log files in digests: {objects:?}") };
    let on_disk = server.data().join("buckets/main-logs").join(&changed.key);
    let original = std::fs::read(&on_disk).unwrap();
    let subject = |object: &Stored| format!("s3://main-logs/{}", object.key);

    std::fs::write(&on_disk, changed.with_text("{\"Records\":[]}").bytes).unwrap();
    let problem = wait_for_problem(&aws, "LogObjectChanged", &subject(changed));
    assert_eq!(problem["severity"], "HIGH");
    assert_eq!(problem["trailARN"], trail.arn());
    std::fs::write(&on_disk, original).unwrap();
    let resolved = wait_for_problem(&aws, "ProblemResolved", &subject(changed));
    assert_eq!(resolved["problem"]["kind"], "LogObjectChanged");
    let on_disk = server.data().join("buckets/main-logs").join(&deleted.key);
    let mut sealed = std::fs::read(&on_disk).unwrap();
    *sealed.last_mut().unwrap() ^= 1;
    std::fs::write(&on_disk, sealed).unwrap();
    wait_for_problem(&aws, "LogObjectChanged", &subject(deleted));
    bucket.delete(&deleted.key);
    wait_for_problem(&aws, "LogObjectMissing", &subject(deleted));

    let versioning = |status: &str| {
        let configuration = format!("Status={status}");
        let put = ["s3api", "put-bucket-versioning", "--bucket", "main-logs", "--versioning-configuration"];
        aws.run(&[&put[..], &[&configuration]].concat());
    };
    versioning("Suspended");
    wait_for_problem(&aws, "BucketVersioningSuspended", "s3://main-logs");
    versioning("Enabled");
    wait_for_problem(&aws, "ProblemResolved", "s3://main-logs");
    let key = aws.run(&["kms", "create-key"])["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
    aws.cloudtrail(&["update-trail", "--name", "main", "--kms-key-id", &key]);
    aws.run(&["kms", "disable-key", "--key-id", &key]);
    wait_for_problem(&aws, "KmsKeyDisabled", &key);
    aws.run(&["kms", "schedule-key-deletion", "--key-id", &key, "--pending-window-in-days", "7"]);
    let problem = wait_for_problem(&aws, "KmsKeyPendingDeletion", &key);
    assert_eq!(problem["severity"], "HIGH");
    let resolved = wait_for_problem(&aws, "ProblemResolved", &key);
    assert_eq!(resolved["problem"]["kind"], "KmsKeyDisabled");
    let rules = r#"{"Rules":[{"ID":"short","Status":"Enabled","Filter":{},"Expiration":{"Days":29}}]}"#;
    let bucket_of_rules = ["--bucket", "main-logs", "--lifecycle-configuration", rules];
    aws.run(&[&["s3api", "put-bucket-lifecycle-configuration"], &bucket_of_rules[..]].concat());
    let told = aws.run(&["s3api", "get-bucket-lifecycle-configuration", "--bucket", "main-logs"]);
    assert_eq!(told["Rules"][0]["Expiration"]["Days"], 29);
    let problem = wait_for_problem(&aws, "BucketLifecycleTooShort", "s3://main-logs");
    assert!(problem["problem"]["detail"].as_str().unwrap().contains("rule short"), "{problem}");
    aws.run(&["s3api", "delete-bucket-lifecycle", "--bucket", "main-logs"]);
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::main-logs/*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    aws.run(&["s3api", "put-bucket-policy", "--bucket", "main-logs", "--policy", &policy]);
    wait_for_problem(&aws, "BucketPolicyChanged", "s3://main-logs");

    // Many rounds later nothing was told twice.
    let told: Vec<String> = findings(&aws).iter().map(|of| of["serviceEventDetails"]["summary"].to_string()).collect();
    let different: std::collections::BTreeSet<&String> = told.iter().collect();
    assert_eq!(told.len(), different.len(), "{told:?}");
}
