//! A full disk: ingest and changes are refused, reads go on, and with space comes everything back by itself.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::aws::{Aws, run_script};
use crate::bucket::Bucket;
use crate::server::Server;
use crate::trail::Trail;

const DISK_MIB: u32 = 28;

/// What the test leaves of the disk before it fills it with events.
const LEFT_BYTES: u64 = 3 << 20;

#[test]
fn on_a_full_disk_ingest_is_refused_reads_go_on_and_space_brings_everything_back() {
    // A tail of few events, so that the store wants to write as well.
    let Some(mut server) = Server::prepare_on_own_disk("[history]\ntail_events_max = 100\n", DISK_MIB) else {
        // Past the test harness, which shows nothing of tests that pass.
        writeln!(std::io::stderr(), "skipped: a full disk, because a file system cannot be mounted here").unwrap();
        return;
    };
    server.start_again();
    let aws = Aws::of(&server);
    let bucket = Bucket::new(&aws, "audit-logs");
    let trail = Trail::logging(&aws, "patient", &bucket);

    let notes = server.folder().join("notes.json");
    let notes = notes.to_str().unwrap();
    let filler = server.data_from_outside().join("filler");
    fill(&filler);
    run_script(&server, "full_disk.py", &["fill", notes]);
    run_script(&server, "full_disk.py", &["read", notes]);
    std::fs::remove_file(&filler).unwrap();
    run_script(&server, "full_disk.py", &["recover", notes]);

    trail.finish(&bucket);
    trail.assert_valid();
    let verified = trail.verify(&server, "s3://audit-logs", &server.url());
    assert_eq!(verified.status.code(), Some(0), "{}", crate::aws::said(&verified));
    let mut delivered: Vec<String> = bucket
        .records()
        .iter()
        .filter(|record| record["eventSource"] == "filling.example.com")
        .map(|record| record["eventID"].as_str().unwrap().to_owned())
        .collect();
    let count = delivered.len();
    delivered.sort_unstable();
    delivered.dedup();
    assert_eq!(delivered.len(), count, "delivered twice");
    let acknowledged: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(notes).unwrap()).unwrap();
    let mut acknowledged: Vec<&str> =
        acknowledged["acknowledged"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    acknowledged.sort_unstable();
    assert_eq!(delivered, acknowledged, "delivered and acknowledged");
    assert!(server.terminate().success(), "{}", server.log());
}

/// Takes the disk's space up to [`LEFT_BYTES`].
fn fill(path: &Path) {
    let mut file = File::create(path).unwrap();
    let piece = vec![0xA5; 64 << 10];
    while file.write_all(&piece).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.checked_sub(LEFT_BYTES).unwrap()).unwrap();
}
