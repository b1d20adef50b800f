//! What clients and upstreams do that is odd or broken: it passes unharmed or is refused, and is recorded either way.

use crate::house::{House, settings};
use crate::played::{AUTHORIZATION, UnderWay, Upstream, client, exchange, get, under_way};

#[tokio::test(flavor = "multi_thread")]
async fn malformed_chunk_signatures_pass_untouched_for_the_upstream_to_refuse() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let refusal = "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>";
    let refusal = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{refusal}", refusal.len());
    let bodies = [
        "5;chunk-signature=zz\r\nhello\r\n0;chunk-signature=\r\n\r\n",
        "ffffffffffffffffff;chunk-signature=ab\r\nhello\r\n",
        "5\nhello\n0\n\n",
        "no chunk at all",
        "5;chunk-signature=ab\r\nhel",
    ];
    let mut client = client(house.address).await;
    let mut line = None;
    for body in bodies {
        let request = format!(
            "PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Encoding: aws-chunked\r\nX-Amz-Decoded-Content-Length: 5\r\n\
             x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nAuthorization: {AUTHORIZATION}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        client.send(&request).await;
        let line = match &mut line {
            None => line.insert(upstream.accept().await),
            Some(line) => line,
        };
        line.expect(&request).await;
        line.send(&refusal).await;
        client.expect(&refusal).await;
    }
    for event in house.wait_for_events(bodies.len()).await {
        assert_eq!((&event["eventName"], &event["errorCode"]), (&"PutObject".into(), &"SignatureDoesNotMatch".into()));
        assert_eq!(event["userIdentity"]["type"], "Unknown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_a_deletion_are_read_out_of_signed_chunks() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let document = "<Delete><Object><Key>a</Key></Object></Delete>";
    let (first, second) = document.split_at(20);
    let body = format!(
        "{:x};chunk-signature=ab\r\n{first}\r\n{:x};chunk-signature=cd\r\n{second}\r\n0;chunk-signature=ef\r\n\
         x-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:01\r\n\r\n",
        first.len(),
        second.len()
    );
    let request = format!(
        "POST /b?delete HTTP/1.1\r\nHost: a\r\nContent-Encoding: aws-chunked\r\nX-Amz-Trailer: x-amz-checksum-crc32\r\n\
         x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER\r\nAuthorization: {AUTHORIZATION}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut client = client(house.address).await;
    client.send(&request).await;
    let mut line = upstream.accept().await;
    line.expect(&request).await;
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<DeleteResult/>";
    line.send(answer).await;
    client.expect(answer).await;
    let events = house.wait_for_events(2).await;
    assert_eq!(
        (&events[1]["eventName"], &events[1]["requestParameters"]["key"]),
        (&"DeleteObject".into(), &"a".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_is_asked_for_and_answered_as_it_is() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    let request = get("/b/k").replace("\r\n\r\n", "\r\nRange: bytes=1-2,5-\r\nIf-Range: \"a\"\r\n\r\n");
    client.send(&request).await;
    let mut line = upstream.accept().await;
    line.expect(&request).await;
    let part = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 1-2/9\r\nContent-Length: 2\r\n\r\nbc";
    line.send(part).await;
    client.expect(part).await;
    client.send(&request).await;
    line.expect(&request).await;
    let beyond = "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */9\r\nContent-Length: 0\r\n\r\n";
    line.send(beyond).await;
    client.expect(beyond).await;
    let events = house.wait_for_events(2).await;
    assert_eq!(events[0]["additionalEventData"]["bytesTransferredOut"], 2);
    assert!(events[0].get("errorCode").is_none(), "{}", events[0]);
    assert_eq!(events[1]["errorCode"], "InvalidRange");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_passed_on_and_not_followed() {
    let (upstream, elsewhere) = (Upstream::start().await, Upstream::start().await);
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    let mut line = None;
    for status in
        ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        client.send(get("/b/k")).await;
        let line = match &mut line {
            None => line.insert(upstream.accept().await),
            Some(line) => line,
        };
        line.head().await;
        let address = elsewhere.address();
        let answer = format!("HTTP/1.1 {status}\r\nLocation: http://{address}/b/k\r\nContent-Length: 0\r\n\r\n");
        line.send(&answer).await;
        client.expect(&answer).await;
    }
    assert_eq!(house.wait_for_events(5).await.len(), 5);
    assert!(elsewhere.is_untouched().await && upstream.is_untouched().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_sent_in_one_go_are_answered_in_their_order_and_recorded_each() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    client.send([get("/b/1"), get("/b/2"), get("/b/3")].concat()).await;
    let mut line = upstream.accept().await;
    for number in 1..=3 {
        assert!(line.head().await.starts_with(&format!("GET /b/{number} ")));
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{number}");
        line.send(&answer).await;
        client.expect(&answer).await;
    }
    let events = house.wait_for_events(3).await;
    let keys: Vec<_> = events.iter().map(|event| event["requestParameters"]["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["1", "2", "3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_nobody_knows_is_the_upstreams_to_judge() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    let request = get("/b/k").replace("GET", "BREW");
    client.send(&request).await;
    let mut line = upstream.accept().await;
    line.expect(&request).await;
    let answer = "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n";
    line.send(answer).await;
    client.expect(answer).await;
    let event = house.wait_for_events(1).await.remove(0);
    assert_eq!((&event["eventName"], &event["errorCode"]), (&"UnknownOperation".into(), &"MethodNotAllowed".into()));
    assert_eq!((&event["readOnly"], &event["requestParameters"]["key"]), (&false.into(), &"k".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_that_can_be_read_in_two_ways_is_refused_and_recorded() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let smuggled = [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\na",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-Nul: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n X: folded into nothing\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET http://b/ HTTP/9.9\r\nHost: a\r\n\r\n",
    ];
    for request in smuggled {
        let answer = exchange(house.address, request).await;
        assert!(answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.1 5"), "{request}: {answer}");
    }
    let events = house.wait_for_events(smuggled.len()).await;
    assert!(events.iter().all(|event| event["errorCode"].is_string()), "{events:#?}");
    assert!(upstream.is_untouched().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_can_be_read_in_two_ways_reaches_nobody_as_two() {
    for broken in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
        "HTTP/1.1 two hundred\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
    ] {
        let upstream = Upstream::start().await;
        let house = House::in_front_of(upstream.address()).await;
        let mut client = client(house.address).await;
        client.send(get("/b/k").replace("GET", "DELETE")).await;
        let mut line = upstream.accept().await;
        line.head().await;
        line.send(broken).await;
        assert!(client.head().await.starts_with("HTTP/1.1 502 "), "{broken}");
        assert_eq!(house.wait_for_events(1).await[0]["errorCode"], "BadGateway", "{broken}");
    }
    // Chunks count, a length beside them does not.
    let UnderWay { house, mut client, mut line, .. } =
        under_way(House::in_front_of, get("/b/k").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).await;
    line.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
        .await;
    let answer = client.rest().await.to_ascii_lowercase();
    let is_refused = answer.starts_with("http/1.1 502 ");
    let lengths = answer.matches("content-length: 3\r\n").count();
    assert!(is_refused || (lengths == 0 && answer.ends_with("5\r\nhello\r\n0\r\n\r\n")), "{answer}");
    assert_eq!(house.wait_for_events(1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_takes_nothing_more_of_a_body_is_given_up() {
    let upstream = Upstream::start().await;
    let mut settings = settings(upstream.address());
    settings.idle_timeout = std::time::Duration::from_millis(300);
    let house = House::open(settings).await;
    let mut client = client(house.address).await;
    client.send(format!("PUT /b/k HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", 64 << 20)).await;
    let mut line = upstream.accept().await;
    line.head().await;
    // More than all buffers on the way hold, to somebody who reads none of it.
    let (mut read, mut write) = tokio::io::split(client.0);
    let sending = house.environment.tasks.spawn(async move {
        let piece = vec![7; 64 << 10];
        while tokio::io::AsyncWriteExt::write_all(&mut write, &piece).await.is_ok() {}
    });
    let mut status = [0; 12];
    crate::played::patiently("an answer", tokio::io::AsyncReadExt::read_exact(&mut read, &mut status)).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&status), "HTTP/1.1 504");
    assert_eq!(house.wait_for_events(1).await[0]["errorCode"], "GatewayTimeout");
    sending.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_http_1_0_is_served_and_its_connection_ends() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    client.send(get("/b/k").replace("HTTP/1.1", "HTTP/1.0")).await;
    let mut line = upstream.accept().await;
    assert!(line.head().await.starts_with("GET /b/k HTTP/1."));
    line.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    let answer = client.rest().await;
    assert!(answer.contains(" 200 OK\r\n") && answer.ends_with("\r\n\r\nok"), "{answer}");
    assert_eq!(house.wait_for_events(1).await[0]["eventName"], "GetObject");
}
