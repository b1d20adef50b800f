//! Tests of the whole journal, mostly on a simulated disk.

#![allow(clippy::as_conversions, clippy::cast_possible_truncation, reason = "small numbers of our own making")]

mod crashes;
mod damage;
mod faults;
mod followers;
mod lingering;
mod model;
mod real_folder;

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::{AccountId, Entry, NewEntry, Origin, Outline, Sequence, Timestamp};

use crate::{Disk, DiskFaults, Journal, JournalSettings, ReadError};

/// Everything so small that a few entries fill it.
const SMALL: JournalSettings = JournalSettings {
    segment_bytes_max: 3_000,
    ahead_bytes: 700,
    memory_bytes_max: 1_500,
    batch_bytes_max: 4_000,
    compress_bytes_min: 700,
    reserve_bytes: 600,
    linger: Duration::from_millis(2),
};

/// Runs `work` on a paused clock with everything from one seed.
fn simulate<F: Future>(seed: u64, work: impl FnOnce(Environment, Disk, DiskFaults) -> F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let (environment, _clock) = Environment::simulated(seed, Timestamp::from_unix_seconds(1_790_000_000));
        let (disk, faults) = Disk::simulated(&environment);
        work(environment, disk, faults).await
    })
}

/// An entry that no other number has, of about `bytes` bytes.
fn entry(number: u64, bytes: usize) -> NewEntry {
    let origin = [Origin::Imported, Origin::Live, Origin::Live, Origin::Intent][usize::try_from(number % 4).unwrap()];
    let filling = (0..bytes).map(|at| char::from(b'a' + u8::try_from((number + at as u64 * 7) % 26).unwrap()));
    let event = format!("{{\"eventID\":\"{number}\",\"f\":\"{}\"}}", filling.collect::<String>());
    NewEntry {
        received_at: Timestamp::from_unix_ms(1_790_000_000_000 + i64::try_from(number).unwrap()),
        account: AccountId::DEFAULT,
        origin,
        event: Bytes::from(event),
        beside: number.is_multiple_of(5).then(|| Bytes::from(format!("{{\"n\":{number}}}"))),
        outline: Outline::default(),
    }
}

fn entries(numbers: std::ops::Range<u64>, bytes: usize) -> Vec<NewEntry> {
    numbers.map(|number| entry(number, bytes)).collect()
}

/// Everything from `from` to the end, read in small bites.
async fn read_all(journal: &Journal, from: Sequence) -> Result<Vec<Entry>, ReadError> {
    let mut all = Vec::new();
    let mut next = from;
    loop {
        let some = journal.read(next, 500).await?;
        let Some(last) = some.last() else { return Ok(all) };
        next = last.sequence.plus(1);
        all.extend(some);
    }
}

/// As if they had been appended first, from `first` on.
fn numbered(first: u64, entries: &[NewEntry]) -> Vec<Entry> {
    let number = |(at, entry): (usize, &NewEntry)| {
        let NewEntry { received_at, account, origin, event, beside, outline } = entry.clone();
        let sequence = Sequence(first).plus(u64::try_from(at).unwrap());
        Entry { sequence, received_at, account, origin, event, beside, outline }
    };
    entries.iter().enumerate().map(number).collect()
}
