//! What never reaches the upstream, and is recorded all the same.

use serde_json::Value;

use crate::house::{House, settings};
use crate::played::{EMPTY, Upstream, answering, exchange, get};

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_can_be_read_in_two_ways_are_refused_and_recorded() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let smuggled = [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Folded: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n",
        "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
    ];
    for request in smuggled {
        let answer = exchange(house.address, request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{request}: {answer}");
    }
    let events = house.wait_for_events(smuggled.len()).await;
    assert!(events.iter().all(|event| event["errorCode"] == "MalformedHttpRequestException"), "{events:#?}");
    assert!(upstream.is_untouched().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_are_too_large_are_refused_and_recorded() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let answer =
        exchange(house.address, &format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(70_000))).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert_eq!(house.wait_for_events(1).await.len(), 1);
    assert!(upstream.is_untouched().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn upgrades_and_tunnels_are_refused_and_recorded() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let close = "Connection: close\r\n\r\n";
    let upgrade = get("/b/k").replace("\r\n\r\n", "\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n");
    let answer = exchange(house.address, &upgrade).await;
    assert!(answer.starts_with("HTTP/1.1 501 ") && answer.contains("<Code>NotImplemented<"), "{answer}");
    let tunnel = format!("CONNECT /b HTTP/1.1\r\nHost: a\r\n{close}");
    let answer = exchange(house.address, &tunnel).await;
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
    let events = house.wait_for_events(2).await;
    assert_eq!(
        (&events[0]["errorCode"], &events[1]["errorCode"]),
        (&"NotImplemented".into(), &"MethodNotAllowed".into())
    );
    assert!(upstream.is_untouched().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_chunks_end_the_call_and_it_is_recorded() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let request = "POST / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n\
                   Content-Type: application/x-amz-json-1.0\r\nTransfer-Encoding: chunked\r\n\r\nnothing\r\n";
    exchange(house.address, request).await;
    let event = house.wait_for_events(1).await.remove(0);
    assert_eq!((&event["eventName"], &event["errorCode"]), (&"ListTables".into(), &"IncompleteBody".into()));
    assert!(upstream.is_untouched().await);
}

/// How many refused requests an event stands for.
fn refused_requests(event: &Value) -> u64 {
    match event["eventName"].as_str().unwrap() {
        "RefusedRequests" => event["additionalEventData"]["requestCount"].as_u64().unwrap(),
        "MalformedHttpRequest" => 1,
        _ => 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_malformed_requests_shares_events_and_forwarded_calls_keep_their_own() {
    const FLOOD: u64 = 60;
    let upstream = answering(|_, _| EMPTY.to_owned()).await;
    let mut settings = settings(upstream);
    settings.refused_events_max = 2;
    let house = House::open(settings).await;
    for number in 0..FLOOD {
        let answer = exchange(house.address, "GET / HTTP/1.1\nHost: a\n\n").await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        if number % 6 == 0 {
            let unsigned = "GET /b/k HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
            let answer = exchange(house.address, unsigned).await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
    }
    let is_counted = |events: &[Value]| events.iter().map(refused_requests).sum::<u64>() >= FLOOD;
    let events = house.wait_until("every refused request", is_counted).await;
    assert_eq!(events.iter().map(refused_requests).sum::<u64>(), FLOOD);
    assert_eq!(events.iter().filter(|event| event["eventName"] == "GetObject").count(), 10);
    let shared: Vec<_> = events.iter().filter(|event| event["eventName"] == "RefusedRequests").collect();
    assert!(!shared.is_empty() && events.len() < 40, "{}", events.len());
    for event in shared {
        let data = &event["additionalEventData"];
        assert_eq!(data["errorCodes"]["MalformedHttpRequestException"], data["requestCount"], "{event}");
        assert_eq!(data["sampleSourceIPAddresses"], serde_json::json!(["127.0.0.1"]));
        assert_eq!(
            (&event["userIdentity"]["type"], &event["sourceIPAddress"]),
            (&"Unknown".into(), &"127.0.0.1".into())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_counted_of_a_flood_is_recorded_before_a_gateway_stops() {
    let upstream = Upstream::start().await;
    let mut settings = settings(upstream.address());
    settings.refused_events_max = 1;
    let house = House::open(settings).await;
    for _ in 0..10 {
        exchange(house.address, "GET / HTTP/1.1\nHost: a\n\n").await;
    }
    let journal = house.journal.clone();
    house.stop().await;
    let events = crate::house::events(&crate::house::entries(&journal).await, cairn_model::Origin::Live);
    assert_eq!(events.iter().map(refused_requests).sum::<u64>(), 10, "{events:#?}");
}
