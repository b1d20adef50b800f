//! Followers resume, wait, keep what they need and let go of the rest.

use std::time::Duration;

use cairn_model::Sequence;

use super::{SMALL, entries, entry, numbered, read_all, simulate};
use crate::{AppendError, Disk, Journal, ReadError, SaveError};

#[test]
fn a_follower_resumes_where_it_saved_and_repeats_the_rest() {
    simulate(1, |environment, disk, faults| async move {
        let journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
        journal.append(entries(0..10, 100)).await.unwrap();
        let mut follower = journal.follower("store").await.unwrap();
        assert_eq!(follower.next(1).await.unwrap().len(), 1);
        assert_eq!(follower.next(350).await.unwrap().len(), 3);
        follower.save(Sequence(2)).await.unwrap();
        faults.crash();
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        assert_eq!(journal.followers(), [("store".to_owned(), Sequence(2))]);
        let mut follower = journal.follower("store").await.unwrap();
        assert_eq!(follower.position(), Sequence(2));
        let all = follower.next(usize::MAX).await.unwrap();
        assert_eq!(all, numbered(2, &entries(2..10, 100)));
    });
}

#[test]
fn a_follower_at_the_end_waits_for_the_next_entry_and_for_the_close() {
    simulate(2, |environment, disk, _| async move {
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        let mut follower = journal.follower("f").await.unwrap();
        let waited = environment.clock.timeout(Duration::from_secs(5), follower.next(100)).await;
        assert!(waited.is_err());
        let appended = {
            let (journal, clock) = (journal.clone(), environment.clock.clone());
            environment.tasks.spawn(async move {
                clock.sleep(Duration::from_mins(1)).await;
                journal.append(vec![entry(0, 10)]).await.unwrap();
                journal.close().await;
            })
        };
        assert_eq!(follower.next(100).await.unwrap().len(), 1);
        assert!(matches!(follower.next(100).await, Err(ReadError::Stopped)));
        appended.await.unwrap();
        assert!(matches!(follower.save(Sequence(1)).await, Err(SaveError::Stopped)));
        assert_eq!(journal.append(vec![entry(1, 10)]).await, Err(AppendError::Stopped));
    });
}

#[test]
fn segments_below_every_saved_position_are_deleted_and_the_last_stays() {
    simulate(3, |environment, disk, faults| async move {
        let journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
        let (mut fast, mut slow) = (journal.follower("fast").await.unwrap(), journal.follower("slow").await.unwrap());
        for number in 0..80 {
            journal.append(vec![entry(number, 200)]).await.unwrap();
        }
        let segments = || faults.files().keys().filter(|name| name.ends_with(".segment")).count();
        let all = segments();
        fast.save(Sequence(80)).await.unwrap();
        assert_eq!(segments(), all, "the slow one still needs them");
        slow.save(Sequence(40)).await.unwrap();
        assert!(segments() < all && journal.start() > Sequence(0) && journal.start() <= Sequence(40));
        assert!(matches!(journal.read(Sequence(0), 10).await, Err(ReadError::Released { .. })));
        assert_eq!(read_all(&journal, Sequence(40)).await.unwrap(), numbered(40, &entries(40..80, 200)));
        journal.forget_follower("slow").await.unwrap();
        assert_eq!(segments(), 1);
        // A newcomer begins with what is left.
        assert_eq!(journal.follower("new").await.unwrap().position(), journal.start());
        faults.crash();
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        assert_eq!(journal.end(), Sequence(80));
        journal.append(vec![entry(80, 10)]).await.unwrap();
    });
}

#[test]
fn positions_move_forward_only_and_never_past_the_end() {
    simulate(4, |environment, disk, _| async move {
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        journal.append(entries(0..5, 10)).await.unwrap();
        let mut follower = journal.follower("f").await.unwrap();
        follower.save(Sequence(3)).await.unwrap();
        follower.save(Sequence(3)).await.unwrap();
        assert!(matches!(follower.save(Sequence(2)).await, Err(SaveError::Backwards { .. })));
        assert!(matches!(follower.save(Sequence(6)).await, Err(SaveError::BeyondEnd { .. })));
        for bad in ["", "a/b", "..", "ä", &"x".repeat(65)] {
            assert!(matches!(journal.follower(bad).await, Err(ReadError::InvalidName(_))), "{bad}");
        }
    });
}

#[test]
fn followers_at_the_tail_do_not_read_the_disk() {
    simulate(5, |environment, disk, faults| async move {
        let settings = crate::JournalSettings { memory_bytes_max: 1 << 20, ..SMALL };
        let journal = Journal::open(disk, settings, &environment).await.unwrap();
        let mut follower = journal.follower("f").await.unwrap();
        journal.append(entries(0..10, 100)).await.unwrap();
        let calls = faults.calls();
        assert_eq!(follower.next(usize::MAX).await.unwrap().len(), 10);
        assert_eq!(faults.calls(), calls);
    });
}

#[test]
fn an_append_over_the_limit_is_refused_and_an_empty_one_is_nothing() {
    simulate(6, |environment, disk, _| async move {
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        let refused = journal.append(entries(0..40, 200)).await;
        assert!(matches!(refused, Err(AppendError::TooLarge { bytes_max: 4_000, .. })));
        assert_eq!(journal.append(Vec::new()).await.unwrap().count, 0);
        assert_eq!(journal.append(entries(0..3, 200)).await.unwrap().end(), Sequence(3));
        assert_eq!(*journal.watch_end().borrow(), Sequence(3));
    });
}

#[test]
fn a_second_instance_is_refused_until_the_first_has_closed() {
    simulate(7, |environment, disk: Disk, _| async move {
        let first = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
        let second = Journal::open(disk.clone(), SMALL, &environment).await;
        assert!(matches!(second, Err(crate::OpenError::Locked)));
        first.close().await;
        Journal::open(disk, SMALL, &environment).await.unwrap();
    });
}
