//! How a store behaves: sizes, ages and what it keeps.

use std::time::Duration;

use cairn_model::Category;

/// How a store behaves.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// The tail becomes files when it has this many events,
    pub flush_rows: usize,
    /// or this many bytes of JSON,
    pub flush_bytes: usize,
    /// or when its oldest event came this long ago.
    pub flush_age: Duration,
    /// When flushing fails, the store stops reading the journal at this many bytes of JSON in memory.
    pub tail_bytes_max: usize,
    /// Bytes of lookup indexes and of pages of events that are kept in memory.
    pub cache_bytes_max: usize,
    /// How long after its arrival an event is kept.
    pub retention: Duration,
    /// Categories that the store does not keep.
    pub dropped_categories: Vec<Category>,
    /// Files that are merged become files of at most this many events.
    pub compact_rows_max: usize,
    /// When more files than this cover one moment, they are sorted into files that follow each other in time.
    pub overlapping_files_max: usize,
    /// So many events at most are sorted at once; each takes eight bytes of memory meanwhile.
    pub sort_rows_max: usize,
    /// Merging of files waits until nothing arrived for this long.
    pub compact_after_quiet: Duration,
    /// A lookup fails when what was durable at its call is not visible after this long.
    pub lookup_wait_max: Duration,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            flush_rows: 128 * 1024,
            flush_bytes: 64 << 20,
            flush_age: Duration::from_mins(5),
            tail_bytes_max: 128 << 20,
            cache_bytes_max: 64 << 20,
            retention: Duration::from_hours(90 * 24),
            dropped_categories: Vec::new(),
            compact_rows_max: 128 * 1024,
            overlapping_files_max: 6,
            sort_rows_max: 8 << 20,
            compact_after_quiet: Duration::from_secs(5),
            lookup_wait_max: Duration::from_secs(30),
        }
    }
}
