//! The same journal in a real folder, on real threads.

use std::fs;

use cairn_environment::Environment;
use cairn_model::Sequence;

use super::{SMALL, entries, entry, numbered, read_all};
use crate::{Disk, Journal, JournalSettings, OpenError, PendingAppend};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_is_opened_again_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment::real();
    let disk = Disk::folder(folder.path().join("journal"));
    for round in 0..5_u64 {
        let journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
        assert_eq!(journal.end(), Sequence(round * 20));
        let mut follower = journal.follower("f").await.unwrap();
        for number in round * 20..(round + 1) * 20 {
            journal.append(vec![entry(number, 300)]).await.unwrap();
            assert_eq!(follower.next(usize::MAX).await.unwrap().len(), 1);
            follower.save(follower.position()).await.unwrap();
        }
        journal.close().await;
        drop(journal);
    }
    let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
    let start = journal.start().0;
    assert!(start > 60);
    let kept = numbered(start, &entries(start..100, 300));
    assert_eq!(read_all(&journal, Sequence(start)).await.unwrap(), kept);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_instance_on_a_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment::real();
    let first = Journal::open(Disk::folder(folder.path()), SMALL, &environment).await.unwrap();
    let second = Journal::open(Disk::folder(folder.path()), SMALL, &environment).await.unwrap_err();
    assert!(matches!(second, OpenError::Locked));
    assert!(second.to_string().contains("another instance"));
    first.close().await;
    Journal::open(Disk::folder(folder.path()), SMALL, &environment).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_append_at_once_and_each_entry_is_where_its_range_says() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment::real();
    let settings = JournalSettings { reserve_bytes: 4096, ..JournalSettings::default() };
    let journal = Journal::open(Disk::folder(folder.path()), settings, &environment).await.unwrap();
    let mut tasks = Vec::new();
    for appender in 0..32_u64 {
        let journal = journal.clone();
        tasks.push(environment.tasks.spawn(async move {
            let mut ranges = Vec::new();
            for at in 0..10_u64 {
                let first = (appender * 10 + at) * 20;
                ranges.push((first, journal.append(entries(first..first + 20, 700)).await.unwrap()));
            }
            ranges
        }));
    }
    for task in tasks {
        for (first, range) in task.await.unwrap() {
            let read = journal.read(range.first, 1 << 20).await.unwrap();
            assert_eq!(read[..20], numbered(range.first.0, &entries(first..first + 20, 700)));
        }
    }
    assert_eq!(journal.end(), Sequence(6400));
    journal.close().await;
    environment.tasks.stop();
    environment.tasks.drained().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_hand_over_what_they_do_not_wait_for_and_find_it_durable_behind_what_they_do() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment::real();
    let settings = JournalSettings { reserve_bytes: 4096, ..JournalSettings::default() };
    let journal = Journal::open(Disk::folder(folder.path()), settings, &environment).await.unwrap();
    let mut tasks = Vec::new();
    for appender in 0..16_u64 {
        let journal = journal.clone();
        tasks.push(environment.tasks.spawn(async move {
            let mut handed_over = Vec::new();
            for at in 0..30_u64 {
                let first = (appender * 30 + at) * 2;
                let range = journal.append(vec![entry(first, 700)]).await.unwrap();
                assert!(handed_over.iter_mut().all(|(_, pending): &mut (u64, PendingAppend)| {
                    pending.outcome().is_some_and(|ended| ended.unwrap().first < range.first)
                }));
                handed_over.push((first + 1, journal.append_soon(vec![entry(first + 1, 700)]).await.unwrap()));
            }
            handed_over
        }));
    }
    for task in tasks {
        for (number, pending) in task.await.unwrap() {
            let range = pending.wait().await.unwrap();
            assert_eq!(journal.read(range.first, 0).await.unwrap(), numbered(range.first.0, &[entry(number, 700)]));
        }
    }
    // Once more when all is quiet: the writer sleeps and is woken.
    let alone = journal.append_soon(vec![entry(5_000, 700)]).await.unwrap();
    assert_eq!(alone.wait().await.unwrap().first, Sequence(960));
    journal.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_commits_change_no_length_until_the_zeros_ahead_are_used_up_and_closing_cuts_them_off() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment::real();
    let settings = JournalSettings { ahead_bytes: 5_000, reserve_bytes: 4096, ..JournalSettings::default() };
    let journal = Journal::open(Disk::folder(folder.path()), settings, &environment).await.unwrap();
    let segment = folder.path().join("00000000000000000000.segment");
    let mut lengths = Vec::new();
    for number in 0..40 {
        journal.append(vec![entry(number, 300)]).await.unwrap();
        lengths.push(fs::metadata(&segment).unwrap().len());
    }
    lengths.dedup();
    assert!((3..6).contains(&lengths.len()), "{lengths:?}");
    journal.close().await;
    let bytes = fs::read(&segment).unwrap();
    assert_eq!(bytes.last(), Some(&b'D'), "the end of a frame");
    assert!(bytes.len() < usize::try_from(lengths[lengths.len() - 1]).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_last_segment_loses_only_what_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment::real();
    let disk = Disk::folder(folder.path());
    let journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
    journal.append(entries(0..5, 100)).await.unwrap();
    journal.append(entries(5..10, 100)).await.unwrap();
    journal.close().await;
    // As after kill -9 in the middle of a write.
    fs::remove_file(folder.path().join("clean")).unwrap();
    let segment = folder.path().join("00000000000000000000.segment");
    let file = fs::OpenOptions::new().write(true).open(segment).unwrap();
    file.set_len(file.metadata().unwrap().len() - 10).unwrap();
    let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
    assert_eq!(read_all(&journal, Sequence(0)).await.unwrap(), numbered(0, &entries(0..5, 100)));
}
