//! Topics and log groups of moto: what a trail tells them under kill -9, and when they are gone.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::aws::{Aws, run_script_at, said, script};
use crate::bucket::Bucket;
use crate::moto::Moto;
use crate::server::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server};
use crate::trail::Trail;
use crate::wait;

const KILLS: u64 = 6;
const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:files";
pub(crate) const GROUP: &str = "arn:aws:logs:us-east-1:123456789012:log-group:trails:*";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/CloudTrail";
const STREAM: &str = "123456789012_CloudTrail_us-east-1";

/// `[[endpoints]]` of both services at one address.
pub(crate) fn endpoints(url: &str) -> String {
    let table = |service: &str| {
        format!(
            "[[endpoints]]\nservice = \"{service}\"\nendpoint_url = \"{url}\"\n\
             access_key_id = \"{ACCESS_KEY_ID}\"\nsecret_access_key = \"{SECRET_ACCESS_KEY}\"\n"
        )
    };
    table("sns") + &table("logs")
}

#[test]
fn topics_and_log_groups_miss_nothing_under_kills_keep_the_order_and_delay_no_file_when_they_are_gone() {
    let Some(moto) = Moto::start() else { return println!("moto is not installed: nothing to publish to") };
    let mut server = Server::start_with(&endpoints(&moto.url()));
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    let targets = [
        ["--sns-topic-name", "files"],
        ["--cloud-watch-logs-log-group-arn", GROUP],
        ["--cloud-watch-logs-role-arn", ROLE],
    ]
    .concat();
    bucket.create();
    refused_until_they_exist(&aws, &moto, &targets);

    let trail = Trail::logging_in(&aws, "teller", &bucket, &targets);
    load_under_kills(&mut server);
    trail.finish(&bucket);
    assert_all_told(&moto, &bucket);
    let status = trail.status();
    assert!(status["LatestNotificationTime"].is_number() && status["LatestCloudWatchLogsDeliveryTime"].is_number());

    drop(moto);
    let before = bucket.records().len();
    trail.start_again();
    wait::until("files although nobody can be told", || (bucket.records().len() > before).then_some(()));
    wait::until("the errors in the status", || {
        let status = trail.status();
        let shown = |member: &str| status[member] == "EndpointConnectionError";
        (shown("LatestNotificationError") && shown("LatestCloudWatchLogsDeliveryError")).then_some(())
    });
    assert_eq!(trail.status().get("LatestDeliveryError"), None);
}

/// `CreateTrail` names what is missing; then a topic with a queue behind it and a log group are made.
fn refused_until_they_exist(aws: &Aws, moto: &Moto, targets: &[&str]) {
    let elsewhere = Aws::at(&moto.url());
    let create =
        [&["cloudtrail", "create-trail", "--name", "none", "--s3-bucket-name", "audit-logs"], targets].concat();
    let said = aws.refused(&create);
    assert!(said.contains("InsufficientSnsTopicPolicyException"), "{said}");
    make_topic(moto);
    let said = aws.refused(&create);
    assert!(said.contains("InvalidCloudWatchLogsLogGroupArnException") && said.contains("permissions"), "{said}");
    elsewhere.run(&["logs", "create-log-group", "--log-group-name", "trails"]);
}

/// Makes the topic, and a queue of the same name that hears what it is told.
pub(crate) fn make_topic(moto: &Moto) {
    let elsewhere = Aws::at(&moto.url());
    elsewhere.run(&["sns", "create-topic", "--name", "files"]);
    // The CLI has an old address of queues that it prefers to the variable.
    elsewhere.run(&["--endpoint-url", &moto.url(), "sqs", "create-queue", "--queue-name", "files"]);
    let queue = "arn:aws:sqs:us-east-1:123456789012:files";
    let subscribe = ["--protocol", "sqs", "--attributes", "RawMessageDelivery=true", "--notification-endpoint", queue];
    elsewhere.run(&[&["sns", "subscribe", "--topic-arn", TOPIC][..], &subscribe].concat());
}

/// Steady load while the server is killed again and again.
fn load_under_kills(server: &mut Server) {
    let acknowledged = server.folder().join("acknowledged");
    fs::write(&acknowledged, "").unwrap();
    let mut load = script(server, "load.py", &[acknowledged.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for cycle in 0..KILLS {
        let enough = lines(&acknowledged) + 20 + cycle * 37 % 50;
        wait::until("more acknowledged events", || (lines(&acknowledged) >= enough).then_some(()));
        server.kill();
        server.start_again();
    }
    drop(load.stdin.take());
    let output = load.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

fn lines(path: &Path) -> u64 {
    u64::try_from(fs::read_to_string(path).unwrap().lines().count()).unwrap()
}

/// The topic heard of every file and digest, the stream has every event of the files in their order; what came again
/// is recognised by its key or its eventID.
fn assert_all_told(moto: &Moto, bucket: &Bucket) {
    let mut objects = bucket.all();
    objects.sort_by(|one, other| one.key.cmp(&other.key));
    objects.retain(|object| object.key.ends_with(".json.gz"));
    let events: Vec<String> = objects.iter().filter(|object| object.is_log()).flat_map(event_ids).collect();
    let keys: BTreeSet<String> = objects.into_iter().map(|object| object.key).collect();
    let mut told = BTreeSet::new();
    wait::until("the topic to hear of every object and the stream to have every event", || {
        let received: Value =
            serde_json::from_str(&run_script_at(&moto.url(), "received.py", &["files", "trails", STREAM])).unwrap();
        let messages = received["messages"].as_array().unwrap();
        told.extend(messages.iter().filter_map(told_key));
        let streamed = received["event_ids"].as_array().unwrap();
        let mut seen = BTreeSet::new();
        let streamed: Vec<&str> = streamed.iter().filter_map(Value::as_str).filter(|id| seen.insert(*id)).collect();
        assert!(events.iter().zip(&streamed).all(|(event, streamed)| event == streamed), "the order of the files");
        (keys.is_subset(&told) && streamed.len() == events.len()).then_some(())
    });
    assert_eq!(told, keys, "and of nothing else");
}

/// The one key in a message; none in the message that tries the topic.
fn told_key(body: &Value) -> Option<String> {
    if body == "CloudTrail validation message." {
        return None;
    }
    let message: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
    assert_eq!(message["s3Bucket"], "audit-logs");
    Some(message["s3ObjectKey"][0].as_str().unwrap().to_owned())
}

fn event_ids(log: &crate::bucket::Stored) -> Vec<String> {
    let file: Value = serde_json::from_str(&log.inflated()).unwrap();
    let records = file["Records"].as_array().unwrap().iter();
    records.map(|record| record["eventID"].as_str().unwrap().to_owned()).collect()
}
