//! One failing disk call at a time: nothing that was acknowledged is lost, and nothing is acknowledged that may be.

use std::time::Duration;

use cairn_environment::Environment;
use cairn_model::{NewEntry, Sequence};

use super::{SMALL, entries, entry, numbered, read_all, simulate};
use crate::segment::segment_name;
use crate::{AppendError, Disk, DiskFault, DiskFaults, Journal, JournalSettings};

/// What a run of the work below left behind.
#[derive(Debug, Default)]
struct Outcome {
    /// What was acknowledged, and where.
    acknowledged: Vec<(Sequence, NewEntry)>,
    saved: Sequence,
    finished: bool,
}

/// Opens, appends over several segments, follows, saves and closes; stops at whatever fails for good.
async fn work(disk: &Disk, environment: &Environment) -> Outcome {
    let mut outcome = Outcome::default();
    let Ok(journal) = Journal::open(disk.clone(), SMALL, environment).await else { return outcome };
    let follower = journal.follower("f").await;
    let mut number = 0;
    for _ in 0..20 {
        let batch = entries(number..number + 5, 150);
        number += 5;
        match journal.append(batch.clone()).await {
            Ok(range) => {
                let places = (range.first.0..).map(Sequence);
                outcome.acknowledged.extend(places.zip(batch));
            }
            Err(AppendError::Full) => {
                environment.clock.sleep(Duration::from_millis(10)).await;
            }
            Err(_) => return outcome,
        }
    }
    let Ok(mut follower) = follower else { return outcome };
    while follower.position() < journal.end() {
        if follower.next(2_000).await.is_err() {
            return outcome;
        }
        if follower.save(follower.position()).await.is_ok() {
            outcome.saved = follower.position();
        }
    }
    journal.close().await;
    outcome.finished = true;
    outcome
}

/// What must hold after [`work`], whatever failed in it.
async fn check(outcome: &Outcome, disk: &Disk, environment: &Environment, context: &str) {
    let journal = Journal::open(disk.clone(), SMALL, environment).await;
    let journal = journal.unwrap_or_else(|e| panic!("{context}: {e}"));
    let start = journal.start();
    assert!(start <= outcome.saved.max(journal.followers().first().map_or(Sequence(0), |f| f.1)), "{context}");
    let all = read_all(&journal, start).await.unwrap_or_else(|e| panic!("{context}: {e}"));
    for (sequence, entry) in outcome.acknowledged.iter().filter(|(sequence, _)| *sequence >= start) {
        let at = usize::try_from(sequence.0 - start.0).unwrap();
        assert_eq!(all.get(at).map(|entry| &entry.event), Some(&entry.event), "{context}: entry {sequence}");
    }
    let mut events: Vec<_> = all.iter().map(|entry| entry.event.clone()).collect();
    events.sort();
    events.dedup();
    assert_eq!(events.len(), all.len(), "{context}: an entry is there twice");
    let saved = journal.follower("f").await.unwrap().position();
    assert!(saved >= outcome.saved, "{context}: {saved}");
    journal.append(vec![entry(1_000, 10)]).await.unwrap_or_else(|e| panic!("{context}: {e}"));
    journal.close().await;
}

fn fail_each_call(fault: DiskFault, and_crash: bool) {
    let calls = simulate(1, |environment, disk, faults| async move {
        assert!(work(&disk, &environment).await.finished);
        faults.calls()
    });
    assert!(calls > 80, "{calls}");
    for number in 1..=calls {
        simulate(1, |environment, disk, faults: DiskFaults| async move {
            faults.fail_call(number, fault);
            let outcome = work(&disk, &environment).await;
            faults.heal();
            if and_crash {
                faults.crash();
            } else {
                // The writer lets the lock go once it has seen that nobody needs it.
                environment.clock.sleep(Duration::from_secs(1)).await;
            }
            check(&outcome, &disk, &environment, &format!("{fault:?} at call {number}")).await;
            // What was read back may have been remembered only: a later crash shows what was durable.
            faults.crash();
            check(&outcome, &disk, &environment, &format!("{fault:?} at call {number}, after a crash")).await;
        });
    }
}

#[test]
fn an_error_at_any_disk_call_loses_nothing_acknowledged() {
    fail_each_call(DiskFault::Broken, false);
}

#[test]
fn an_error_at_any_disk_call_and_then_a_crash_lose_nothing_acknowledged() {
    fail_each_call(DiskFault::Broken, true);
}

#[test]
fn a_full_disk_at_any_call_loses_nothing_acknowledged() {
    fail_each_call(DiskFault::Full, false);
}

#[test]
fn a_crash_at_any_call_loses_nothing_acknowledged() {
    fail_each_call(DiskFault::Crash, false);
}

#[test]
fn a_failed_sync_is_never_acknowledged_and_poisons_until_opened_anew() {
    simulate(2, |environment, disk, faults| async move {
        let journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
        journal.append(entries(0..2, 50)).await.unwrap();
        faults.fail_next_sync();
        assert_eq!(journal.append(entries(2..4, 50)).await, Err(AppendError::Poisoned));
        let syncs = faults.syncs();
        for _ in 0..3 {
            assert_eq!(journal.append(entries(4..6, 50)).await, Err(AppendError::Poisoned));
        }
        assert_eq!(faults.syncs(), syncs, "no sync is tried again");
        assert_eq!(journal.end(), Sequence(2));
        assert_eq!(read_all(&journal, Sequence(0)).await.unwrap(), numbered(0, &entries(0..2, 50)));
        journal.close().await;
        // What failed is read back from memory as if it were on the disk; only a crash shows that it is not.
        let journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
        let kept = journal.end();
        journal.append(entries(10..12, 50)).await.unwrap();
        faults.crash();
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        let all = read_all(&journal, Sequence(0)).await.unwrap();
        assert_eq!(all.get(usize::try_from(kept.0).unwrap()).unwrap().event, entry(10, 50).event);
        assert_eq!(journal.end(), kept.plus(2));
    });
}

#[test]
fn a_full_disk_refuses_appends_serves_reads_and_recovers_by_itself() {
    let settings = JournalSettings { ahead_bytes: 0, ..SMALL };
    simulate(3, move |environment, disk, faults| async move {
        let journal = Journal::open(disk.clone(), settings, &environment).await.unwrap();
        let mut follower = journal.follower("f").await.unwrap();
        for number in 0..20 {
            journal.append(vec![entry(number, 200)]).await.unwrap();
        }
        faults.set_full(true);
        for round in 0..3 {
            assert_eq!(journal.append(entries(90..95, 200)).await, Err(AppendError::Full), "round {round}");
            assert_eq!(read_all(&journal, Sequence(0)).await.unwrap().len(), 20);
        }
        // The last segment is not full and nothing can be released, so the space is that of the reserve.
        assert_eq!(follower.next(200).await.unwrap().len(), 1);
        follower.save(Sequence(1)).await.unwrap();
        assert_eq!(journal.append(entries(90..95, 200)).await, Err(AppendError::Full));
        faults.set_full(false);
        let range = journal.append(entries(20..22, 200)).await.unwrap();
        assert_eq!(range.first, Sequence(20));
        faults.set_full(true);
        journal.close().await;
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        faults.set_full(false);
        assert_eq!(read_all(&journal, Sequence(0)).await.unwrap(), numbered(0, &entries(0..22, 200)));
    });
}

#[test]
fn a_full_disk_takes_what_fits_into_the_zeros_ahead_and_gives_their_rest_back() {
    let settings = JournalSettings { segment_bytes_max: 1 << 20, compress_bytes_min: 1 << 20, ..SMALL };
    simulate(4, move |environment, disk, faults| async move {
        let journal = Journal::open(disk.clone(), settings, &environment).await.unwrap();
        journal.append(vec![entry(0, 100)]).await.unwrap();
        let length = |faults: &DiskFaults| faults.files()[&segment_name(Sequence(0))].len();
        let laid = length(&faults);
        faults.set_full(true);
        journal.append(vec![entry(1, 100)]).await.unwrap();
        assert_eq!(length(&faults), laid);
        assert_eq!(journal.append(entries(90..96, 200)).await, Err(AppendError::Full));
        let given_back = length(&faults);
        assert!(given_back < laid - 300, "{given_back} of {laid}");
        // There is room for the entry, not for zeros behind it.
        journal.append(vec![entry(2, 100)]).await.unwrap();
        faults.crash();
        let journal = Journal::open(disk, settings, &environment).await.unwrap();
        assert_eq!(read_all(&journal, Sequence(0)).await.unwrap(), numbered(0, &entries(0..3, 100)));
    });
}
