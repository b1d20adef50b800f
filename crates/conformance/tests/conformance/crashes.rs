//! kill -9 in a loop under load: no acknowledged event is lost, none is there twice, and the files still validate.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::aws::{Aws, said, script};
use crate::bucket::Bucket;
use crate::server::Server;
use crate::trail::Trail;
use crate::{http, wait};

const CYCLES: u64 = 50;

#[test]
fn no_acknowledged_event_is_lost_or_doubled_when_the_server_is_killed_again_and_again() {
    let mut server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    let trail = Trail::logging(&aws, "survivor", &bucket);

    let acknowledged = server.folder().join("acknowledged");
    fs::write(&acknowledged, "").unwrap();
    let mut load = script(&server, "load.py", &[acknowledged.to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for cycle in 0..CYCLES {
        // Now right after the first acknowledgement, now in full swing, now while a digest is due.
        let more = 1 + cycle * 7 % 40;
        let enough = lines(&acknowledged) + more;
        wait::until("more acknowledged events", || (lines(&acknowledged) >= enough).then_some(()));
        server.kill();
        server.start_again();
    }
    drop(load.stdin.take());
    let output = load.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));

    trail.finish(&bucket);
    trail.assert_valid();
    let verified = trail.verify(&server, "s3://audit-logs", &server.url());
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    assert_each_once(&fs::read_to_string(&acknowledged).unwrap(), &bucket);
    let history = script(&server, "check_history.py", &[acknowledged.to_str().unwrap()]).output().unwrap();
    assert!(history.status.success(), "{}", said(&history));
}

fn lines(path: &Path) -> u64 {
    u64::try_from(fs::read_to_string(path).unwrap().lines().count()).unwrap()
}

/// Every acknowledged `event ID` and `request ID` line stands in the delivered files exactly once, no other twice.
fn assert_each_once(acknowledged: &str, bucket: &Bucket) {
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for record in bucket.records() {
        *times.entry(format!("event {}", record["eventID"].as_str().unwrap())).or_default() += 1;
        if let Some(id) = record["requestID"].as_str() {
            *times.entry(format!("request {id}")).or_default() += 1;
        }
    }
    let lost: Vec<&str> = acknowledged.lines().filter(|line| !times.contains_key(*line)).collect();
    let doubled: Vec<_> = times.iter().filter(|(id, count)| id.starts_with("event ") && **count > 1).collect();
    assert!(lost.is_empty() && doubled.is_empty(), "lost {lost:?}, doubled {doubled:?}");
}

#[test]
fn a_killed_server_is_ready_again_within_two_seconds() {
    let mut server = Server::start();
    let aws = Aws::of(&server);
    aws.run(&["sts", "get-caller-identity"]);
    server.kill();
    server.start_without_waiting();
    let address = server.address().to_owned();
    wait::within(Duration::from_secs(2), "the killed server to be ready again", || {
        http::get(&address, "/readyz").filter(|answer| http::status(answer) == Some(200)).map(drop)
    });
}
