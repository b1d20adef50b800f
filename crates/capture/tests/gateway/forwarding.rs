//! Requests and answers pass unchanged.

use cairn_model::Origin;

use crate::house::{House, events};
use crate::played::{AUTHORIZATION, EMPTY, UnderWay, Upstream, client, get, under_way};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_and_its_answer_pass_byte_for_byte() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let request = format!(
        "PUT /bucket//a%2Fb%20%C3%BC/./c?x=%41&&y=a+b&z HTTP/1.1\r\nhOST: Upstream.Example:81\r\n\
         x-Amz-DATE: 20261001T000000Z\r\nAuthorization: {AUTHORIZATION}\r\nX-AMZ-meta-Spaced:  two  words \r\n\
         content-LENGTH: 5\r\nx-amz-meta-UTF: \u{fc}\r\nAccept: */*\r\n\r\nhello"
    );
    let answer = "HTTP/1.1 200 Fine With Us\r\nSERVER: seaweed\r\nx-Amz-Request-ID: R1\r\nETag: \"a\"\r\ncontent-LENGTH: 2\r\n\r\nok";
    let mut client = client(house.address).await;
    client.send(&request).await;
    let mut line = upstream.accept().await;
    line.expect(&request).await;
    line.send(answer).await;
    client.expect(answer).await;

    let event = house.wait_for_events(1).await.remove(0);
    assert_eq!(event["eventName"], "PutObject");
    assert_eq!(event["eventSource"], "s3.amazonaws.com");
    assert_eq!(event["awsRegion"], "eu-west-1");
    assert_eq!(event["requestID"], "R1");
    assert_eq!(event["sourceIPAddress"], "127.0.0.1");
    assert_eq!(event["userIdentity"]["accessKeyId"], "AKIAEXAMPLE");
    let additional = &event["additionalEventData"];
    assert_eq!(
        (&additional["SignatureVersion"], &additional["AuthenticationMethod"]),
        (&"SigV4".into(), &"AuthHeader".into())
    );
    assert_eq!((&additional["bytesTransferredIn"], &additional["bytesTransferredOut"]), (&5.into(), &2.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_intent_is_durable_before_the_upstream_hears_and_the_event_before_the_answer_ends() {
    let UnderWay { house, mut client, mut line, .. } = under_way(House::answering_after_ends, get("/bucket/key")).await;
    let intents = events(&house.entries().await, Origin::Intent);
    assert_eq!((intents.len(), house.events().await.len()), (1, 0));
    assert_eq!(intents[0]["errorCode"], "CompletionUnknown");
    assert_eq!(
        (&intents[0]["eventName"], &intents[0]["resources"][0]["ARN"]),
        (&"GetObject".into(), &"arn:aws:s3:::bucket/key".into())
    );
    line.send(EMPTY).await;
    client.expect(EMPTY).await;
    let recorded = house.events().await;
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0]["eventID"], intents[0]["eventID"]);
    assert!(recorded[0].get("errorCode").is_none(), "{recorded:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunked_answer_comes_as_it_is_sent_and_ends_only_when_it_is_recorded() {
    let UnderWay { house, mut client, mut line, .. } = under_way(House::answering_after_ends, get("/bucket/key")).await;
    line.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n").await;
    client.expect("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n").await;
    assert_eq!(house.events().await.len(), 0);
    line.send("0\r\n\r\n").await;
    client.expect("0\r\n\r\n").await;
    assert_eq!(house.events().await[0]["additionalEventData"]["bytesTransferredOut"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_chunked_bodies_with_trailers_pass_untouched() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let body = "5;chunk-signature=ab\r\nhello\r\n0;chunk-signature=cd\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:ef\r\n\r\n";
    let request = format!(
        "PUT /bucket/key HTTP/1.1\r\nHost: a\r\nContent-Encoding: aws-chunked\r\nX-Amz-Trailer: x-amz-checksum-crc32\r\n\
         x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER\r\nx-amz-decoded-content-length: 5\r\n\
         Content-Length: {}\r\nAuthorization: {AUTHORIZATION}\r\n\r\n{body}",
        body.len()
    );
    let mut client = client(house.address).await;
    client.send(&request).await;
    let mut line = upstream.accept().await;
    line.expect(&request).await;
    line.send(EMPTY).await;
    client.expect(EMPTY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chunked_requests_keep_their_content() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    let head =
        format!("PUT /b/k HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send(&head).await;
    client.send("3\r\nabc\r\n").await;
    let mut line = upstream.accept().await;
    line.expect(format!("{head}3\r\nabc\r\n")).await;
    client.send("2\r\nde\r\n0\r\n\r\n").await;
    line.expect("2\r\nde\r\n0\r\n\r\n").await;
    line.send(EMPTY).await;
    client.expect(EMPTY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_waits_is_told_to_go_on_only_by_the_upstream() {
    let upstream = Upstream::start().await;
    let mut settings = crate::house::settings(upstream.address());
    settings.continue_timeout = crate::house::PATIENCE;
    let house = House::open(settings).await;
    let mut client = client(house.address).await;
    let head = format!(
        "PUT /b/k HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    );
    client.send(&head).await;
    let mut line = upstream.accept().await;
    line.expect(&head).await;
    line.send("HTTP/1.1 100 Continue\r\n\r\n").await;
    client.expect("HTTP/1.1 100 Continue\r\n\r\n").await;
    client.send("body").await;
    line.expect("body").await;
    line.send(EMPTY).await;
    client.expect(EMPTY).await;

    // The next one is refused before it sends anything.
    client.send(&head).await;
    line.expect(&head).await;
    let refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
    line.send(refusal).await;
    let answer = client.head().await;
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
    assert_eq!(house.wait_for_events(2).await[1]["additionalEventData"]["bytesTransferredIn"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_waits_for_an_upstream_that_says_nothing_may_go_on() {
    let upstream = Upstream::start().await;
    let mut settings = crate::house::settings(upstream.address());
    settings.continue_timeout = std::time::Duration::from_millis(50);
    let house = House::open(settings).await;
    let mut client = client(house.address).await;
    client.send("PUT /b/k HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n").await;
    let mut line = upstream.accept().await;
    line.head().await;
    client.expect("HTTP/1.1 100 Continue\r\n\r\n").await;
    client.send("body").await;
    line.expect("body").await;
    line.send(EMPTY).await;
    client.expect(EMPTY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_without_a_body_stay_without_one() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    let mut line = None;
    for (method, answer) in [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nETag: \"a\"\r\n\r\n"),
        ("HEAD", "HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n"),
        ("DELETE", "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"),
        ("GET", "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 1-2/9\r\nContent-Length: 2\r\n\r\nbc"),
        ("GET", "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"),
    ] {
        client.send(get("/b/k").replace("GET", method)).await;
        let line = match &mut line {
            None => line.insert(upstream.accept().await),
            Some(line) => line,
        };
        line.head().await;
        line.send(answer).await;
        client.expect(answer).await;
    }
    assert!(upstream.is_untouched().await, "one connection serves all calls of one client");
    house.wait_for_events(6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_connection_that_is_gone_costs_no_call() {
    let UnderWay { upstream, house, mut client, mut line } = under_way(House::in_front_of, get("/b/1")).await;
    line.send(EMPTY).await;
    client.expect(EMPTY).await;

    // It closes just when the next request comes, without an answer.
    client.send(get("/b/2")).await;
    line.head().await;
    drop(line);
    let mut line = upstream.accept().await;
    assert!(line.head().await.starts_with("GET /b/2 "));
    line.send(EMPTY).await;
    client.expect(EMPTY).await;

    // A call that may have taken effect is not made twice.
    client.send(get("/b/3").replace("GET", "DELETE")).await;
    line.head().await;
    drop(line);
    assert!(client.head().await.starts_with("HTTP/1.1 502 "));
    assert!(upstream.is_untouched().await);
    let events = house.wait_for_events(3).await;
    assert_eq!((&events[2]["eventName"], &events[2]["errorCode"]), (&"DeleteObject".into(), &"BadGateway".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_query_call_is_stands_in_its_intent_although_it_is_in_the_body() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    let body = "Action=DeleteUser&Version=2010-05-08&UserName=bob";
    let authorization = AUTHORIZATION.replace("/s3/", "/iam/");
    let request = format!(
        "POST / HTTP/1.1\r\nHost: iam\r\nAuthorization: {authorization}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n\r\n{body}",
        body.len()
    );
    client.send(&request).await;
    let mut line = upstream.accept().await;
    line.expect(&request).await;
    let intents = events(&house.entries().await, Origin::Intent);
    assert_eq!(
        (&intents[0]["eventName"], &intents[0]["requestParameters"]["userName"]),
        (&"DeleteUser".into(), &"bob".into())
    );
    line.send(EMPTY).await;
    client.expect(EMPTY).await;
}
