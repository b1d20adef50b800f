//! Random histories against the simplest model there is: a list.

use cairn_environment::Environment;
use cairn_model::{NewEntry, Origin, Sequence};
use proptest::prelude::*;

use super::{SMALL, entry, numbered, read_all, simulate};
use crate::{Disk, DiskFaults, Journal};

#[derive(Debug, Clone)]
enum Step {
    Append { count: u64, bytes: usize },
    AppendSoon { count: u64, bytes: usize, is_closed: bool },
    Read { from: u64, bytes_max: usize },
    Pass { from: u64, bytes_max: usize },
    Save { back: u64 },
    Close,
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..6_u64, 0..500_usize).prop_map(|(count, bytes)| Step::Append { count, bytes }),
        2 => (1..6_u64, 0..500_usize, any::<bool>())
            .prop_map(|(count, bytes, is_closed)| Step::AppendSoon { count, bytes, is_closed }),
        4 => (0..60_u64, 0..3_000_usize).prop_map(|(from, bytes_max)| Step::Read { from, bytes_max }),
        4 => (0..60_u64, 0..3_000_usize).prop_map(|(from, bytes_max)| Step::Pass { from, bytes_max }),
        2 => (0..20_u64).prop_map(|back| Step::Save { back }),
        1 => Just(Step::Close),
        1 => Just(Step::Crash),
    ]
}

async fn run(steps: Vec<Step>, environment: Environment, disk: Disk, faults: DiskFaults) {
    let mut journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
    let mut model: Vec<NewEntry> = Vec::new();
    for step in steps {
        match step {
            Step::Append { count, bytes } => {
                let first = model.len() as u64;
                let batch: Vec<_> = (first..first + count).map(|number| entry(number, bytes)).collect();
                let range = journal.append(batch.clone()).await.unwrap();
                assert_eq!((range.first, range.count), (Sequence(first), count));
                model.extend(batch);
            }
            Step::AppendSoon { count, bytes, is_closed } => {
                let first = model.len() as u64;
                let batch: Vec<_> = (first..first + count).map(|number| entry(number, bytes)).collect();
                let pending = journal.append_soon(batch.clone()).await.unwrap();
                if is_closed {
                    journal.close().await;
                    journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
                }
                let range = pending.wait().await.unwrap();
                assert_eq!((range.first, range.count), (Sequence(first), count));
                model.extend(batch);
            }
            Step::Read { from, bytes_max } => {
                let from = from.max(journal.start().0).min(model.len() as u64);
                let read = journal.read(Sequence(from), bytes_max).await.unwrap();
                let rest = numbered(from, &model[from as usize..]);
                assert_eq!(read, rest[..read.len()]);
                assert_eq!(read.is_empty(), rest.is_empty());
                let but_last = &read[..read.len().saturating_sub(1)];
                assert!(but_last.iter().map(|entry| entry.event.len()).sum::<usize>() <= bytes_max);
            }
            Step::Pass { from, bytes_max } => {
                let from = from.max(journal.start().0).min(model.len() as u64);
                let mut expected = numbered(from, &model[from as usize..]);
                expected.retain(|entry| entry.origin != Origin::Imported);
                let (mut passed, mut next) = (Vec::new(), Sequence(from));
                while next < journal.end() {
                    let passage = journal.read_passing_imported(next, bytes_max).await.unwrap();
                    assert!(passage.next > next);
                    next = passage.next;
                    passed.extend(passage.entries);
                }
                assert_eq!(passed, expected);
            }
            Step::Save { back } => {
                let mut follower = journal.follower("f").await.unwrap();
                let position = (model.len() as u64).saturating_sub(back).max(follower.position().0);
                follower.save(Sequence(position)).await.unwrap();
                assert!(journal.start() <= Sequence(position));
            }
            Step::Close => {
                journal.close().await;
                journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
            }
            Step::Crash => {
                faults.crash();
                journal = Journal::open(disk.clone(), SMALL, &environment).await.unwrap();
            }
        }
        assert_eq!(journal.end(), Sequence(model.len() as u64));
    }
    let start = journal.start();
    let kept = numbered(start.0, &model[start.0 as usize..]);
    assert_eq!(read_all(&journal, start).await.unwrap(), kept);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn every_history_reads_like_a_list(steps in proptest::collection::vec(step(), 1..40), seed in any::<u64>()) {
        simulate(seed, |environment, disk, faults| run(steps, environment, disk, faults));
    }
}
