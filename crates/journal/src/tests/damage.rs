//! Every truncation and every changed bit: a prefix is recovered, or opening is refused aloud.

use std::collections::BTreeMap;

use cairn_model::Sequence;

use super::{SMALL, entries, entry, numbered, read_all, simulate};
use crate::ahead::written as without_zeros;
use crate::frame::{SEGMENT_HEADER_BYTES, is_torn};
use crate::recovery::recover;
use crate::segment::segment_name;
use crate::{Disk, Journal, JournalSettings, OpenError, ReadError};

/// One segment, so that everything is its tail.
const ONE_SEGMENT: JournalSettings = JournalSettings { segment_bytes_max: 1 << 20, ..SMALL };

/// Without and with zeros ahead.
const AHEAD: [JournalSettings; 2] = [JournalSettings { ahead_bytes: 0, ..ONE_SEGMENT }, ONE_SEGMENT];

type Files = BTreeMap<String, Vec<u8>>;

/// The files of a journal of `commits` commits that was not closed, and where each frame begins or the last one ends.
fn written(commits: u64, settings: JournalSettings) -> (Files, Vec<usize>) {
    simulate(1, |environment, disk, faults| async move {
        let journal = Journal::open(disk, settings, &environment).await.unwrap();
        let mut ends = vec![SEGMENT_HEADER_BYTES];
        for commit in 0..commits {
            // Some large enough to be compressed, some not.
            let bytes = if commit % 2 == 0 { 40 } else { 300 };
            journal.append(entries(commit * 3..commit * 3 + 3, bytes)).await.unwrap();
            ends.push(faults.files().get(&segment_name(Sequence(0))).map_or(0, |bytes| without_zeros(bytes).len()));
        }
        (faults.files(), ends)
    })
}

/// How many entries are there when a journal with these files is opened.
fn end_of(files: &Files, name: &str, bytes: &[u8]) -> Result<u64, OpenError> {
    simulate(2, |_, disk, faults| async move {
        for (name, bytes) in files {
            faults.replace_file(name, Some(bytes));
        }
        faults.replace_file(name, Some(bytes));
        let (disk, _lock) = disk.lock().unwrap().unwrap();
        recover(&disk, &ONE_SEGMENT).map(|recovered| recovered.tail.next.0)
    })
}

#[test]
fn every_truncation_recovers_the_whole_frames_before_it() {
    for settings in AHEAD {
        let (files, ends) = written(6, settings);
        let name = segment_name(Sequence(0));
        let whole = &files[&name];
        assert_eq!(whole.len() > *ends.last().unwrap(), settings.ahead_bytes > 0);
        for length in SEGMENT_HEADER_BYTES..=whole.len() {
            let frames = ends.iter().filter(|end| **end <= length).count() as u64 - 1;
            let end = end_of(&files, &name, &whole[..length]);
            assert_eq!(end.unwrap_or_else(|e| panic!("{length}: {e}")), frames * 3, "cut to {length} bytes");
        }
        for length in 0..SEGMENT_HEADER_BYTES {
            let end = end_of(&files, &name, &whole[..length]);
            assert!(matches!(end, Err(OpenError::Damaged { offset: 0, .. })), "cut to {length} bytes: {end:?}");
        }
    }
}

#[test]
fn a_frame_that_ends_in_zeros_that_were_laid_ahead_is_a_torn_write() {
    let (files, ends) = written(6, ONE_SEGMENT);
    let name = segment_name(Sequence(0));
    let (last, end) = (ends[5], ends[6]);
    for cut in last..end {
        let mut bytes = files[&name].clone();
        bytes[cut..].fill(0);
        assert_eq!(end_of(&files, &name, &bytes).unwrap_or_else(|e| panic!("{cut}: {e}")), 5 * 3, "cut at {cut}");
    }
}

#[test]
fn a_changed_bit_in_zeros_that_were_laid_ahead_costs_no_entry() {
    let (files, ends) = written(4, ONE_SEGMENT);
    let name = segment_name(Sequence(0));
    let mut bytes = files[&name].clone();
    let end = *ends.last().unwrap();
    assert!(bytes.len() > end + 100);
    for bit in end * 8..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        match end_of(&files, &name, &bytes) {
            Ok(entries) => assert_eq!(entries, 4 * 3),
            Err(OpenError::Damaged { offset, .. }) => assert_eq!(offset, end as u64),
            Err(other) => panic!("bit {bit}: {other:?}"),
        }
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn every_changed_bit_is_refused_with_its_place() {
    for settings in AHEAD {
        every_bit_of_the_frames(settings);
    }
}

fn every_bit_of_the_frames(settings: JournalSettings) {
    let (files, ends) = written(4, settings);
    let name = segment_name(Sequence(0));
    let mut bytes = files[&name].clone();
    for bit in 0..ends.last().unwrap() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        let frame = ends.iter().rfind(|end| **end <= bit / 8).copied().unwrap_or(0) as u64;
        match end_of(&files, &name, &bytes) {
            Err(OpenError::Damaged { segment, offset, .. }) => assert_eq!((segment, offset), (name.clone(), frame)),
            other => panic!("bit {bit}: {other:?}"),
        }
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn lost_sectors_of_the_last_frame_are_a_torn_write_and_those_of_an_earlier_one_are_damage() {
    for settings in AHEAD {
        every_sector(JournalSettings { compress_bytes_min: 1 << 20, ..settings });
    }
}

fn every_sector(settings: JournalSettings) {
    let (files, ends) = written(10, settings);
    let name = segment_name(Sequence(0));
    let (last, frames_end) = (ends[ends.len() - 2], ends[ends.len() - 1]);
    let whole = &files[&name];
    for sector in 0..frames_end.div_ceil(512) {
        let (start, end) = (sector * 512, ((sector + 1) * 512).min(whole.len()));
        let mut bytes = whole.clone();
        bytes[start.max(last).min(end)..end].fill(0);
        let torn = end > last;
        if torn {
            assert_eq!(end_of(&files, &name, &bytes).unwrap(), 9 * 3, "sector {sector}");
        }
        if start < last {
            bytes[start..end].fill(0);
            let refused = end_of(&files, &name, &bytes);
            assert!(matches!(refused, Err(OpenError::Damaged { .. })), "sector {sector}: {refused:?}");
        }
    }
    assert!(last / 512 + 1 < frames_end / 512, "the last frame lies in several sectors");
}

#[test]
fn zeros_alone_are_a_torn_write_wherever_they_begin() {
    for offset in [0, 1, 64, 100, 511, 512, 513] {
        for length in [1, 79, 80, 81, 600, 5000] {
            assert!(is_torn(&vec![0; length], offset), "{length} zeros at {offset}");
            assert!(!is_torn(&vec![7; length], offset), "{length} sevens at {offset}");
        }
    }
}

#[test]
fn after_an_orderly_close_nothing_may_be_missing() {
    let files = simulate(3, |environment, disk, faults| async move {
        let journal = Journal::open(disk, ONE_SEGMENT, &environment).await.unwrap();
        for number in 0..3 {
            journal.append(vec![entry(number, 50)]).await.unwrap();
        }
        journal.close().await;
        faults.files()
    });
    let name = segment_name(Sequence(0));
    let whole = &files[&name];
    assert_eq!(end_of(&files, &name, whole).unwrap(), 3);
    for length in 0..whole.len() {
        let end = end_of(&files, &name, &whole[..length]);
        assert!(matches!(end, Err(OpenError::Damaged { .. })), "cut to {length} bytes: {end:?}");
    }
}

#[test]
fn a_journal_that_ends_before_a_followers_position_is_refused() {
    simulate(4, |environment, disk, faults| async move {
        let journal = Journal::open(disk.clone(), ONE_SEGMENT, &environment).await.unwrap();
        journal.append(entries(0..5, 50)).await.unwrap();
        let backup = faults.files();
        let mut follower = journal.follower("store").await.unwrap();
        journal.append(entries(5..9, 50)).await.unwrap();
        follower.save(Sequence(9)).await.unwrap();
        faults.crash();
        let name = segment_name(Sequence(0));
        faults.replace_file(&name, backup.get(&name).map(Vec::as_slice));
        let refused = Journal::open(disk, ONE_SEGMENT, &environment).await;
        assert!(matches!(refused, Err(OpenError::Behind { position: Sequence(9), end: Sequence(5), .. })));
    });
}

/// A journal of several segments, not closed.
async fn several_segments(disk: &Disk, environment: &cairn_environment::Environment) -> Journal {
    let journal = Journal::open(disk.clone(), SMALL, environment).await.unwrap();
    for number in 0..60 {
        journal.append(vec![entry(number, 200)]).await.unwrap();
    }
    journal
}

#[test]
fn damage_in_an_older_segment_is_found_when_it_is_read() {
    simulate(5, |environment, disk, faults| async move {
        drop(several_segments(&disk, &environment).await);
        let files = faults.files();
        let older: Vec<&String> = files.keys().filter(|name| name.ends_with(".segment")).collect();
        assert!(older.len() > 4);
        for at in (0..files[older[1]].len()).step_by(37) {
            let mut bytes = files[older[1]].clone();
            bytes[at] ^= 4;
            faults.crash();
            faults.replace_file(older[1], Some(&bytes));
            let journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
            let read = read_all(&journal, Sequence(0)).await;
            assert!(matches!(&read, Err(ReadError::Damaged { segment, .. }) if segment == older[1]), "{at}: {read:?}");
        }
    });
}

#[test]
fn a_missing_segment_is_noticed() {
    simulate(6, |environment, disk, faults| async move {
        drop(several_segments(&disk, &environment).await);
        faults.crash();
        let files = faults.files();
        let older: Vec<&String> = files.keys().filter(|name| name.ends_with(".segment")).collect();
        faults.replace_file(older[2], None);
        let journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
        assert!(matches!(read_all(&journal, Sequence(0)).await, Err(ReadError::Damaged { .. })));
        drop(journal);
        faults.crash();
        faults.replace_file(older[2], Some(&files[older[2]]));
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        let all: Vec<_> = (0..60).map(|number| entry(number, 200)).collect();
        assert_eq!(read_all(&journal, Sequence(0)).await.unwrap(), numbered(0, &all));
    });
}
