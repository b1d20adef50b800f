//! Answers go out while the ends of their calls are on their way to the journal, and none of these is lost.

use std::collections::BTreeSet;

use cairn_environment::Environment;
use cairn_journal::DiskFault;
use cairn_model::Origin;

use crate::house::{House, entries, events};
use crate::played::{AUTHORIZATION, EMPTY, UnderWay, Upstream, client, get, under_way};
use crate::recording::next_life;

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_out_while_the_disk_stands_still_and_its_event_comes_by_itself() {
    let UnderWay { house, mut client, mut line, .. } = under_way(House::in_front_of, get("/b/k")).await;
    for (count, answer) in [(1, EMPTY), (2, CHUNKED)] {
        if count > 1 {
            client.send(get("/b/k")).await;
            line.head().await;
        }
        house.faults.set_held(true);
        line.send(answer).await;
        client.expect(answer).await;
        assert_eq!(house.events().await.len(), count - 1);
        house.faults.set_held(false);
        let event = house.wait_for_events(count).await.remove(count - 1);
        assert!(event.get("errorCode").is_none(), "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_call_is_durable_before_the_next_of_its_client_is_passed_on() {
    let UnderWay { house, mut client, mut line, .. } = under_way(House::in_front_of, get("/b/0")).await;
    for number in 1..10 {
        line.send(EMPTY).await;
        client.expect(EMPTY).await;
        client.send(get(&format!("/b/{number}"))).await;
        line.head().await;
        assert_eq!(house.events().await.len(), number);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_disk_that_is_full_after_the_intent_the_client_has_its_answer_and_the_event_comes_later() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    for (answer, end) in
        [("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "\r\n\r\nok"), (CHUNKED, "ok\r\n0\r\n\r\n")]
    {
        let mut client = client(house.address).await;
        client.send(get("/b/k").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).await;
        let mut line = upstream.accept().await;
        line.head().await;
        house.faults.set_full(true);
        line.send(answer).await;
        let heard = client.rest().await;
        assert!(heard.starts_with("HTTP/1.1 200 OK\r\n") && heard.ends_with(end), "{heard}");
        // That no more calls are passed on shows that the journal has refused the end as well.
        let mut next = crate::played::client(house.address).await;
        next.send(get("/b/refused")).await;
        assert!(next.head().await.starts_with("HTTP/1.1 503 "));
        house.faults.set_full(false);
    }
    let events = house.wait_for_events(4).await;
    let keys = |wanted: bool| {
        let of = events.iter().filter(|event| event.get("errorCode").is_none() == wanted);
        of.map(|event| event["requestParameters"]["key"].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((keys(true), keys(false)), (vec!["k"; 2], vec!["refused"; 2]));
}

/// What became of one call: whether it was passed on, whether its client had an answer, and whether its event knows how
/// it ended.
type Fate = (bool, bool, Option<bool>);

/// A call whose power fails so many disk calls later, or right after its answer.
async fn cut_off(after_calls: u64, is_awaited: bool) -> Fate {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    house.faults.fail_call(house.faults.calls() + after_calls, DiskFault::Crash);
    let mut client = client(house.address).await;
    client.send(get("/b/k")).await;
    let forwarded = tokio::select! {
        mut line = upstream.accept() => {
            line.head().await;
            // Where nobody waits for the end, it is surely not durable yet.
            house.faults.set_held(!is_awaited);
            line.send(EMPTY).await;
            true
        }
        _ = client.head() => false,
    };
    let answered = forwarded && client.head().await.starts_with("HTTP/1.1 200 ");
    let (disk, faults) = (house.disk.clone(), house.faults.clone());
    if is_awaited {
        // Without closing the journal: what is durable is so because the gateway has waited for it.
        house.stop().await;
    }
    faults.heal();
    faults.crash();
    faults.set_held(false);
    let (_journal, live) = next_life(&disk, &Environment::real()).await;
    assert!(live.len() <= 1 && (live.len() == 1 || !forwarded), "{live:#?}");
    let is_known = live.first().map(|event| {
        let code = event.get("errorCode");
        assert!(code.is_none_or(|code| code == "CompletionUnknown"), "{event}");
        code.is_none()
    });
    (forwarded, answered, is_known)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_power_cut_leaves_one_event_which_knows_the_end_or_that_it_is_not_known() {
    let mut seen = BTreeSet::new();
    for after_calls in 0..12 {
        seen.insert(cut_off(after_calls, true).await);
    }
    assert!(seen.contains(&(true, true, Some(true))), "behind both records: {seen:?}");
    assert!(seen.contains(&(true, true, Some(false))), "between the records: {seen:?}");
    assert!(seen.iter().any(|(forwarded, ..)| !forwarded), "before the first record: {seen:?}");
    assert_eq!(cut_off(1_000, false).await, (true, true, Some(false)));
    assert_eq!(cut_off(1_000, true).await, (true, true, Some(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orderly_stop_leaves_no_end_unknown() {
    let UnderWay { house, mut client, mut line, .. } = under_way(House::in_front_of, get("/b/1")).await;
    for number in 2..=20 {
        line.send(EMPTY).await;
        client.expect(EMPTY).await;
        client.send(get(&format!("/b/{number}"))).await;
        line.head().await;
    }
    line.send(EMPTY).await;
    client.expect(EMPTY).await;
    drop((client, line));
    let (journal, disk, faults) = (house.journal.clone(), house.disk.clone(), house.faults.clone());
    let watch = house.watch.clone();
    house.stop().await;
    let recorded = events(&entries(&journal).await, Origin::Live);
    assert_eq!(recorded.len(), 20);
    assert!(recorded.iter().all(|event| event.get("errorCode").is_none()), "{recorded:#?}");
    assert_eq!(watch.counts().open_intents, 0);
    faults.crash();
    assert_eq!(next_life(&disk, &Environment::real()).await.1, recorded);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_with_more_events_than_may_be_on_their_way_is_durable_before_the_answer() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let keys = |form: &dyn Fn(usize) -> String| (0..1_000).map(form).collect::<String>();
    let body = format!("<Delete>{}</Delete>", keys(&|key| format!("<Object><Key>{key}</Key></Object>")));
    let length = body.len();
    let request = format!(
        "POST /bucket?delete HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut client = client(house.address).await;
    client.send(request).await;
    let mut line = upstream.accept().await;
    line.head().await;
    line.bytes(length).await;
    let answer = keys(&|key| format!("<Deleted><Key>{key}</Key></Deleted>"));
    let answer = format!("<DeleteResult>{answer}</DeleteResult>");
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{answer}", answer.len());
    line.send(&answer).await;
    client.expect(&answer).await;
    assert_eq!(house.events().await.len(), 1_001);
}
