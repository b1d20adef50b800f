//! What never reaches the upstream, and is recorded all the same.

use crate::house::House;
use crate::played::{Upstream, exchange, get};

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
