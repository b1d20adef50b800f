//! Signatures: absent, wrong, changed, presigned, used again.

use std::time::Duration;

use cairn_edge::EdgeSettings;
use cairn_signing::{Request, SecretKey, Signer};
use serde_json::json;

use crate::house::{House, KEY, SECRET, Signed, TARGET, WHO, plain};

#[tokio::test]
async fn unsigned_requests_are_refused_in_the_protocol_that_they_speak() {
    let house = House::open(EdgeSettings::default()).await;
    let target = "X-Amz-Target: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";
    for (request, code, source, name) in [
        (plain("POST / HTTP/1.1"), "MissingAuthenticationTokenException", "cloudtrail", "UnknownOperation"),
        (
            plain(&format!("POST / HTTP/1.1\r\n{target}")),
            "MissingAuthenticationTokenException",
            "cloudtrail",
            "LookupEvents",
        ),
        (plain(&format!("GET /?{WHO} HTTP/1.1")), "MissingAuthenticationToken", "sts", "GetCallerIdentity"),
        (plain("POST /v1/events HTTP/1.1"), "MissingAuthenticationTokenException", "cloudtrail-data", "PutEvents"),
        (plain("GET /logs/AWSLogs/x HTTP/1.1"), "AccessDenied", "s3", "GetObject"),
        (plain("OPTIONS * HTTP/1.1"), "AccessDenied", "s3", "UnknownOperation"),
        (plain("POST /healthz HTTP/1.1"), "AccessDenied", "s3", "UnknownOperation"),
        (plain("TRACE / HTTP/1.0"), "AccessDenied", "s3", "UnknownOperation"),
    ] {
        let answer = house.exchange(request.as_bytes()).await;
        assert_eq!((answer.status, answer.code()), (403, code.to_owned()), "{request}");
        let event = house.only_event().await;
        assert_eq!(event["eventSource"], format!("{source}.amazonaws.com"), "{request}");
        assert_eq!((&event["eventName"], &event["errorCode"]), (&json!(name), &json!(code)), "{request}");
        assert_eq!(event["requestID"], answer.request_id());
    }
    house.close().await;
}

#[tokio::test]
async fn signatures_that_do_not_hold_are_refused_as_aws_does() {
    let house = House::open(EdgeSettings::default()).await;
    let old = Duration::from_mins(20);
    for (service, wrong, unknown, expired) in [
        ("cloudtrail", "InvalidSignatureException", "UnrecognizedClientException", "InvalidSignatureException"),
        ("cloudtrail-data", "InvalidSignatureException", "UnrecognizedClientException", "InvalidSignatureException"),
        ("sts", "SignatureDoesNotMatch", "InvalidClientTokenId", "SignatureDoesNotMatch"),
        ("s3", "SignatureDoesNotMatch", "InvalidAccessKeyId", "RequestTimeTooSkewed"),
    ] {
        let good = Signed::post(service);
        for (request, code) in [
            (Signed { secret: "another", ..good.clone() }, wrong),
            (Signed { key: "AKIAUNKNOWN", ..good.clone() }, unknown),
            (Signed { age: old, ..good.clone() }, expired),
        ] {
            let answer = house.exchange(&request.bytes()).await;
            assert_eq!((answer.status, answer.code()), (403, code.to_owned()), "{service}: {}", answer.body);
            let event = house.only_event().await;
            assert_eq!(event["errorCode"], code);
            assert_eq!(event["userIdentity"], json!({"type": "Unknown", "accessKeyId": request.key}));
            assert_eq!(
                (&event["awsRegion"], &event["recipientAccountId"]),
                (&json!("eu-west-1"), &json!("123456789012"))
            );
            assert!(!event.to_string().contains("Signature="));
        }
    }
    house.close().await;
}

#[tokio::test]
async fn what_was_signed_cannot_be_changed_or_left_out() {
    let house = House::open(EdgeSettings::default()).await;
    let text = String::from_utf8(Signed { headers: vec![TARGET], ..Signed::post("cloudtrail") }.bytes()).unwrap();
    let signed_headers = text.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap();
    for (from, to, status, code) in [
        ("NoSuchOperation", "DeleteTrail", 403, "InvalidSignatureException"),
        ("\r\n\r\n{}", "\r\n\r\n[]", 403, "InvalidSignatureException"),
        ("POST / ", "POST /?a=b ", 403, "InvalidSignatureException"),
        ("Host: 127.0.0.1", "Host: 127.0.0.2", 403, "InvalidSignatureException"),
        ("\r\nConnection", "\r\nX-Amz-Extra: 1\r\nConnection", 403, "InvalidSignatureException"),
        (";x-amz-target", "", 403, "InvalidSignatureException"),
        (signed_headers, "host", 403, "InvalidSignatureException"),
        ("Signature=", "Signatur=", 400, "IncompleteSignatureException"),
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512", 400, "IncompleteSignatureException"),
        ("/aws4_request", "/aws4_reqest", 403, "InvalidSignatureException"),
        ("authorization:", "authorisation:", 403, "MissingAuthenticationTokenException"),
    ] {
        assert!(text.contains(from), "{from}");
        let answer = house.exchange(text.replacen(from, to, 1).as_bytes()).await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{from} -> {to}: {}", answer.body);
        assert_eq!(house.only_event().await["errorCode"], code);
    }
    house.close().await;
}

#[tokio::test]
async fn presigned_urls_hold_until_they_expire() {
    let house = House::open(EdgeSettings::default()).await;
    let (secret, region) = (SecretKey::new(SECRET), cairn_model::Region::us_east_1());
    let signer = Signer { access_key_id: KEY, secret_access_key: &secret, region: &region, service: "sts" };
    let headers: [(&str, &[u8]); 1] = [("host", b"cairn")];
    let request = Request { method: "GET", path: "/", query: WHO, headers: &headers };
    let now = house.environment.clock.now();
    for (age, status, code) in [(10, 200, ""), (120, 403, "SignatureDoesNotMatch")] {
        let query = signer.presign(&request, Duration::from_mins(1), now.minus(Duration::from_secs(age)));
        let answer = house.exchange(plain(&format!("GET /?{query} HTTP/1.1")).as_bytes()).await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{}", answer.body);
        house.only_event().await;
    }
    house.close().await;
}

#[tokio::test]
async fn a_change_that_another_address_sends_again_is_refused_and_a_read_is_not() {
    let settings = EdgeSettings { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..EdgeSettings::default() };
    let house = House::open(settings).await;
    let json = |target| Signed { headers: vec![("X-Amz-Target", target)], ..Signed::post("cloudtrail") };
    let from = |request: &[u8], address: &str| {
        let text = String::from_utf8(request.to_vec()).unwrap();
        text.replacen("\r\n", &format!("\r\nX-Forwarded-For: {address}\r\n"), 1).into_bytes()
    };
    let read = json("CloudTrail_20131101.LookupEvents").bytes();
    for address in ["192.0.2.1", "192.0.2.2"] {
        assert_eq!(house.exchange(&from(&read, address)).await.status, 200);
    }
    let change = Signed { body: br#"{"Name":"main"}"#.to_vec(), ..json("CloudTrail_20131101.StopLogging") }.bytes();
    for (address, code) in [
        ("192.0.2.1", "TrailNotFoundException"),
        ("192.0.2.1", "TrailNotFoundException"),
        ("192.0.2.2", "InvalidSignatureException"),
    ] {
        assert_eq!(house.exchange(&from(&change, address)).await.code(), code, "{address}");
    }
    // The parts of the header in another order are the same signature.
    let text = String::from_utf8(change).unwrap();
    let signature =
        text.split("\r\n").find_map(|line| line.find(", Signature=").and_then(|at| line.get(at..))).unwrap();
    let moved = format!("AWS4-HMAC-SHA256 {}, Credential=", signature.trim_start_matches(", "));
    let reordered = text.replace(signature, "").replace("AWS4-HMAC-SHA256 Credential=", &moved);
    for (address, code) in [("192.0.2.1", "TrailNotFoundException"), ("192.0.2.2", "InvalidSignatureException")] {
        assert_eq!(house.exchange(&from(reordered.as_bytes(), address)).await.code(), code, "{reordered}");
    }
    let last = house.new_events().await.pop().unwrap();
    assert_eq!(
        (&last["errorCode"], &last["userIdentity"]["type"]),
        (&json!("InvalidSignatureException"), &json!("Root"))
    );
    house.close().await;
}
