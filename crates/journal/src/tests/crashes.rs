//! Crashes between any two steps, from many seeds: what was acknowledged is there, in order, once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::{NewEntry, Sequence, SequenceRange};

use super::{SMALL, entry, read_all, simulate};
use crate::{AppendError, Disk, DiskFault, DiskFaults, Follower, Journal, PendingAppend};

const SEEDS: u64 = 300;
const APPENDERS: u64 = 4;

/// What lingers has its own commit after so long, whatever others do: the linger and three commits of up to 2 ms each,
/// one that was under way, one that took what lay before it, and its own.
const LINGERED: Duration = Duration::from_millis(12);

/// What the world outside knows.
#[derive(Debug, Default)]
struct Known {
    acknowledged: BTreeMap<Sequence, Bytes>,
    /// Everything that was ever handed over, by number.
    offered: BTreeMap<Bytes, u64>,
    /// What was released may be missing from below.
    saved: Sequence,
    /// What the follower was given, at its place.
    followed: BTreeMap<Sequence, Bytes>,
}

type Shared = Arc<Mutex<Known>>;

/// What was handed over and not waited for.
type HandedOver = Vec<(PendingAppend, Vec<NewEntry>)>;

/// Appends until the journal fails, now and then without waiting.
async fn append_on(journal: Journal, environment: Environment, known: Shared, numbers: std::ops::Range<u64>) {
    let mut numbers = numbers.peekable();
    let mut handed_over = HandedOver::new();
    while numbers.peek().is_some() {
        let count = 1 + environment.random.below(4);
        let size = usize::try_from(environment.random.below(400)).unwrap();
        let batch: Vec<NewEntry> = numbers.by_ref().take(count as usize).map(|number| entry(number, size)).collect();
        for entry in &batch {
            let number = known.lock().unwrap().offered.len() as u64;
            known.lock().unwrap().offered.insert(entry.event.clone(), number);
        }
        if environment.random.below(2) == 0 {
            let Ok(pending) = journal.append_soon(batch.clone()).await else { return };
            handed_over.push((pending, batch));
            if environment.random.below(3) == 0 {
                // Nobody need append or wait for it to become durable.
                environment.clock.sleep(LINGERED).await;
                settle(&mut handed_over, &known);
            }
            continue;
        }
        match journal.append(batch.clone()).await {
            Ok(range) => {
                let before = settle(&mut handed_over, &known);
                assert!(before.is_none_or(|before| before < range.first), "the order is kept");
                acknowledge(&known, range, batch);
            }
            Err(AppendError::Full) => {
                settle(&mut handed_over, &known);
                environment.clock.sleep(Duration::from_millis(3)).await;
            }
            Err(_) => return,
        }
        environment.clock.sleep(Duration::from_micros(environment.random.below(1_500))).await;
    }
    environment.clock.sleep(LINGERED).await;
    settle(&mut handed_over, &known);
}

/// Everything that was handed over has ended, in order; the last place that it has.
fn settle(handed_over: &mut HandedOver, known: &Shared) -> Option<Sequence> {
    let mut last = None;
    for (mut pending, batch) in handed_over.drain(..) {
        if let Ok(range) = pending.outcome().expect("what was handed over has ended") {
            assert!(last.is_none_or(|last| last < range.first), "the order is kept");
            last = Some(range.first.plus(range.count - 1));
            acknowledge(known, range, batch);
        }
    }
    last
}

fn acknowledge(known: &Shared, range: SequenceRange, batch: Vec<NewEntry>) {
    assert_eq!(range.count, batch.len() as u64);
    let places = (range.first.0..).map(Sequence).zip(batch.into_iter().map(|entry| entry.event));
    known.lock().unwrap().acknowledged.extend(places);
}

/// Follows and saves until the journal fails.
async fn follow_on(mut follower: Follower, environment: Environment, known: Shared) {
    while let Ok(entries) = follower.next(600).await {
        for entry in entries {
            let before = known.lock().unwrap().followed.insert(entry.sequence, entry.event.clone());
            assert!(before.is_none_or(|before| before == entry.event), "another entry at {}", entry.sequence);
        }
        environment.clock.sleep(Duration::from_micros(environment.random.below(3_000))).await;
        let position = follower.position();
        if environment.random.below(3) > 0 && follower.save(position).await.is_ok() {
            let mut known = known.lock().unwrap();
            known.saved = known.saved.max(position);
        }
    }
}

/// Opens, checks everything that is known against what is there, works on, and is stopped by a crash or an error.
async fn round(number: u64, disk: &Disk, faults: &DiskFaults, environment: &Environment, known: &Shared) {
    let journal = open(disk, faults, environment).await;
    faults.heal();
    check(&journal, known).await;
    let random = &environment.random;
    let fault = [DiskFault::Crash, DiskFault::Crash, DiskFault::Crash, DiskFault::Broken, DiskFault::Full];
    let fault = fault[usize::try_from(random.below(5)).unwrap()];
    faults.fail_call(faults.calls() + 1 + random.below(60), fault);
    let follower = journal.follower("f").await;
    let mut tasks = Vec::new();
    for appender in 0..APPENDERS {
        let first = (number * APPENDERS + appender) * 100;
        let work = append_on(journal.clone(), environment.clone(), Arc::clone(known), first..first + 12);
        tasks.push(environment.tasks.spawn(work));
    }
    if let Ok(follower) = follower {
        tasks.push(environment.tasks.spawn(follow_on(follower, environment.clone(), Arc::clone(known))));
    }
    environment.clock.sleep(Duration::from_millis(5 + random.below(40))).await;
    if random.below(3) == 0 {
        journal.close().await;
    }
    drop(journal);
    faults.heal();
    faults.crash();
    environment.clock.sleep(Duration::from_secs(1)).await;
    for task in tasks {
        task.abort();
        if let Err(error) = task.await {
            assert!(error.is_cancelled(), "{error}");
        }
    }
}

/// Crashes while opening, too.
async fn open(disk: &Disk, faults: &DiskFaults, environment: &Environment) -> Journal {
    if environment.random.below(2) == 0 {
        faults.fail_call(faults.calls() + 1 + environment.random.below(25), DiskFault::Crash);
    }
    if let Ok(journal) = Journal::open(disk.clone(), SMALL, environment).await {
        return journal;
    }
    faults.heal();
    faults.crash();
    Journal::open(disk.clone(), SMALL, environment).await.unwrap()
}

async fn check(journal: &Journal, known: &Shared) {
    let start = journal.start();
    let all = read_all(journal, start).await.unwrap();
    let mut known = known.lock().unwrap();
    assert!(start <= known.saved, "released too early");
    for (at, entry) in all.iter().enumerate() {
        assert_eq!(entry.sequence, start.plus(at as u64));
        assert!(known.offered.contains_key(&entry.event), "an entry that nobody appended");
    }
    let by_place: BTreeMap<_, _> = all.iter().map(|entry| (entry.sequence, &entry.event)).collect();
    for (sequence, event) in known.acknowledged.range(start..).chain(known.followed.range(start..)) {
        assert_eq!(by_place.get(sequence), Some(&event), "entry {sequence}");
    }
    // What survived without an acknowledgement stays from now on.
    let all: Vec<_> = all.into_iter().map(|entry| (entry.sequence, entry.event)).collect();
    let mut seen: Vec<_> = known.acknowledged.range(..start).map(|(_, event)| event.clone()).collect();
    seen.extend(all.iter().map(|(_, event)| event.clone()));
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count, "an entry is there twice");
    known.acknowledged.extend(all);
}

fn run(seed: u64) -> Vec<(Sequence, Bytes)> {
    simulate(seed, |environment, disk, faults| async move {
        let known = Shared::default();
        for number in 0..6 {
            round(number, &disk, &faults, &environment, &known).await;
        }
        let journal = Journal::open(disk, SMALL, &environment).await.unwrap();
        check(&journal, &known).await;
        let known = known.lock().unwrap();
        known.acknowledged.iter().map(|(sequence, event)| (*sequence, event.clone())).collect()
    })
}

#[test]
fn acknowledged_entries_survive_crashes_in_order_and_once() {
    let mut total = 0;
    for seed in 0..SEEDS {
        let result = std::panic::catch_unwind(|| run(seed));
        total += result.unwrap_or_else(|_| panic!("seed {seed}")).len();
    }
    assert!(total as u64 > SEEDS * 20, "{total} entries got through");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 17, 99] {
        assert_eq!(run(seed), run(seed), "seed {seed}");
    }
}

#[test]
fn concurrent_appends_share_syncs() {
    simulate(1, |environment, disk, faults| async move {
        let settings = crate::JournalSettings { segment_bytes_max: 1 << 20, ..SMALL };
        let journal = Journal::open(disk, settings, &environment).await.unwrap();
        let before = faults.syncs();
        let mut tasks = Vec::new();
        for appender in 0..50_u64 {
            let journal = journal.clone();
            tasks.push(environment.tasks.spawn(async move {
                for at in 0..10 {
                    journal.append(vec![entry(appender * 10 + at, 20)]).await.unwrap();
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(journal.end(), Sequence(500));
        let syncs = faults.syncs() - before;
        assert!(syncs < 100, "{syncs} syncs for 500 appends");
    });
}
