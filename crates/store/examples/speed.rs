//! How fast the store takes in and finds: `cargo run --release -p cairn-store --example speed -- EVENTS.ndjson`.
//!
//! The events go through a real journal and a real folder, both in a temporary folder. Every line is an event.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_journal::{Disk, Journal, JournalSettings};
use cairn_model::{AccountId, Category, EventFields, EventKey, NewEntry, Origin, Outline, Sequence};
use cairn_objects::Bucket;
use cairn_store::{LookupAttribute, LookupQuery, Store, StoreSettings};

type Outcome<T> = Result<T, Box<dyn Error>>;

const ACCOUNT: AccountId = AccountId::DEFAULT;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::print_stdout, reason = "its output is its purpose")]
async fn main() -> Outcome<()> {
    let path = std::env::args().nth(1).ok_or("usage: speed EVENTS.ndjson")?;
    let environment = Environment::real();
    let folder = tempfile::tempdir()?;
    let disk = Disk::folder(folder.path().join("journal"));
    let journal = Journal::open(disk, JournalSettings::default(), &environment).await?;
    let bucket = Bucket::folder("store", folder.path().join("store"), &environment)?;
    let store = Store::open(bucket, &journal, StoreSettings::default(), &environment).await?;

    let started = environment.clock.instant();
    let (count, keys) = append_all(&path, &journal, &environment).await?;
    let appended = environment.clock.instant() - started;
    store.wait_applied(journal.end()).await;
    store.flush().await?;
    let taken = environment.clock.instant() - started;
    let stats = store.stats();
    println!("{count} events appended in {appended:.2?}, in files after {taken:.2?}, {}", memory()?);
    println!("{stats:#?}");
    println!("{} bytes an event", (stats.parquet_bytes + stats.index_bytes) / count.max(1));

    let started = environment.clock.instant();
    for some in keys.chunks(1000) {
        store.known(ACCOUNT, some).await?;
    }
    println!("{} known keys in {:.2?}", keys.len(), environment.clock.instant() - started);
    let fresh: Vec<_> = keys.iter().map(|key| EventKey { id: key.id.map(|byte| byte ^ 0x5a), ..*key }).collect();
    let started = environment.clock.instant();
    for some in fresh.chunks(1000) {
        store.known(ACCOUNT, some).await?;
    }
    println!("{} unknown keys in {:.2?}", fresh.len(), environment.clock.instant() - started);
    lookups(&path, &store, &environment).await?;
    println!("waiting for files to be merged");
    environment.clock.sleep(Duration::from_secs(25)).await;
    println!("{:#?} {}", store.stats(), memory()?);
    lookups(&path, &store, &environment).await?;
    environment.tasks.stop();
    journal.close().await;
    environment.tasks.drained().await;
    Ok(())
}

async fn append_all(path: &str, journal: &Journal, environment: &Environment) -> Outcome<(u64, Vec<EventKey>)> {
    let (mut count, mut keys) = (0, Vec::new());
    let mut reader = std::io::BufReader::with_capacity(1 << 20, std::fs::File::open(path)?);
    loop {
        let mut batch = Vec::with_capacity(1000);
        let mut text = Vec::new();
        let mut ends = Vec::new();
        while ends.len() < 1000 && std::io::BufRead::read_until(&mut reader, b'\n', &mut text)? > 0 {
            ends.push(text.len());
        }
        let text = Bytes::from(text);
        let mut start = 0;
        for end in ends {
            let event = text.slice(start..end - 1);
            start = end;
            let received_at = environment.clock.now();
            if count % 100 == 0 {
                keys.push(EventKey::of(ACCOUNT, &EventFields::parse(&event)?, &event));
            }
            count += 1;
            batch.push(NewEntry {
                received_at,
                account: ACCOUNT,
                origin: Origin::Imported,
                event,
                beside: None,
                outline: Outline::default(),
            });
        }
        if batch.is_empty() {
            return Ok((count, keys));
        }
        journal.append(batch).await?;
    }
}

#[allow(clippy::print_stdout, reason = "its output is its purpose")]
async fn lookups(path: &str, store: &Store, environment: &Environment) -> Outcome<()> {
    let mut wanted = values(path)?;
    wanted.push((LookupAttribute::Username, "nobody-at-all".to_owned()));
    let mut spans = Vec::new();
    for round in 0..40 {
        for (attribute, value) in &wanted {
            let query = query(*attribute, value);
            let started = environment.clock.instant();
            let found = store.lookup(&query).await?.len();
            spans.push((environment.clock.instant() - started, *attribute, value.clone(), found, round));
        }
    }
    spans.sort();
    let at = |per_mille: usize| spans.get(spans.len() * per_mille / 1000).map(|(span, ..)| *span).unwrap_or_default();
    println!("{} lookups: p50 {:.2?}, p90 {:.2?}, p99 {:.2?}", spans.len(), at(500), at(900), at(990));
    for (span, attribute, value, found, round) in spans.iter().rev().take(6) {
        println!("  slowest {span:.2?} {attribute:?} {value} ({found} found, round {round})");
    }
    Ok(())
}

/// Values of some events, frequent ones and rare ones as they come.
fn values(path: &str) -> Outcome<Vec<(LookupAttribute, String)>> {
    let mut wanted = Vec::new();
    let reader = std::io::BufReader::with_capacity(1 << 20, std::fs::File::open(path)?);
    for line in std::io::BufRead::lines(reader).step_by(19_997) {
        let line = line?;
        let fields = EventFields::parse(line.as_bytes())?;
        let mut put = |attribute, value: Option<&str>| wanted.extend(value.map(|value| (attribute, value.to_owned())));
        put(LookupAttribute::EventId, fields.event_id.as_deref());
        put(LookupAttribute::EventName, fields.event_name.as_deref());
        put(LookupAttribute::EventSource, fields.event_source.as_deref());
        put(LookupAttribute::Username, fields.user_identity.username().as_deref());
        put(LookupAttribute::AccessKeyId, fields.user_identity.access_key_id());
        put(LookupAttribute::ReadOnly, fields.read_only.map(|value| if value { "true" } else { "false" }));
        for resource in fields.resources().iter().take(1) {
            put(LookupAttribute::ResourceName, Some(&resource.resource_name));
            put(LookupAttribute::ResourceType, resource.resource_type.as_deref());
        }
    }
    Ok(wanted)
}

fn query(attribute: LookupAttribute, value: &str) -> LookupQuery {
    LookupQuery {
        accounts: vec![ACCOUNT],
        region: None,
        categories: vec![Category::Management],
        attributes: vec![(attribute, value.to_owned())],
        filter: None,
        start: None,
        end: None,
        limit: 51,
        after: None,
        before_sequence: Some(Sequence(u64::MAX)),
    }
}

/// The memory of this process now and at most.
fn memory() -> Outcome<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let lines = status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
    Ok(lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", "))
}
