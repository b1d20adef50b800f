//! How far a run has come, for whoever looks on.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what a run has read so far. Read it from elsewhere while the run goes on.
#[derive(Debug, Default)]
pub struct Progress {
    digests: AtomicUsize,
    log_files: AtomicUsize,
}

impl Progress {
    /// Digests that were read.
    pub fn digests(&self) -> usize {
        self.digests.load(Ordering::Relaxed)
    }

    /// Log files that were held against their digests.
    pub fn log_files(&self) -> usize {
        self.log_files.load(Ordering::Relaxed)
    }

    pub(crate) fn digest_read(&self) {
        self.digests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn log_file_read(&self) {
        self.log_files.fetch_add(1, Ordering::Relaxed);
    }
}
