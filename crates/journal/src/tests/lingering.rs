//! Appends that nobody waits for: they share the commits of others, keep their order, and become durable by themselves.

use std::time::Duration;

use cairn_model::{Sequence, SequenceRange};

use super::{SMALL, entries, entry, numbered, read_all, simulate};
use crate::{AppendError, Journal, JournalSettings, PendingAppend};

/// One segment, so that syncs are commits.
const ONE_SEGMENT: JournalSettings = JournalSettings { segment_bytes_max: 1 << 20, ..SMALL };

/// Nothing becomes durable by waiting.
const ENDLESS: JournalSettings = JournalSettings { linger: Duration::from_hours(1), ..ONE_SEGMENT };

/// A commit in simulation takes up to 2 ms, and timers count whole milliseconds.
const COMMIT_MAX: Duration = Duration::from_millis(4);

fn range(first: u64, count: u64) -> SequenceRange {
    SequenceRange { first: Sequence(first), count }
}

#[test]
fn what_nobody_waits_for_is_durable_after_the_linger_without_another_append() {
    simulate(1, |environment, disk, faults| async move {
        let journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
        for round in 0..3_u64 {
            let begun = environment.clock.instant();
            let mut pending = journal.append_soon(entries(round * 2..round * 2 + 2, 50)).await.unwrap();
            assert_eq!((pending.outcome(), journal.end()), (None, Sequence(round * 2)));
            assert_eq!(pending.wait().await, Ok(range(round * 2, 2)));
            let took = environment.clock.instant().duration_since(begun);
            assert!((SMALL.linger..SMALL.linger + COMMIT_MAX).contains(&took), "{took:?}");
        }
        faults.crash();
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        assert_eq!(read_all(&journal, Sequence(0)).await.unwrap(), numbered(0, &entries(0..6, 50)));
    });
}

#[test]
fn what_comes_while_others_linger_waits_no_longer_than_its_own_linger() {
    simulate(2, |environment, disk, _| async move {
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        let mut waits = Vec::new();
        for number in 0..40 {
            let begun = environment.clock.instant();
            let pending = journal.append_soon(vec![entry(number, 20)]).await.unwrap();
            let clock = environment.clock.clone();
            waits.push(environment.tasks.spawn(async move {
                pending.wait().await.unwrap();
                clock.instant().duration_since(begun)
            }));
            environment.clock.sleep(Duration::from_micros(environment.random.below(1_500))).await;
        }
        for wait in waits {
            let took = wait.await.unwrap();
            // A commit may have begun just before.
            assert!(took < SMALL.linger + COMMIT_MAX * 2, "{took:?}");
        }
    });
}

#[test]
fn it_goes_with_the_next_commit_that_somebody_waits_for_in_the_order_of_arrival() {
    simulate(3, |environment, disk, faults| async move {
        let journal = Journal::open(disk.clone(), ENDLESS, &environment).await.unwrap();
        let mut syncs = 0;
        for round in 0..50_u64 {
            let first = round * 4;
            let mut before = journal.append_soon(entries(first..first + 2, 20)).await.unwrap();
            assert_eq!(before.outcome(), None);
            let other = journal.append_soon(vec![entry(first + 2, 20)]).await.unwrap();
            syncs = if round == 0 { faults.syncs() } else { syncs };
            assert_eq!(journal.append(vec![entry(first + 3, 20)]).await, Ok(range(first + 3, 1)));
            assert_eq!(before.outcome(), Some(Ok(range(first, 2))));
            assert_eq!(before.outcome(), Some(Ok(range(first, 2))), "it can be asked again");
            assert_eq!(other.wait().await, Ok(range(first + 2, 1)));
        }
        assert_eq!(faults.syncs() - syncs, 50, "one commit for what was handed over and what was waited for");
        faults.crash();
        let journal = Journal::open(disk, ENDLESS, &environment).await.unwrap();
        assert_eq!(read_all(&journal, Sequence(0)).await.unwrap(), numbered(0, &entries(0..200, 20)));
    });
}

#[test]
fn closing_commits_what_lingers_and_so_does_dropping_the_journal() {
    simulate(4, |environment, disk, faults| async move {
        for (round, is_closed) in [(0, true), (1, false)] {
            let journal = Journal::open(disk.clone(), ENDLESS, &environment).await.unwrap();
            let (mut pending, first) = (Vec::new(), round * 10);
            for number in first..first + 10 {
                pending.push(journal.append_soon(vec![entry(number, 600)]).await.unwrap());
            }
            if is_closed {
                journal.close().await;
                assert_eq!(journal.append_soon(vec![entry(99, 1)]).await.unwrap_err(), AppendError::Stopped);
            }
            drop(journal);
            for (number, pending) in (first..).zip(pending) {
                assert_eq!(pending.wait().await, Ok(range(number, 1)));
            }
            faults.crash();
        }
        let journal = Journal::open(disk, ENDLESS, &environment).await.unwrap();
        assert_eq!(read_all(&journal, Sequence(0)).await.unwrap(), numbered(0, &entries(0..20, 600)));
    });
}

#[test]
fn what_lingers_never_keeps_the_room_that_somebody_waits_for() {
    simulate(5, |environment, disk, _| async move {
        let journal = Journal::open(disk, ENDLESS, &environment).await.unwrap();
        let begun = environment.clock.instant();
        let mut pending: Vec<PendingAppend> = Vec::new();
        for number in 0..40 {
            // More than twice what a batch holds: from some point on each waits for room.
            pending.push(journal.append_soon(vec![entry(number, 500)]).await.unwrap());
        }
        journal.append(entries(40..46, 500)).await.unwrap();
        assert!(environment.clock.instant().duration_since(begun) < Duration::from_secs(1));
        for (number, pending) in (0..).zip(pending) {
            assert_eq!(pending.wait().await, Ok(range(number, 1)));
        }
    });
}

#[test]
fn a_refusal_reaches_whoever_kept_the_handle() {
    simulate(6, |environment, disk, faults| async move {
        let settings = JournalSettings { ahead_bytes: 0, ..ONE_SEGMENT };
        let journal = Journal::open(disk, settings, &environment).await.unwrap();
        faults.set_full(true);
        let pending = journal.append_soon(entries(0..2, 300)).await.unwrap();
        assert_eq!(pending.wait().await, Err(AppendError::Full));
        faults.set_full(false);
        let pending = journal.append_soon(entries(0..2, 300)).await.unwrap();
        assert_eq!(pending.wait().await, Ok(range(0, 2)));
        let too_large = journal.append_soon(entries(2..20, 500)).await.unwrap_err();
        assert!(matches!(too_large, AppendError::TooLarge { bytes_max: 4_000, .. }), "{too_large}");
        assert_eq!(journal.append_soon(Vec::new()).await.unwrap().outcome(), Some(Ok(range(2, 0))));
        faults.fail_next_sync();
        let mut pending = journal.append_soon(entries(2..4, 300)).await.unwrap();
        assert_eq!(journal.append(entries(4..5, 300)).await, Err(AppendError::Poisoned));
        assert_eq!(pending.outcome(), Some(Err(AppendError::Poisoned)));
        assert_eq!(journal.append_soon(entries(5..6, 300)).await.unwrap_err(), AppendError::Poisoned);
    });
}
