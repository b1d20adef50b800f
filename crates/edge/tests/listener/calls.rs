//! Calls of operations, and what is no call.

use cairn_edge::EdgeSettings;
use serde_json::{Value, json};

use crate::house::{House, KEY, Signed, TARGET, WHO, plain};

#[tokio::test]
async fn a_call_is_answered_and_leaves_its_event() {
    let house = House::open(EdgeSettings::default()).await;
    let form = Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") };
    let query = Signed { method: "GET", query: WHO.to_owned(), body: Vec::new(), ..Signed::post("sts") };
    for request in [form, query] {
        let answer = house.exchange(&request.bytes()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains("<Arn>arn:aws:iam::123456789012:root</Arn>"), "{}", answer.body);
        assert!(answer.body.contains(&answer.request_id()));
        let event = house.only_event().await;
        assert_eq!(
            (&event["eventSource"], &event["eventName"]),
            (&json!("sts.amazonaws.com"), &json!("GetCallerIdentity"))
        );
        assert_eq!((&event["readOnly"], &event["managementEvent"]), (&json!(true), &json!(true)));
        assert_eq!(event["requestID"], answer.request_id());
        assert_eq!(event["userIdentity"]["accessKeyId"], KEY);
        assert_eq!(event["userIdentity"]["type"], "Root");
        assert_eq!(event["userAgent"], "Boto3/1.43");
        assert_eq!(event["awsRegion"], "eu-west-1");
        assert_eq!(event["tlsDetails"]["clientProvidedHostHeader"], "127.0.0.1");
        assert_eq!(event.get("errorCode"), None);
    }
    house.close().await;
}

#[tokio::test]
async fn what_is_not_known_is_refused_by_name() {
    let house = House::open(EdgeSettings::default()).await;
    let json = |target: &'static str| Signed { headers: vec![("X-Amz-Target", target)], ..Signed::post("cloudtrail") };
    let form = |form: &str| Signed { body: form.as_bytes().to_vec(), ..Signed::post("sts") };
    let unknown = "UnknownOperationException";
    for (request, status, code, name) in [
        (json("CloudTrail_20131101.NoSuch"), 400, unknown, "NoSuch"),
        (json("example.CloudTrail_20131101.GetTrail"), 400, unknown, "UnknownOperation"),
        (json("com.amazonaws.cloudtrail.v20131102.CloudTrail_20131101.GetTrail"), 400, unknown, "UnknownOperation"),
        (Signed::post("cloudtrail"), 400, unknown, "UnknownOperation"),
        (Signed { path: "/x", ..Signed::post("cloudtrail-data") }, 400, unknown, "UnknownOperation"),
        (
            Signed { path: "/v1/events", method: "PUT", ..Signed::post("cloudtrail-data") },
            405,
            "MethodNotAllowed",
            "PutEvents",
        ),
        (form("Action=NoSuch&Version=2011-06-15"), 400, "InvalidAction", "NoSuch"),
        (form("Action=GetCallerIdentity&Version=2010-01-01"), 400, "InvalidAction", "GetCallerIdentity"),
        (form("Version=2011-06-15"), 400, "MissingAction", "UnknownOperation"),
        (form("Action=%00"), 400, "InvalidAction", "UnknownOperation"),
        (Signed { headers: vec![TARGET], ..Signed::post("kms") }, 400, unknown, "UnknownOperation"),
    ] {
        let answer = house.exchange(&request.bytes()).await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{request:?}: {}", answer.body);
        let event = house.only_event().await;
        assert_eq!((&event["errorCode"], &event["userIdentity"]["type"]), (&json!(code), &json!("Root")));
        if request.service != "kms" {
            assert_eq!(event["eventName"], name, "{request:?}");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn probes_are_open_and_leave_no_event() {
    let house = House::open(EdgeSettings::default()).await;
    for (path, text) in [("/healthz", "ok\n"), ("/readyz", "ready\n"), ("/metrics", "up 1\n")] {
        let answer = house.exchange(plain(&format!("GET {path} HTTP/1.1")).as_bytes()).await;
        assert_eq!((answer.status, &*answer.body), (200, text));
    }
    assert_eq!(house.new_events().await, Vec::<Value>::new());
    house.close().await;
}
