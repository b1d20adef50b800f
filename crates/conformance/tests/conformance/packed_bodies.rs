//! `POST /v1/events` in every form and packing, live or not, and bodies that are packed to do harm.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::aws::{Aws, run_script, said, script};
use crate::bucket::{Bucket, Stored, gzip_member};
use crate::server::Server;
use crate::trail::Trail;
use crate::wait;

/// The largest that the server may become, whatever it is sent: it unpacks four bodies at a time to at most 64 MiB
/// each, which take twice as much while they grow, and its allocator keeps some of that for later.
const MEMORY_BYTES_MAX: u64 = 1 << 30;

fn event(id: &str) -> String {
    // With spaces that no JSON writer puts there: they must come back.
    format!(
        "{{ \"eventVersion\" : \"1.11\", \"eventTime\":\"2026-10-01T08:03:12Z\", \"eventSource\":\"packed.example.com\", \
         \"eventName\":\"Packed\", \"awsRegion\":\"us-east-1\", \"eventID\":\"{id}\", \"readOnly\":false, \
         \"userIdentity\":{{\"type\":\"Root\"}}, \"eventType\":\"AwsApiCall\", \"managementEvent\":true, \
         \"recipientAccountId\":\"123456789012\", \"eventCategory\":\"Management\" }}"
    )
}

/// So many events, whose ids begin with `set`.
fn events(set: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| event(&format!("{set}-{number}"))).collect()
}

fn records(events: &[String]) -> Vec<u8> {
    format!("{{\"Records\":[{}]}}", events.join(",")).into()
}

fn lines(events: &[String]) -> Vec<u8> {
    events.join("\n").into()
}

fn zstd_frame(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// A script that sends a body, under way.
fn sending(server: &Server, name: &str, [query, encoding]: [&str; 2], body: &[u8]) -> Child {
    let path: PathBuf = server.folder().join(name);
    std::fs::write(&path, body).unwrap();
    let mut command = script(server, "bring.py", &[path.to_str().unwrap(), query, encoding]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The status and the JSON of the answer.
fn answer(sending: Child) -> (u64, Value) {
    let output = sending.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    (answer["status"].as_u64().unwrap(), answer["body"].clone())
}

fn bring(server: &Server, how: [&str; 2], body: &[u8]) -> (u64, Value) {
    answer(sending(server, "body", how, body))
}

/// `CloudTrailEvent` of the events of this id.
fn found(aws: &Aws, id: &str) -> Vec<String> {
    let attribute = format!("AttributeKey=EventId,AttributeValue={id}");
    let start = ["--start-time", "2020-01-01"];
    let answer = aws.cloudtrail(&[&["lookup-events", "--lookup-attributes", &attribute][..], &start].concat());
    let texts = answer["Events"].as_array().unwrap().iter();
    texts.map(|event| event["CloudTrailEvent"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_form_in_every_packing_is_counted_and_kept_byte_for_byte() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let set = |name: &str| events(name, 20);
    let halves = |name: &str, pack: fn(&[u8]) -> Vec<u8>| {
        let all = set(name);
        // A log file, then lines: a form for each member.
        [pack(&records(&all[..10])), pack(&lines(&all[10..]))].concat()
    };
    let one_each: Vec<u8> = set("members").iter().flat_map(|event| gzip_member(event.as_bytes())).collect();
    let bodies: Vec<(&str, &str, Vec<u8>)> = vec![
        ("plain-records", "", records(&set("plain-records"))),
        ("plain-lines", "", lines(&set("plain-lines"))),
        ("gzip-records", "gzip", gzip_member(&records(&set("gzip-records")))),
        ("gzip-lines", "gzip", gzip_member(&lines(&set("gzip-lines")))),
        ("gzip-both", "gzip", halves("gzip-both", gzip_member)),
        ("members", "gzip", one_each),
        ("zstd-records", "zstd", zstd_frame(&records(&set("zstd-records")))),
        ("zstd-lines", "zstd", zstd_frame(&lines(&set("zstd-lines")))),
        (
            "frames",
            "zstd",
            set("frames").iter().flat_map(|event| zstd_frame(format!("{event}\n").as_bytes())).collect(),
        ),
    ];
    for (name, encoding, body) in &bodies {
        let (status, report) = bring(&server, ["", encoding], body);
        assert_eq!(
            (status, &report["accepted"], &report["rejected"]),
            (200, &json!(20), &json!(0)),
            "{name}: {report}"
        );
        let range = report["lastSequence"].as_u64().unwrap() - report["firstSequence"].as_u64().unwrap();
        assert_eq!(range, 19, "{name}: {report}");
        let last = format!("{name}-19");
        assert_eq!(found(&aws, &last), [event(&last)], "{name}: not found, or other bytes");
    }
    let counted = run_script(&server, "count_distinct.py", &[]);
    let expected = bodies.len() * 20;
    assert_eq!(counted.trim(), format!("{expected} events, {expected} ids"));
}

#[test]
fn live_events_reach_the_log_files_of_a_trail_and_imported_ones_do_not() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    let trail = Trail::logging(&aws, "live", &bucket);
    for (query, id) in [("", "plain"), ("as=history", "imported"), ("as=live", "live")] {
        let (status, report) = bring(&server, [query, "zstd"], &zstd_frame(&lines(&events(id, 1))));
        assert_eq!((status, &report["accepted"]), (200, &json!(1)), "{query}: {report}");
    }
    trail.finish(&bucket);
    trail.assert_valid();
    let records = bucket.records();
    let brought: Vec<&str> = records
        .iter()
        .filter(|record| record["eventSource"] == "packed.example.com")
        .map(|record| record["eventID"].as_str().unwrap())
        .collect();
    assert_eq!(brought, ["live-0"]);
    let texts: Vec<String> = bucket.all().iter().filter(|object| object.is_log()).map(Stored::inflated).collect();
    assert!(texts.iter().any(|text| text.contains(&event("live-0"))), "delivered with other bytes");
    for id in ["plain-0", "imported-0", "live-0"] {
        assert_eq!(found(&aws, id).len(), 1, "{id} in the history");
    }
}

/// A frame that inflates to so many spaces.
fn zstd_bomb(bytes: u64) -> Vec<u8> {
    zstd::encode_all(std::io::repeat(b' ').take(bytes), 1).unwrap()
}

/// A member that inflates to so many bytes, which are quickly seen not to be JSON.
fn gzip_bomb(bytes: usize) -> Vec<u8> {
    gzip_member(&vec![b'x'; bytes])
}

/// So many bytes that do not compress.
fn noise(bytes: u32) -> Vec<u8> {
    (0..bytes / 4).flat_map(|n| n.wrapping_mul(n).wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

#[test]
fn bombs_are_refused_with_a_typed_error_in_bounded_memory() {
    let server = Server::start();
    // What stands before makes the whole look less packed, so that it is not refused for its ratio alone.
    let before = noise(1 << 20);
    let frame_before = [&0x184D_2A50_u32.to_le_bytes()[..], &(1_u32 << 20).to_le_bytes(), &before].concat();
    let member_before = gzip_member(&before);
    let (member, huge) = (gzip_bomb(48 << 20), zstd_bomb(1 << 30));
    let bombs: Vec<(&str, Vec<u8>)> = vec![
        ("gzip", member.repeat(4)),
        ("gzip", [member_before.clone(), member.repeat(6)].concat()),
        ("gzip", [member_before, gzip_bomb(65 << 20)].concat()),
        ("gzip", gzip_member(b"").repeat(70_000)),
        ("zstd", huge.clone()),
        ("zstd", [frame_before.clone(), huge].concat()),
        ("zstd", [frame_before, zstd_bomb(65 << 20)].concat()),
    ];
    // All at once, and the worst of them several times over.
    let all = bombs.iter().chain(std::iter::repeat_n(&bombs[5], 5));
    let under_way: Vec<Child> = all
        .enumerate()
        .map(|(number, (encoding, body))| sending(&server, &format!("bomb-{number}"), ["", encoding], body))
        .collect();
    for (number, sending) in under_way.into_iter().enumerate() {
        let (status, body) = answer(sending);
        assert_eq!((status, code(&body)), (413, "RequestEntityTooLargeException"), "bomb {number}: {body}");
        assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    }
    let wide = wide_window();
    let (status, body) = bring(&server, ["", "zstd"], &wide);
    assert_eq!((status, code(&body)), (400, "ValidationException"), "a window of 128 MiB: {body}");
    let peak = server.memory_peak_bytes();
    assert!(peak < MEMORY_BYTES_MAX, "the server took {} MiB", peak >> 20);

    let (status, report) = bring(&server, ["", "zstd"], &zstd_frame(&records(&events("after", 1))));
    assert_eq!((status, &report["accepted"]), (200, &json!(1)), "{report}");
    // Each refusal is a record of its own, and nothing of the bombs is in the history.
    let counted = run_script(&server, "count_distinct.py", &[]);
    assert_eq!(counted.trim(), "1 events, 1 ids");
    wait::until("the records of the refusals", || {
        let count = run_script(&server, "count_refusals.py", &["RequestEntityTooLargeException"]);
        (count.trim() == "12").then_some(())
    });
}

/// AWS's code of an error.
fn code(body: &Value) -> &str {
    body["code"].as_str().unwrap_or_default()
}

/// A frame that asks for a window of 128 MiB.
fn wide_window() -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    std::io::copy(&mut std::io::repeat(b' ').take(1 << 20), &mut encoder).unwrap();
    encoder.finish().unwrap()
}
