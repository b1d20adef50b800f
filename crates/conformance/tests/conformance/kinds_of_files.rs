//! Kinds of log files and CloudTrail's own deliveries, from a trail's selectors to both verifiers.

use serde_json::{Value, json};

use crate::aws::{Aws, run_script, said};
use crate::bucket::{Bucket, Stored};
use crate::server::Server;
use crate::trail::Trail;
use crate::wait;

/// Everything that happens in `bucket`, the management events and the network activity of a service.
fn selectors(bucket: &str) -> Value {
    json!([
        {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
        {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["NetworkActivity"]},
                            {"Field": "eventSource", "Equals": ["kms.amazonaws.com"]}]},
        {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]},
                            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                            {"Field": "resources.ARN", "StartsWith": [format!("arn:aws:s3:::{bucket}/")]}]},
    ])
}

fn watch(aws: &Aws, name: &str, bucket: &Bucket) -> Trail {
    let trail = Trail::logging(aws, name, bucket);
    let selectors = selectors(bucket.name()).to_string();
    aws.cloudtrail(&["put-event-selectors", "--trail-name", name, "--advanced-event-selectors", &selectors]);
    trail
}

fn own_deliveries(bucket: &Bucket) -> Vec<Value> {
    let is_own = |event: &Value| event["userIdentity"]["invokedBy"] == "cloudtrail.amazonaws.com";
    bucket.records().into_iter().filter(is_own).collect()
}

#[test]
fn own_deliveries_are_recorded_where_a_trail_asks_and_recursive_logging_is_on() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let [heard, unheard] = ["heard", "unheard"].map(|name| Bucket::new(&aws, name));
    let trail = watch(&aws, "hears", &heard);
    watch(&aws, "hears-not", &unheard);
    run_script(&server, "update_trail.py", &[r#"{"Name": "hears-not", "RecursiveLogging": false}"#]);
    let events = wait::until("the event of a delivered file", || {
        trail.status();
        Some(own_deliveries(&heard)).filter(|events| !events.is_empty())
    });
    let event = &events[0];
    assert_eq!((&event["eventName"], &event["eventCategory"]), (&json!("PutObject"), &json!("Data")));
    assert_eq!(event["requestParameters"]["bucketName"], "heard");
    let key = event["requestParameters"]["key"].as_str().unwrap();
    assert!(heard.all().iter().any(|object| object.key == key), "{key}");
    let files = |bucket: &Bucket| bucket.all().iter().filter(|object| object.is_log()).count();
    wait::until("more files of the other trail", || {
        trail.status();
        (files(&unheard) > 3).then_some(())
    });
    assert!(own_deliveries(&unheard).is_empty());
}

#[test]
fn both_verifiers_accept_network_activity_and_summaries_and_miss_them_when_they_are_gone() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let (bucket, photos) = (Bucket::new(&aws, "audit-logs"), Bucket::new(&aws, "photos"));
    photos.create();
    let trail = watch(&aws, "main", &bucket);
    let selectors = selectors("photos").to_string();
    aws.cloudtrail(&["put-event-selectors", "--trail-name", "main", "--advanced-event-selectors", &selectors]);
    let summaries = "Templates=API_ACTIVITY,RESOURCE_ACCESS,EventCategory=Data";
    aws.cloudtrail(&["put-event-configuration", "--trail-name", "main", "--aggregation-configurations", summaries]);
    let network = json!({
        "eventVersion": "1.09", "eventID": "00000000-0000-4000-8000-000000000001",
        "eventTime": trail.status()["TimeLoggingStarted"], "eventSource": "kms.amazonaws.com", "eventName": "ListKeys",
        "awsRegion": "us-east-1", "eventType": "AwsVpceEvent", "eventCategory": "NetworkActivity",
        "vpcEndpointId": "vpce-1", "recipientAccountId": "123456789012",
    });
    let file = server.folder().join("network.json");
    std::fs::write(&file, network.to_string()).unwrap();
    run_script(&server, "bring.py", &[file.to_str().unwrap(), "as=live", ""]);
    for name in ["a", "b"] {
        photos.put(&Stored { key: name.into(), bytes: b"x".into(), metadata: json!({}) });
    }
    trail.wait_for_digests(&bucket, 1);
    trail.finish(&bucket);
    let of_kind = |kind: &str| {
        let folder = format!("/CloudTrail-{kind}/");
        let objects = bucket.all();
        objects.into_iter().filter(|object| object.key.contains(&folder)).collect::<Vec<_>>()
    };
    let [network, summaries] = ["NetworkActivity", "Aggregated"].map(of_kind);
    let [network, summaries] = [&network, &summaries].map(|files| files.iter().flat_map(Stored::records).collect());
    let (network, summaries): (Vec<Value>, Vec<Value>) = (network, summaries);
    assert_eq!(network.len(), 1, "{network:?}");
    let puts: u64 = summaries
        .iter()
        .filter(|record| record["summary"]["primaryDimension"]["statistics"][0]["name"] == "PutObject")
        .map(|record| record["summary"]["primaryDimension"]["statistics"][0]["value"].as_u64().unwrap())
        .sum();
    assert_eq!(puts, 2, "{summaries:?}");

    trail.assert_valid();
    let verify = || trail.verify(&server, "s3://audit-logs", &server.url());
    let output = verify();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let gone = &of_kind("Aggregated")[0];
    bucket.delete(&gone.key);
    trail.assert_reported(&gone.key, "not found");
    assert_eq!(verify().status.code(), Some(1));
}
