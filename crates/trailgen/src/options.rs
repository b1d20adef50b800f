//! What is generated.

use cairn_model::Timestamp;

/// What is generated. Equal options give equal bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How many events, before duplicates.
    pub events: u64,
    /// Over how many days they are spread.
    pub days: u64,
    /// Decides everything that is drawn.
    pub seed: u64,
    /// When the first minute begins.
    pub begin: Timestamp,
    /// Records in one file, at most.
    pub records_per_file_max: usize,
    /// The share of records that appear twice, as at-least-once delivery does: 0.001 for one in a thousand.
    pub duplicates: f64,
}

impl Default for Options {
    /// 100,000 events over the 90 days from 2026-01-01 on.
    fn default() -> Self {
        Self {
            events: 100_000,
            days: 90,
            seed: 1,
            begin: Timestamp::from_unix_seconds(1_767_225_600),
            records_per_file_max: 1000,
            duplicates: 0.0,
        }
    }
}

impl Options {
    /// The same, ending in the minute before `end` instead of beginning at `begin`.
    #[must_use]
    pub fn ending_at(self, end: Timestamp) -> Self {
        let minute = end.unix_seconds().div_euclid(60) * 60;
        let span = i64::try_from(self.days.saturating_mul(86_400)).unwrap_or(i64::MAX);
        Self { begin: Timestamp::from_unix_seconds(minute.saturating_sub(span)), ..self }
    }
}
