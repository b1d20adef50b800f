//! Trees of generated log files, with exact counts of what is in them.

use std::fs;
use std::path::Path;

use cairn_trailgen::{Files, Manifest, Options};

/// Writes `AWSLogs/…` with so many events over so many days below `root`, and counts them.
pub(crate) fn write(root: &Path, events: u64, days: u64) -> Manifest {
    let mut files = Files::new(Options { events, days, ..Options::default() });
    for file in files.by_ref() {
        let path = root.join(&file.key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.packed(1)).unwrap();
    }
    files.manifest().clone()
}
