//! Real CloudTrail records: their import must give the counts that were made beside them.

use std::io::Write;
use std::path::PathBuf;

use serde_json::Value;

use crate::aws::{Aws, run_script, said};
use crate::bucket::Bucket;
use crate::server::{Server, repository};
use crate::trail::Trail;

/// The sets of `../shared/fixtures`, with a plain word when they are not there.
fn fixtures() -> Option<(PathBuf, Value)> {
    let folder = repository().join("../shared/fixtures");
    if let Ok(text) = std::fs::read_to_string(folder.join("INDEX.json")) {
        return Some((folder, serde_json::from_str(&text).unwrap()));
    }
    // Past the test harness, which shows nothing of tests that pass.
    writeln!(std::io::stderr(), "skipped: real records, because {} is absent", folder.display()).unwrap();
    None
}

/// The number on a line of the import's summary.
fn count(summary: &str, name: &str) -> u64 {
    let line =
        summary.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name}: {summary}"));
    line.trim().parse().unwrap_or_else(|_| panic!("{name}: {summary}"))
}

#[test]
fn imported_records_are_counted_as_the_index_counts_them() {
    let Some((folder, index)) = fixtures() else { return };
    for (set, expected) in index.as_object().unwrap() {
        // A server for each set: the same event IDs occur in several of them.
        let server = Server::start();
        let path = folder.join(set);
        let output = server.cairn(&["import", path.to_str().unwrap(), "--all-problems"]);
        let summary = said(&output);
        let (records, distinct) = (&expected["n"], expected["distinct_eventIDs"].as_u64().unwrap());
        assert_eq!(Some(count(&summary, "events  ")), records.as_u64(), "{set}: {summary}");
        assert_eq!(count(&summary, "new"), distinct, "{set}: {summary}");
        let known = count(&summary, "duplicates") + count(&summary, "conflicts");
        assert_eq!(distinct + known, records.as_u64().unwrap(), "{set}: {summary}");
        // One set keeps a list of what to expect beside its logs; nothing else may be refused.
        let refused = summary.lines().filter(|line| line.contains(": ") && !line.contains("/EXPECTED.json "));
        assert_eq!(refused.filter(|line| !line.contains("other bytes")).count(), 0, "{set}: {summary}");

        let again = said(&server.cairn(&["import", path.to_str().unwrap()]));
        assert_eq!(count(&again, "new"), 0, "{set} a second time: {again}");
        let found: u64 = run_script(&server, "count_history.py", &["--imported"]).trim().parse().unwrap();
        assert_eq!(found, distinct, "{set}: in the history");
    }
}

#[test]
fn an_imported_event_is_found_byte_for_byte_by_its_attributes() {
    let Some((folder, _)) = fixtures() else { return };
    let server = Server::start();
    let output = server.cairn(&["import", folder.join("invictus").to_str().unwrap()]);
    assert!(output.status.success(), "{}", said(&output));
    let aws = Aws::of(&server).in_region("all");
    for (key, value) in [("EventName", "Decrypt"), ("EventSource", "kms.amazonaws.com"), ("ReadOnly", "false")] {
        let attribute = format!("AttributeKey={key},AttributeValue={value}");
        let answer = aws.cloudtrail(&[
            "lookup-events",
            "--lookup-attributes",
            &attribute,
            "--start-time",
            "2023-01-01",
            "--end-time",
            "2024-01-01",
            "--max-items",
            "10",
        ]);
        let events = answer["Events"].as_array().unwrap();
        assert!(!events.is_empty() && events.iter().all(|event| event[key] == value), "{key}: {events:#?}");
    }
}

#[test]
fn what_cannot_be_read_is_named_with_its_place_and_the_rest_goes_in() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let event = |id: u8| {
        format!(
            "{{\"eventVersion\":\"1.11\",\"eventTime\":\"2026-01-01T00:00:00Z\",\"eventSource\":\"s3.amazonaws.com\",\
             \"eventName\":\"CreateBucket\",\"awsRegion\":\"us-east-1\",\"eventID\":\"00000000-0000-4000-8000-0000000000{id:02}\"}}"
        )
    };
    let records = [event(1), "17".to_owned(), event(2)].join(",");
    std::fs::write(folder.path().join("good.json"), format!("{{\"Records\":[{records}]}}")).unwrap();
    std::fs::write(folder.path().join("lines.json"), format!("{}\n{}\n{{\"eventVersion\":\n", event(3), event(1)))
        .unwrap();
    std::fs::write(folder.path().join("bad.json.gz"), b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03cut off").unwrap();
    std::fs::write(folder.path().join("NOTES.md"), "no log file at all").unwrap();
    let output = server.cairn(&["import", folder.path().to_str().unwrap(), "--all-problems"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!((count(&text, "new"), count(&text, "duplicates")), (3, 1), "{text}");
    for place in ["good.json", "lines.json", "bad.json.gz"] {
        assert!(text.contains(place), "{place} is not named: {text}");
    }
}

#[test]
fn what_a_trail_delivered_is_known_byte_for_byte_when_it_is_imported_from_the_bucket() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    let trail = Trail::logging(&aws, "circle", &bucket);
    trail.wait_for_digests(&bucket, 2);
    trail.finish(&bucket);
    let summary = said(&server.cairn(&["import", "s3://audit-logs"]));
    let delivered = u64::try_from(bucket.records().len()).unwrap();
    assert_eq!((count(&summary, "new"), count(&summary, "conflicts")), (0, 0), "{summary}");
    assert_eq!(count(&summary, "duplicates"), delivered, "{summary}");
    assert!(count(&summary, "digest files skipped") > 0, "{summary}");
}
