//! `cairn demo`: a server that answers while it is filled, says what it did, and can be stopped at any time.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::aws::Aws;
use crate::server::Server;
use crate::wait;

const EVENTS: u64 = 20_000;
const FILLED: &str = "20000 events are in the history";

/// The newest event between so many days ago.
#[expect(clippy::disallowed_methods, reason = "black-box tests live in real time")]
fn newest(aws: &Aws, [from, to]: [u64; 2]) -> Option<Value> {
    let ago = |days: u64| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        now.saturating_sub(Duration::from_hours(24 * days)).as_secs().to_string()
    };
    let answer = aws.cloudtrail(&[
        "lookup-events",
        "--start-time",
        &ago(from),
        "--end-time",
        &ago(to),
        "--lookup-attributes",
        "AttributeKey=ReadOnly,AttributeValue=true",
        "--max-items",
        "1",
    ]);
    answer["Events"].get(0).cloned()
}

#[test]
fn the_demo_answers_while_it_is_filled_and_then_has_events_of_ninety_days() {
    let mut server = Server::prepare_demo(EVENTS);
    server.start_again();
    let aws = Aws::of(&server).in_region("all");
    aws.cloudtrail(&["lookup-events", "--max-items", "1"]);
    let log = server.log();
    assert!(log.contains("making 20000 events of the last 90 days"), "{log}");
    assert!(!log.contains(FILLED), "it was filled before it answered: {log}");

    wait::until("the demo to be filled", || server.log().contains("Try:").then_some(()));
    let log = server.log();
    assert!(log.contains(FILLED), "{log}");
    assert!(log.contains(&server.url()) && log.contains("aws --region all cloudtrail lookup-events"), "{log}");
    for days in [[90, 80], [45, 44], [1, 0]] {
        let event = newest(&aws, days).unwrap_or_else(|| panic!("no event between {days:?} days ago"));
        assert!(event["CloudTrailEvent"].as_str().unwrap().contains("\"eventVersion\""), "{event}");
    }
    assert!(!server.data().join("demo-logs").exists(), "the generated files were left behind");
    assert!(server.terminate().success(), "{}", server.log());

    server.start_again();
    wait::until("the introduction of a demo that is filled already", || {
        (server.log().matches("Try:").count() == 2).then_some(())
    });
    assert_eq!(server.log().matches("making 20000 events").count(), 1, "filled twice: {}", server.log());
    server.interrupt();
    assert!(server.wait_ended().success(), "{}", server.log());
}

#[test]
fn a_demo_that_is_interrupted_while_it_is_filled_stops_at_once() {
    for stop in [Server::interrupt, Server::ask_to_stop] {
        // Far more than can be made while the test waits.
        let mut server = Server::prepare_demo(2_000_000);
        server.start_again();
        wait::until("the filling to begin", || server.log().contains("making 2000000 events").then_some(()));
        stop(&server);
        assert!(server.wait_ended().success(), "{}", server.log());
        assert!(!server.log().contains("are in the history"), "{}", server.log());
        assert!(!server.data().join("demo-logs").exists(), "the generated files were left behind");
    }
}
