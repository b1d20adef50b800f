//! What happens when the journal takes nothing, and when the process ends in the middle of a call.

use cairn_capture::{FailurePolicy, Unfinished};
use cairn_environment::Environment;
use cairn_journal::{Disk, Journal, JournalSettings};
use cairn_model::Origin;
use cairn_objects::Bucket;
use cairn_recorder::{Recorder, RecorderSettings};
use cairn_store::{Store, StoreSettings};
use serde_json::Value;

use crate::house::{House, entries, events, settings};
use crate::played::{EMPTY, UnderWay, Upstream, client, exchange, get, under_way};

#[tokio::test(flavor = "multi_thread")]
async fn no_record_no_call() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    house.faults.set_full(true);
    let mut client = client(house.address).await;
    client.send(get("/b/k")).await;
    let answer = client.head().await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(upstream.is_untouched().await);

    house.faults.set_full(false);
    let mut client = crate::played::client(house.address).await;
    client.send(get("/b/k")).await;
    let mut line = upstream.accept().await;
    line.head().await;
    line.send(EMPTY).await;
    client.expect(EMPTY).await;
    // The refused call has its event as soon as there is space.
    let mut events = house.wait_for_events(2).await;
    events.sort_by_key(|event| event.get("errorCode").is_none());
    assert_eq!(events[0]["errorCode"], "ServiceUnavailable", "{events:#?}");
    assert!(events[1].get("errorCode").is_none(), "{events:#?}");
    for event in &events {
        assert_eq!((&event["eventName"], &event["requestParameters"]["key"]), (&"GetObject".into(), &"k".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_refused_on_a_full_disk_have_their_events_later_and_those_without_room_are_counted() {
    let upstream = Upstream::start().await;
    let mut settings = settings(upstream.address());
    settings.held_events_max = 3;
    let house = House::open(settings).await;
    house.faults.set_full(true);
    for path in ["/b/1", "/b/2"] {
        let mut client = client(house.address).await;
        client.send(get(path)).await;
        let answer = client.head().await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    }
    // Nothing was done: what is malformed is refused as such, and its event waits as well.
    let answer = exchange(house.address, "GET / HTTP/1.1\nHost: a\n\n").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    for path in ["/b/3", "/b/4", "/b/5", "/b/6"] {
        let mut client = client(house.address).await;
        client.send(get(path)).await;
        client.head().await;
    }
    assert!(house.entries().await.is_empty() && upstream.is_untouched().await);
    house.faults.set_full(false);
    let events = house.wait_for_events(4).await;
    let seen: Vec<_> = events.iter().map(|event| event["errorCode"].as_str().unwrap()).collect();
    let refused = ["ServiceUnavailable", "ServiceUnavailable", "MalformedHttpRequestException"];
    assert_eq!(seen, [&refused[..], &["RecordingFailed"]].concat(), "{events:#?}");
    let gap = &events[3]["additionalEventData"];
    assert_eq!((&gap["callCount"], &gap["passedOn"]), (&4.into(), &false.into()), "{gap}");
    assert_eq!(gap["eventNames"], serde_json::json!({"GetObject": 4}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_answer_of_an_unrecorded_call_is_never_seen_and_it_is_recorded_once_there_is_space() {
    let upstream = Upstream::start().await;
    let house = House::answering_after_ends(upstream.address()).await;
    let request = get("/b/k").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ] {
        let mut client = client(house.address).await;
        client.send(&request).await;
        let mut line = upstream.accept().await;
        line.head().await;
        house.faults.set_full(true);
        line.send(answer).await;
        let heard = client.rest().await;
        assert!(heard.starts_with("HTTP/1.1 503 ") && !heard.ends_with("ok"), "{heard}");
        house.faults.set_full(false);
    }
    let mut client = client(house.address).await;
    client.send(&request).await;
    let mut line = upstream.accept().await;
    line.head().await;
    let begun = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
    line.send(format!("{begun}\r\n2\r\nok\r\n")).await;
    client.expect(begun).await;
    house.faults.set_full(true);
    line.send("0\r\n\r\n").await;
    assert!(client.rest().await.ends_with("2\r\nok\r\n"));
    house.faults.set_full(false);
    for event in house.wait_for_events(3).await {
        assert!(event.get("errorCode").is_none() && event["eventName"] == "GetObject", "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_open_policy_calls_go_on_and_the_gap_is_recorded() {
    let upstream = Upstream::start().await;
    let mut settings = settings(upstream.address());
    settings.policy = FailurePolicy::Open;
    let house = House::open(settings).await;
    house.faults.set_full(true);
    let mut client = client(house.address).await;
    let mut line = None;
    for path in ["/b/1", "/b/2", "/b/3"] {
        client.send(get(path)).await;
        let line = match &mut line {
            None => line.insert(upstream.accept().await),
            Some(line) => line,
        };
        line.head().await;
        line.send(EMPTY).await;
        client.expect(EMPTY).await;
    }
    assert!(house.entries().await.is_empty());
    house.faults.set_full(false);
    let gap = house.wait_for_events(1).await.remove(0);
    assert_eq!((&gap["eventName"], &gap["errorCode"]), (&"UnrecordedCalls".into(), &"RecordingFailed".into()));
    assert_eq!(gap["additionalEventData"]["callCount"], 3);
    assert_eq!(gap["additionalEventData"]["passedOn"], true);
    assert_eq!(gap["additionalEventData"]["eventNames"]["GetObject"], 3);
}

/// The journal as the next life finds it, after its intents were looked after.
pub(crate) async fn next_life(disk: &Disk, environment: &Environment) -> (Journal, Vec<Value>) {
    let journal = Journal::open(disk.clone(), JournalSettings::default(), environment).await.unwrap();
    let (history, _) = Bucket::simulated("history", environment);
    let store = Store::open(history, &journal, StoreSettings::default(), environment).await.unwrap();
    let recorder = Recorder::new(journal.clone(), store, RecorderSettings::default(), environment);
    drop(Unfinished::resume(&journal, &recorder, environment).await.unwrap());
    let live = events(&entries(&journal).await, Origin::Live);
    (journal, live)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_end_was_never_seen_has_one_event_after_the_next_start_and_the_one_after() {
    let UnderWay { house, client: mut answered, mut line, .. } =
        under_way(House::in_front_of, get("/b/answered")).await;
    line.send(EMPTY).await;
    answered.expect(EMPTY).await;
    let mut cut = client(house.address).await;
    cut.send(get("/b/cut")).await;
    line.head().await;

    house.faults.crash();
    let environment = Environment::real();
    let (journal, recorded) = next_life(&house.disk, &environment).await;
    let seen: Vec<_> = recorded.iter().map(|event| (&event["requestParameters"]["key"], &event["errorCode"])).collect();
    assert_eq!(seen, [(&"answered".into(), &Value::Null), (&"cut".into(), &"CompletionUnknown".into())]);
    journal.close().await;
    house.faults.crash();
    let (_journal, again) = next_life(&house.disk, &environment).await;
    assert_eq!(again, recorded);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_power_cut_around_the_two_records_leaves_one_event() {
    let mut seen = std::collections::BTreeSet::new();
    for after_calls in 0..12 {
        let upstream = Upstream::start().await;
        let house = House::answering_after_ends(upstream.address()).await;
        let before = house.faults.calls();
        house.faults.fail_call(before + after_calls, cairn_journal::DiskFault::Crash);
        let mut client = client(house.address).await;
        client.send(get("/b/k")).await;
        let forwarded = tokio::select! {
            mut line = upstream.accept() => {
                line.head().await;
                line.send(EMPTY).await;
                true
            }
            _ = client.head() => false,
        };
        let answered = forwarded && client.head().await.starts_with("HTTP/1.1 200 ");
        house.faults.heal();
        house.faults.crash();
        let (_journal, live) = next_life(&house.disk, &Environment::real()).await;
        let known: Vec<_> = live.iter().map(|event| event.get("errorCode").is_none()).collect();
        if answered {
            assert_eq!(known, [true], "after {after_calls} calls");
        } else if forwarded {
            assert_eq!(known.len(), 1, "after {after_calls} calls");
        } else {
            assert!(known.len() <= 1, "after {after_calls} calls");
        }
        seen.insert((forwarded, answered));
    }
    assert_eq!(seen.len(), 3, "the cuts hit before, between and behind the records: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_the_call_under_way_finish() {
    let UnderWay { house, mut client, mut line, .. } = under_way(House::in_front_of, get("/b/k")).await;
    let journal = house.journal.clone();
    let stopping = house.environment.tasks.clone();
    let stopped = stopping.spawn(house.stop());
    stopping.stopping().await;
    line.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    assert!(client.rest().await.ends_with("\r\n\r\nok"));
    stopped.await.unwrap();
    assert_eq!(events(&entries(&journal).await, Origin::Live).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_one_deletion_have_an_event_each() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let body = "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a</Key></Object>\
                <Object><Key>b&amp;c</Key></Object></Delete>";
    let request = format!(
        "POST /bucket?delete HTTP/1.1\r\nHost: a\r\nAuthorization: {}\r\nContent-Length: {}\r\n\r\n{body}",
        crate::played::AUTHORIZATION,
        body.len()
    );
    let mut client = client(house.address).await;
    client.send(request).await;
    let mut line = upstream.accept().await;
    line.head().await;
    let answer = "<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b&amp;c</Key><Code>AccessDenied</Code>\
                  <Message>no</Message></Error></DeleteResult>";
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{answer}", answer.len());
    line.bytes(body.len()).await;
    line.send(&answer).await;
    client.expect(&answer).await;
    let events = house.wait_for_events(3).await;
    let members = ["eventName", "eventType", "errorCode"];
    let shown: Vec<Vec<&str>> =
        events.iter().map(|event| members.iter().filter_map(|name| event[*name].as_str()).collect()).collect();
    assert_eq!(
        shown,
        [
            vec!["DeleteObjects", "AwsApiCall"],
            vec!["DeleteObject", "AwsServiceEvent"],
            vec!["DeleteObject", "AwsServiceEvent", "AccessDenied"],
        ]
    );
    assert_eq!(events[1]["resources"][0]["ARN"], "arn:aws:s3:::bucket/a");
    assert_eq!(events[2]["requestParameters"]["key"], "b&c");
    assert_eq!(events[1]["userIdentity"]["accessKeyId"], "AKIAEXAMPLE");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_names_the_bucket_that_the_upstream_means_whatever_host_the_client_claims() {
    let upstream = Upstream::start().await;
    let listing = "GET /photos HTTP/1.1\r\nHost: forged.s3.example.com\r\nConnection: close\r\n\r\n";
    for (domain, bucket) in [(None, "photos"), (Some("s3.example.com"), "forged"), (Some("other.example"), "photos")] {
        let mut settings = settings(upstream.address());
        settings.bucket_domain = domain.map(str::to_owned);
        let house = House::open(settings).await;
        let mut client = client(house.address).await;
        client.send(listing).await;
        let mut line = upstream.accept().await;
        line.head().await;
        line.send(EMPTY).await;
        client.rest().await;
        let event = house.wait_for_events(1).await.remove(0);
        assert_eq!(event["requestParameters"]["bucketName"], bucket, "{domain:?}: {event}");
        if domain.is_none() {
            assert_eq!(event["resources"][0]["ARNPrefix"], "arn:aws:s3:::photos/", "{event}");
        }
    }
}
