//! Connections that break, on either side.

use std::time::Duration;

use crate::house::{House, settings};
use crate::played::{AUTHORIZATION, UnderWay, Upstream, client, exchange, get, under_way};

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_breaks_off_its_upload_breaks_it_off_upstream() {
    let UnderWay { house, client, mut line, .. } =
        under_way(House::in_front_of, "PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n0123456789").await;
    line.expect("0123456789").await;
    drop(client);
    assert_eq!(line.rest().await, "");
    let event = house.wait_for_events(1).await.remove(0);
    assert_eq!((&event["eventName"], &event["errorCode"]), (&"PutObject".into(), &"ClientDisconnected".into()));
    assert_eq!(event["additionalEventData"]["bytesTransferredIn"], 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_before_the_answer_is_not_answered_for() {
    let UnderWay { house, client, mut line, .. } = under_way(House::in_front_of, get("/b/k")).await;
    drop(client);
    assert_eq!(line.rest().await, "");
    assert_eq!(house.wait_for_events(1).await[0]["errorCode"], "ClientDisconnected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_in_the_answer_is_recorded_with_what_it_heard() {
    let UnderWay { house, mut client, mut line, .. } = under_way(House::in_front_of, get("/b/k")).await;
    line.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n0123456789").await;
    client.head().await;
    client.expect("0123456789").await;
    drop(client);
    assert_eq!(line.rest().await, "");
    let event = house.wait_for_events(1).await.remove(0);
    assert!(event.get("errorCode").is_none(), "{event}");
    assert_eq!(event["additionalEventData"]["bytesTransferredOut"], 10);
    let entries = house.entries().await;
    let beside: serde_json::Value = serde_json::from_slice(entries.last().unwrap().beside.as_ref().unwrap()).unwrap();
    assert_eq!(beside["clientDisconnected"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_breaks_off_its_answer_breaks_it_off_for_the_client() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    for length in [1_000_000, 100] {
        let mut client = client(house.address).await;
        client.send(get("/b/k")).await;
        let mut line = upstream.accept().await;
        line.head().await;
        line.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n0123456789")).await;
        drop(line);
        let answer = client.rest().await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n0123456789"), "{answer}");
    }
    for event in house.wait_for_events(2).await {
        assert_eq!(
            (&event["errorCode"], &event["additionalEventData"]["bytesTransferredOut"]),
            (&"IncompleteAnswer".into(), &10.into())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_is_down_is_said_to_be_in_the_words_of_the_protocol() {
    let upstream = Upstream::start().await;
    let address = upstream.address();
    drop(upstream);
    let house = House::in_front_of(address).await;
    let answer = exchange(house.address, &get("/b/k").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains("<Code>BadGateway</Code>"), "{answer}");
    let json = "POST / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nConnection: close\r\n\
                Content-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\n\r\n{}";
    let answer = exchange(house.address, json).await;
    assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains(r#""__type":"BadGateway""#), "{answer}");
    let events = house.wait_for_events(2).await;
    assert!(events.iter().all(|event| event["errorCode"] == "BadGateway"), "{events:#?}");
    assert_eq!(events[1]["eventName"], "ListTables");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_is_slow_is_given_up() {
    let upstream = Upstream::start().await;
    let mut settings = settings(upstream.address());
    settings.first_byte_timeout = Duration::from_millis(100);
    settings.idle_timeout = Duration::from_millis(100);
    let house = House::open(settings).await;
    let mut first = client(house.address).await;
    first.send(get("/b/k")).await;
    let mut line = upstream.accept().await;
    line.head().await;
    assert!(first.head().await.starts_with("HTTP/1.1 504 "));
    assert_eq!(line.rest().await, "");

    let mut second = client(house.address).await;
    second.send(get("/b/k")).await;
    let mut line = upstream.accept().await;
    line.head().await;
    line.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n0123456789").await;
    assert!(second.rest().await.ends_with("0123456789"));
    let events = house.wait_for_events(2).await;
    assert_eq!(
        (&events[0]["errorCode"], &events[1]["errorCode"]),
        (&"GatewayTimeout".into(), &"IncompleteAnswer".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stops_sending_is_told_so() {
    let upstream = Upstream::start().await;
    let mut settings = settings(upstream.address());
    settings.idle_timeout = Duration::from_millis(100);
    let house = House::open(settings).await;
    let mut client = client(house.address).await;
    let head =
        format!("PUT /b/k HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\nContent-Length: 100\r\n\r\nabc");
    client.send(head).await;
    let mut line = upstream.accept().await;
    line.head().await;
    assert!(client.head().await.starts_with("HTTP/1.1 408 "));
    assert_eq!(house.wait_for_events(1).await[0]["errorCode"], "RequestTimeout");
}
