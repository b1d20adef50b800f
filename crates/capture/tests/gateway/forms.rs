//! Objects that a browser uploads with a form: key and signer stand in the body.

use cairn_model::Origin;
use serde_json::Value;

use crate::house::{House, PATIENCE, events, settings};
use crate::played::{Upstream, client};

const CREATED: &str = "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n";

/// A form that uploads `content` as `2026/sunrise.jpg`, signed where `policy` is none of nothing.
fn form(policy: &str, content: &str) -> String {
    let fields = [
        ("key", "2026/${filename}"),
        ("acl", "public-read"),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", "AKIAEXAMPLE/20261001/eu-west-1/s3/aws4_request"),
        ("policy", policy),
        ("x-amz-signature", "5ec4e75169"),
    ];
    let signed = fields.into_iter().filter(|(name, _)| !policy.is_empty() || *name != "policy");
    let fields: Vec<String> = signed
        .map(|(name, value)| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"))
        .collect();
    let fields = fields.concat();
    format!(
        "{fields}--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"sunrise.jpg\"\r\n\r\n{content}\r\n--x--\r\n"
    )
}

fn head(body: &str, further: &str) -> String {
    format!(
        "POST /photos HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n{further}\r\n",
        body.len()
    )
}

fn assert_is_the_upload(event: &Value) {
    assert_eq!(event["eventName"], "PostObject", "{event}");
    let parameters = &event["requestParameters"];
    assert_eq!((&parameters["bucketName"], &parameters["key"]), (&"photos".into(), &"2026/sunrise.jpg".into()));
    assert_eq!(parameters["acl"], "public-read");
    assert_eq!(event["resources"][0]["ARN"], "arn:aws:s3:::photos/2026/sunrise.jpg");
    let text = event.to_string();
    assert!(!text.contains("cG9saWN5") && !text.contains("5ec4e75169") && !text.contains("content of"), "{text}");
}

fn assert_is_signed(event: &Value) {
    assert_eq!(event["userIdentity"]["accessKeyId"], "AKIAEXAMPLE", "{event}");
    assert_eq!(event["awsRegion"], "eu-west-1");
    let additional = &event["additionalEventData"];
    assert_eq!(
        (&additional["AuthenticationMethod"], &additional["SignatureVersion"]),
        (&"HtmlForm".into(), &"SigV4".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_by_form_passes_untouched_and_is_recorded_with_its_key_and_its_signer() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    // More than is copied aside: the rest streams on.
    let body = form("cG9saWN5", &"content of the object ".repeat(40_000));
    let request = head(&body, "") + &body;
    let mut client = client(house.address).await;
    let (mut line, ()) = tokio::join!(upstream.accept(), client.send(&request));
    assert_eq!(line.bytes(request.len()).await, request.as_bytes());
    let intent = events(&house.entries().await, Origin::Intent).remove(0);
    assert_is_the_upload(&intent);
    assert_is_signed(&intent);
    line.send(CREATED).await;
    client.expect(CREATED).await;
    let event = house.wait_for_events(1).await.remove(0);
    assert_is_the_upload(&event);
    assert_is_signed(&event);
    assert_eq!(event["additionalEventData"]["bytesTransferredIn"], body.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_waits_to_be_sent_is_recorded_with_its_key_and_its_signer_too() {
    let upstream = Upstream::start().await;
    let mut settings = settings(upstream.address());
    settings.continue_timeout = PATIENCE;
    let house = House::open(settings).await;
    let body = form("cG9saWN5", "content of the object");
    let mut client = client(house.address).await;
    client.send(head(&body, "Expect: 100-continue\r\n")).await;
    let mut line = upstream.accept().await;
    line.head().await;
    line.send("HTTP/1.1 100 Continue\r\n\r\n").await;
    client.expect("HTTP/1.1 100 Continue\r\n\r\n").await;
    client.send(&body).await;
    line.expect(&body).await;
    line.send(CREATED).await;
    client.expect(CREATED).await;
    let event = house.wait_for_events(1).await.remove(0);
    assert_is_the_upload(&event);
    assert_is_signed(&event);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_a_policy_is_nobodys_whatever_key_it_names() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let body = form("", "content of the object");
    let mut client = client(house.address).await;
    client.send(head(&body, "") + &body).await;
    let mut line = upstream.accept().await;
    line.head().await;
    line.send(CREATED).await;
    client.expect(CREATED).await;
    let event = house.wait_for_events(1).await.remove(0);
    assert_is_the_upload(&event);
    assert!(event["userIdentity"].get("accessKeyId").is_none(), "{event}");
    assert!(event["additionalEventData"].get("AuthenticationMethod").is_none(), "{event}");
}
