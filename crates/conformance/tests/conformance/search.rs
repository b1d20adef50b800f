//! Searches and counts of Cairn's own API, by a client in Python that counts for itself.

use crate::aws::{run_script, said};
use crate::server::Server;
use crate::tree;

#[test]
fn searches_and_counts_agree_with_lookups_and_with_counting_oneself() {
    let server = Server::start();
    let generated = server.folder().join("generated");
    let manifest = tree::write(&generated, 3000, 5);
    let output = server.client(&["import", generated.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    // The generator's days are those from 2026-01-01 on.
    let end = (1_767_225_600 + 10 * 86_400).to_string();
    let compared = run_script(&server, "search_and_counts.py", &[&end]);
    assert_eq!(compared.trim(), format!("{} events", manifest.events));
}
