//! Requests as bytes: malformed, half, slow, too large, broken off, one after another.

use std::time::Duration;

use cairn_edge::EdgeSettings;
use serde_json::{Value, json};

use crate::house::{House, Signed, WHO};

#[tokio::test]
async fn malformed_requests_are_refused_and_leave_one_event_each() {
    let house = House::open(EdgeSettings::default()).await;
    let post = |headers: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\nx");
    let malformed = "MalformedHttpRequestException";
    let large = "RequestEntityTooLargeException";
    for (bytes, status, code) in [
        ("GET / HTTP/1.1\nHost: a\n\n".to_owned(), 400, malformed),
        ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n".to_owned(), 400, malformed),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400, malformed),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), 400, malformed),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n".to_owned(), 400, malformed),
        ("GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400, malformed),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 400, malformed),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 400, malformed),
        ("\u{16}\u{3}\u{1}".to_owned(), 400, malformed),
        ("{\"json\": 1}\r\n\r\n".to_owned(), 400, malformed),
        (post("Content-Length: 1\r\nTransfer-Encoding: chunked"), 400, malformed),
        (post("Content-Length: 1, 1"), 400, malformed),
        (post("Content-Length: -1"), 400, malformed),
        (post("Content-Length: 1\r\nContent-Length: 2"), 400, malformed),
        (post("Transfer-Encoding: gzip"), 400, malformed),
        (post("X: a\r\n folded"), 400, malformed),
        (post("X: a\rb"), 400, malformed),
        (post("X : a"), 400, malformed),
        (post(&"X: a\r\n".repeat(120)), 413, large),
        (post(&format!("X: {}", "a".repeat(40_000))), 413, large),
    ] {
        let answer = house.exchange(bytes.as_bytes()).await;
        let event = house.only_event().await;
        assert_eq!((answer.status, answer.code()), (status, code.to_owned()), "{bytes:?}");
        assert_eq!(event["errorCode"], code, "{bytes:?}");
        assert_eq!(event["requestID"], answer.request_id(), "{bytes:?}");
        assert_eq!(event["userIdentity"], json!({"type": "Unknown"}));
        assert_eq!(event["sourceIPAddress"], "127.0.0.1");
    }
    house.close().await;
}

#[tokio::test]
async fn half_a_request_leaves_an_event_too() {
    let house = House::open(EdgeSettings::default()).await;
    let answer = house.exchange_and_half_close(b"GET / HTTP/1.1\r\nHost").await;
    assert_eq!(answer.code(), "MalformedHttpRequestException");
    assert_eq!(house.only_event().await["eventName"], "MalformedHttpRequest");
    assert!(house.exchange_and_half_close(b"").await.head.is_empty());
    assert_eq!(house.new_events().await, Vec::<Value>::new());
    house.close().await;
}

#[tokio::test]
async fn slow_heads_and_bodies_are_given_up_and_recorded() {
    let short = Duration::from_millis(50);
    let settings = EdgeSettings { head_timeout: short, body_timeout: short, ..EdgeSettings::default() };
    let house = House::open(settings).await;
    assert_eq!(house.exchange(b"GET / HTTP/1.1\r\nHo").await.code(), "RequestTimeoutException");
    assert_eq!(house.only_event().await["errorCode"], "RequestTimeoutException");
    let mut slow = Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") }.bytes();
    slow.truncate(slow.len() - 1);
    let answer = house.exchange(&slow).await;
    assert_eq!((answer.status, answer.code()), (408, "RequestTimeoutException".to_owned()));
    assert_eq!(house.only_event().await["errorCode"], "RequestTimeoutException");
    house.close().await;
}

#[tokio::test]
async fn bodies_beyond_their_limit_are_refused() {
    let settings = EdgeSettings { body_bytes_max: 100, ingest_body_bytes_max: 200, ..EdgeSettings::default() };
    let house = House::open(settings).await;
    for (service, size, large) in [("sts", 100, false), ("sts", 101, true), ("cloudtrail-data", 201, true)] {
        let body = vec![b'x'; size];
        let answer = house.exchange(&Signed { body, path: "/", ..Signed::post(service) }.bytes()).await;
        assert_eq!(answer.status == 413, large, "{}", answer.body);
        house.only_event().await;
    }
    let whole = Signed { body: vec![b'x'; 150], ..Signed::post("sts") }.chunked();
    let answer = house.exchange(&whole).await;
    assert_eq!(answer.code(), "RequestEntityTooLargeException", "{}", answer.whole);
    house.only_event().await;
    let whole = Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") }.chunked();
    assert_eq!(house.exchange(&whole).await.status, 200);
    house.only_event().await;
    house.close().await;
}

#[tokio::test]
async fn requests_follow_each_other_on_one_connection() {
    let house = House::open(EdgeSettings::default()).await;
    let request = Signed { body: WHO.as_bytes().to_vec(), keep: true, ..Signed::post("sts") };
    let many = [request.bytes(), request.chunked(), request.bytes(), b"NOT HTTP\r\n\r\n".to_vec()].concat();
    let answer = house.exchange(&many).await;
    assert_eq!(answer.whole.matches("HTTP/1.1 200 OK").count(), 3, "{}", answer.whole);
    assert_eq!(answer.whole.matches("HTTP/1.1 400 Bad Request").count(), 1, "{}", answer.whole);
    let events = house.new_events().await;
    let names: Vec<_> = events.iter().map(|event| event["eventName"].as_str().unwrap()).collect();
    assert_eq!(names, ["GetCallerIdentity", "GetCallerIdentity", "GetCallerIdentity", "MalformedHttpRequest"]);
    house.close().await;
}

#[tokio::test]
async fn a_client_that_hangs_up_still_leaves_its_event() {
    let house = House::open(EdgeSettings::default()).await;
    house.send_and_leave(&Signed { body: WHO.as_bytes().to_vec(), ..Signed::post("sts") }.bytes()).await;
    house.stop().await;
    assert_eq!(house.only_event().await["eventName"], "GetCallerIdentity");
}
