//! Which files should become others: small neighbours one, and those of which too many cover one moment as many that
//! follow each other in time.

use std::sync::Arc;

use cairn_model::Timestamp;

use crate::StoreSettings;
use crate::number::index;
use crate::stored_file::StoredFile;

type Files<'a> = &'a [&'a Arc<StoredFile>];

/// The files of one account that should be merged now, if there are any.
pub(crate) fn choose(files: &[Arc<StoredFile>], settings: &StoreSettings) -> Option<Vec<Arc<StoredFile>>> {
    let mut sorted: Vec<&Arc<StoredFile>> = files.iter().collect();
    sorted.sort_unstable_by_key(|file| (file.entry.account, file.entry.time_min, file.entry.sequence_first));
    let of_accounts = || sorted.chunk_by(|one, other| one.entry.account == other.entry.account);
    let overlapping = || of_accounts().filter_map(|files| overlapping(files, settings)).max_by_key(Vec::len);
    let small =
        || of_accounts().filter_map(|files| small_neighbours(files, settings.compact_rows_max)).max_by_key(Vec::len);
    overlapping().or_else(small)
}

/// The files that cover the moment that most files cover, when those are more than a lookup should have to open: as
/// many of them as may be sorted at once, the oldest first.
fn overlapping(files: Files<'_>, settings: &StoreSettings) -> Option<Vec<Arc<StoredFile>>> {
    // Files that merely touch, as sorted ones do, do not overlap: an end comes before a begin.
    let is_span = |file: &&&Arc<StoredFile>| file.entry.time_min < file.entry.time_max;
    let turns = files.iter().filter(is_span).flat_map(|file| [(file.entry.time_max, -1), (file.entry.time_min, 1)]);
    let mut turns: Vec<(Timestamp, i32)> = turns.collect();
    turns.sort_unstable();
    let (mut covering, mut most, mut moment) = (0, 0, Timestamp::default());
    for (at, turn) in turns {
        covering += turn;
        if covering > most {
            (most, moment) = (covering, at);
        }
    }
    if index(u64::try_from(most).unwrap_or(0)) <= settings.overlapping_files_max {
        return None;
    }
    let covers = |file: &&&Arc<StoredFile>| file.entry.time_min <= moment && moment < file.entry.time_max;
    let mut chosen: Vec<_> = files.iter().filter(covers).map(|file| Arc::clone(file)).collect();
    chosen.sort_unstable_by_key(|file| file.entry.sequence_first);
    let mut rows = 0;
    let room = chosen.iter().take_while(|file| {
        rows += index(file.entry.rows);
        rows <= settings.sort_rows_max
    });
    let count = room.count().max(2);
    chosen.truncate(count);
    Some(chosen)
}

/// Neighbouring files that together have at most `rows_max` events, and at least twice as many as the largest of
/// them, so that an event is written again only so often as its file doubles.
fn small_neighbours(files: Files<'_>, rows_max: usize) -> Option<Vec<Arc<StoredFile>>> {
    let mut best: Files<'_> = &[];
    for start in 0..files.len() {
        let (mut sum, mut largest) = (0, 0);
        for end in start..files.len() {
            let Some(last) = files.get(end) else { break };
            sum += index(last.entry.rows);
            largest = largest.max(index(last.entry.rows));
            if sum > rows_max {
                break;
            }
            let run = files.get(start..=end).unwrap_or_default();
            if sum >= 2 * largest && run.len() > best.len().max(1) {
                best = run;
            }
        }
    }
    (!best.is_empty()).then(|| best.iter().map(|file| Arc::clone(file)).collect())
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;
    use cairn_model::{AccountId, Sequence};
    use cairn_objects::Bucket;

    use super::*;
    use crate::cache::Cache;
    use crate::manifest::FileEntry;

    /// Files with these first and last seconds and rows.
    fn files(all: &[(i64, i64, u64)]) -> Vec<Arc<StoredFile>> {
        let (environment, _) = Environment::simulated(1, Timestamp::default());
        let (bucket, _) = Bucket::simulated("files", &environment);
        let file = |(number, (from, to, rows)): (u64, &(i64, i64, u64))| {
            let at = Timestamp::from_unix_seconds;
            let entry = FileEntry {
                account: AccountId::DEFAULT,
                sequence_first: Sequence(number * 1_000),
                sequence_last: Sequence(number * 1_000 + 999),
                generation: 0,
                rows: *rows,
                time_min: at(*from),
                time_max: at(*to),
                received_min: at(0),
                received_max: at(0),
                parquet_bytes: 1,
                index_bytes: 1,
            };
            Arc::new(StoredFile::new(number, entry, bucket.clone(), Arc::new(Cache::new(1))))
        };
        (0..).zip(all).map(file).collect()
    }

    fn chosen(all: &[(i64, i64, u64)], settings: &StoreSettings) -> Vec<u64> {
        let chosen = choose(&files(all), settings).unwrap_or_default();
        chosen.iter().map(|file| file.entry.sequence_first.0 / 1_000).collect()
    }

    fn settings() -> StoreSettings {
        StoreSettings {
            compact_rows_max: 100,
            overlapping_files_max: 2,
            sort_rows_max: 300,
            ..StoreSettings::default()
        }
    }

    #[test]
    fn files_that_follow_each_other_are_left_alone_when_they_are_large() {
        assert_eq!(chosen(&[(0, 9, 90), (10, 19, 90), (20, 29, 90), (30, 39, 90)], &settings()), [0_u64; 0]);
    }

    #[test]
    fn small_neighbours_in_time_are_merged_whatever_their_order_of_arrival() {
        assert_eq!(chosen(&[(20, 29, 40), (0, 9, 80), (10, 19, 40)], &settings()), [2, 0]);
    }

    #[test]
    fn of_files_that_overlap_those_are_sorted_that_cover_the_moment_that_most_cover() {
        let all = [(0, 50, 90), (40, 90, 90), (45, 60, 90), (80, 99, 90)];
        assert_eq!(chosen(&all, &settings()), [0, 1, 2]);
        let three = StoreSettings { overlapping_files_max: 3, ..settings() };
        assert_eq!(chosen(&all, &three), [0_u64; 0]);
        let touching = [(0, 50, 90), (50, 50, 90), (50, 50, 90), (50, 60, 90)];
        assert_eq!(chosen(&touching, &settings()), [0_u64; 0]);
    }

    #[test]
    fn so_many_are_sorted_at_once_as_may_be_and_never_fewer_than_two() {
        let all = [(0, 99, 200); 5];
        assert_eq!(chosen(&all, &StoreSettings { sort_rows_max: 700, ..settings() }), [0, 1, 2]);
        assert_eq!(chosen(&all, &settings()), [0, 1]);
    }
}
