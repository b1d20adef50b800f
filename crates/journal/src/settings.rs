//! How large the journal's pieces may become, in bytes, and how long what nobody waits for may wait.

use std::time::Duration;

/// How large the journal's pieces may become, in bytes, and how long what nobody waits for may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalSettings {
    /// A segment file that has reached this size is followed by a new one.
    pub segment_bytes_max: u64,
    /// So far zeros are laid ahead in the last segment; 0 for none.
    pub ahead_bytes: u64,
    /// The newest entries that are kept in memory, so that followers at the tail do not read the disk.
    pub memory_bytes_max: usize,
    /// The most that one append, and one commit, may carry. Twice as much may wait; then appends wait for their turn.
    pub batch_bytes_max: usize,
    /// Payloads of at least this size are compressed (zstd).
    pub compress_bytes_min: usize,
    /// Disk space that is kept aside so that positions and a clean stop can be saved when the disk is full.
    pub reserve_bytes: usize,
    /// How long an append that nobody waits for waits at most for a commit that it can share. 2 ms.
    pub linger: Duration,
}

impl Default for JournalSettings {
    fn default() -> Self {
        Self {
            segment_bytes_max: 64 << 20,
            ahead_bytes: 1 << 20,
            memory_bytes_max: 32 << 20,
            batch_bytes_max: 8 << 20,
            compress_bytes_min: 16 << 10,
            reserve_bytes: 4 << 20,
            linger: Duration::from_millis(2),
        }
    }
}
