//! Real CloudTrail records: each is found by its eventID with the same bytes, and the counts are those of the index.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::io::Read;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use bytes::Bytes;
    use cairn_environment::Environment;
    use cairn_history::{History, HistoryEvent, LookupAttributeText, LookupEvents};
    use cairn_journal::{Disk, Journal, JournalSettings};
    use cairn_model::{
        AccountId, Document, EventFields, JsonLimits, NewEntry, Origin, Outline, Region, Timestamp, split_documents,
    };
    use cairn_objects::Bucket;
    use cairn_store::{Store, StoreSettings};
    use serde_json::Value;

    struct Bench {
        history: History,
        store: Store,
        environment: Environment,
        journal: Journal,
    }

    async fn bench() -> Bench {
        let (environment, _) = Environment::simulated(1, Timestamp::from_unix_seconds(1_790_000_000));
        let (disk, _) = Disk::simulated(&environment);
        let journal = Journal::open(disk, JournalSettings::default(), &environment).await.unwrap();
        let (bucket, _) = Bucket::simulated("store", &environment);
        let settings = StoreSettings { flush_rows: 200, ..StoreSettings::default() };
        let store = Store::open(bucket, &journal, settings, &environment).await.unwrap();
        Bench { history: History::new(store.clone(), &environment), store, environment, journal }
    }

    impl Bench {
        async fn import(&self, events: &[Bytes]) {
            let received_at = self.environment.clock.now();
            let account = AccountId::DEFAULT;
            let entry = |event: &Bytes| NewEntry {
                received_at,
                account,
                origin: Origin::Imported,
                event: event.clone(),
                beside: None,
                outline: Outline::default(),
            };
            for some in events.chunks(50) {
                self.journal.append(some.iter().map(entry).collect()).await.unwrap();
            }
        }

        async fn all(&self, key: &str, value: &str) -> Vec<HistoryEvent> {
            let attribute = LookupAttributeText { key: key.to_owned(), value: value.to_owned() };
            let mut request = LookupEvents {
                lookup_attributes: vec![attribute],
                start_time: Some(Timestamp::default()),
                event_category: Some("all".to_owned()),
                ..LookupEvents::default()
            };
            let mut events = Vec::new();
            let everywhere = Region::parse("all").unwrap();
            loop {
                let answer = self.history.lookup_events(AccountId::DEFAULT, &everywhere, &request).await.unwrap();
                events.extend(answer.events());
                request.next_token = answer.next_token;
                if request.next_token.is_none() {
                    return events;
                }
            }
        }
    }

    fn events_of(folder: &Path) -> Vec<Bytes> {
        let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let mut events = Vec::new();
        for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "gz")) {
            let mut text = Vec::new();
            flate2::read::MultiGzDecoder::new(fs::File::open(file).unwrap()).read_to_end(&mut text).unwrap();
            let text = Bytes::from(text);
            for document in split_documents(&text, JsonLimits::default()) {
                if let Document::Events(ranges) = document.unwrap() {
                    events.extend(ranges.into_iter().map(|range| text.slice(range)));
                }
            }
        }
        events
    }

    async fn check(set: &str, counts: &Value, events: &[Bytes]) {
        let bench = bench().await;
        bench.import(events).await;
        assert_eq!(counts["n"].as_u64(), u64::try_from(events.len()).ok(), "{set}");
        let mut by_id: BTreeMap<String, Vec<&Bytes>> = BTreeMap::new();
        for event in events {
            let fields = EventFields::parse(event).unwrap();
            by_id.entry(fields.event_id.unwrap_or_default().into_owned()).or_default().push(event);
        }
        by_id.remove("");
        assert_eq!(counts["distinct_eventIDs"].as_u64(), u64::try_from(by_id.len()).ok(), "{set}");
        for _ in ["in memory and files", "in files"] {
            for (event_id, expected) in &by_id {
                let found = bench.all("EventId", event_id).await;
                let mut found: Vec<&[u8]> = found.iter().map(|event| event.cloud_trail_event.as_bytes()).collect();
                let mut expected: Vec<&[u8]> = expected.iter().copied().map(AsRef::as_ref).collect();
                found.sort_unstable();
                expected.sort_unstable();
                assert!(found == expected, "{set} {event_id}");
            }
            for pair in counts["top_event_names"].as_array().into_iter().flatten() {
                // Null counts the events without a name.
                let Some(name) = pair[0].as_str() else { continue };
                assert_eq!(
                    u64::try_from(bench.all("EventName", name).await.len()).ok(),
                    pair[1].as_u64(),
                    "{set} {name}"
                );
            }
            bench.store.flush().await.unwrap();
            bench.environment.clock.sleep(Duration::from_secs(30)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn real_records_are_found_as_they_are_and_as_often_as_they_are() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
        let Ok(index) = fs::read(fixtures.join("INDEX.json")) else {
            println!("skipped: there are no fixtures beside this checkout");
            return;
        };
        let index: BTreeMap<String, Value> = serde_json::from_slice(&index).unwrap();
        for (set, counts) in &index {
            let folder = fixtures.join(set);
            if folder.is_dir() && counts["n"].is_u64() {
                check(set, counts, &events_of(&folder)).await;
            }
        }
    }
}
