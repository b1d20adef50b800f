//! Random searches and counts over random records, against conditions decided plainly on parsed JSON.

#[cfg(test)]
#[path = "search/plain.rs"]
mod plain;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cairn_environment::Environment;
    use cairn_history::{CountEvents, History, SearchEvents};
    use cairn_journal::{Disk, Journal, JournalSettings};
    use cairn_model::{AccountId, NewEntry, Origin, Outline, Timestamp};
    use cairn_objects::Bucket;
    use cairn_store::{Store, StoreSettings};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use crate::plain::{START, accounts, condition, meets, owner, record, values};

    struct Bench {
        history: History,
        store: Store,
        environment: Environment,
        journal: Journal,
        /// In the order in which they were appended.
        records: Vec<Value>,
        /// Whose events are asked for.
        accounts: Vec<AccountId>,
    }

    impl Bench {
        async fn open() -> Self {
            let (environment, _) = Environment::simulated(1, Timestamp::from_unix_seconds(START + 100));
            let (disk, _) = Disk::simulated(&environment);
            let journal = Journal::open(disk, JournalSettings::default(), &environment).await.unwrap();
            let (bucket, _) = Bucket::simulated("store", &environment);
            let settings = StoreSettings { flush_rows: 30, ..StoreSettings::default() };
            let store = Store::open(bucket, &journal, settings, &environment).await.unwrap();
            let history = History::new(store.clone(), &environment);
            Self { history, store, environment, journal, records: Vec::new(), accounts: accounts() }
        }

        async fn append(&mut self, records: &[Value]) {
            let entry = |record: &Value| NewEntry {
                received_at: self.environment.clock.now(),
                account: owner(record),
                origin: Origin::Live,
                event: record.to_string().into(),
                beside: None,
                outline: Outline::default(),
            };
            if !records.is_empty() {
                self.journal.append(records.iter().map(entry).collect()).await.unwrap();
                self.records.extend_from_slice(records);
            }
        }

        /// The records of the accounts that meet a filter, and when each was appended.
        fn fitting<'b>(&'b self, filter: &'b Value) -> impl Iterator<Item = (usize, &'b Value)> {
            let fits = |record: &Value| self.accounts.contains(&owner(record)) && meets(record, filter);
            self.records.iter().enumerate().filter(move |(_, record)| fits(record))
        }

        /// The ids of the records that meet a filter, newest first.
        fn expected(&self, filter: &Value) -> Vec<String> {
            let mut found: Vec<_> = self.fitting(filter).collect();
            found.sort_by_key(|(number, record)| std::cmp::Reverse((record["eventTime"].as_str().unwrap(), *number)));
            found.into_iter().map(|(_, record)| record["eventID"].as_str().unwrap().to_owned()).collect()
        }

        async fn search(&self, body: &Value) -> Value {
            let request = SearchEvents::parse(body, AccountId::DEFAULT).unwrap();
            let answer = self.history.search_events(&self.accounts, &request).await.unwrap();
            serde_json::from_str(&answer.to_json()).unwrap()
        }

        async fn count(&self, body: &Value) -> Value {
            let request = CountEvents::parse(body, AccountId::DEFAULT, Timestamp::default()).unwrap();
            let answer = self.history.count_events(&self.accounts, &request).await.unwrap();
            serde_json::from_str(&answer.to_json()).unwrap()
        }
    }

    fn in_simulation<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (environment, _) = Environment::simulated(1, Timestamp::default());
            environment.clock.timeout(Duration::from_hours(1), work).await.expect("ends")
        })
    }

    async fn run(
        batches: Vec<Vec<Value>>,
        (filter, asked): (Value, Vec<AccountId>),
        limit: usize,
    ) -> Result<(), TestCaseError> {
        let mut bench = Bench::open().await;
        bench.accounts = asked;
        for records in batches.iter().skip(1) {
            bench.append(records).await;
        }
        let expected = bench.expected(&filter);
        let mut body = json!({"filter": filter, "limit": limit});
        let mut found = Vec::new();
        loop {
            let page = bench.search(&body).await;
            let events = page["events"].as_array().unwrap();
            prop_assert!(events.len() <= limit);
            for event in events {
                prop_assert_eq!(&event["account"], &json!(owner(&event["record"]).as_str()));
            }
            found.extend(events.iter().map(|event| event["eventId"].as_str().unwrap().to_owned()));
            // What arrives meanwhile belongs to no page.
            bench.append(&batches[0]).await;
            if page["nextToken"].is_null() {
                break;
            }
            body["nextToken"] = page["nextToken"].clone();
        }
        prop_assert_eq!(found, expected, "{}", filter);

        bench.store.flush().await.unwrap();
        let by = ["eventName", "errorCode", "requestParameters.a"];
        for by in [&by[..2], &by[..]] {
            let counts = bench.count(&json!({"filter": filter, "by": by, "top": 100})).await;
            prop_assert_eq!(&counts["total"], &json!(bench.expected(&filter).len()));
            for name in by {
                let groups = counts["groups"][*name].as_array().unwrap();
                for group in groups {
                    let value = group["value"].as_str().unwrap();
                    let has = |record: &&Value| values(record, name).contains(&Some(value.to_owned()));
                    let count = bench.fitting(&filter).map(|(_, record)| record).filter(has).count();
                    prop_assert_eq!(&group["count"], &json!(count), "{} {}", name, value);
                }
                let mut texts: Vec<_> = bench.fitting(&filter).map(|(_, record)| record).collect();
                texts.retain(|record| values(record, name).iter().any(Option::is_some));
                prop_assert_eq!(texts.is_empty(), groups.is_empty(), "{}", name);
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

        #[test]
        fn a_search_finds_what_plain_decisions_find_and_a_count_counts_it(
            batches in proptest::collection::vec(proptest::collection::vec(record(), 0..25), 1..4),
            filter in condition(),
            asked in proptest::sample::subsequence(accounts(), 1..=3),
            limit in 1_usize..20,
        ) {
            in_simulation(run(batches, (filter, asked), limit))?;
        }
    }

    #[test]
    fn a_token_goes_with_its_own_request_only() {
        in_simulation(async {
            let mut bench = Bench::open().await;
            let records: Vec<_> = (0..3)
                .map(|number| json!({"eventTime": Timestamp::from_unix_seconds(START).iso_seconds(), "eventID": format!("{number}")}))
                .collect();
            bench.append(&records).await;
            let page = bench.search(&json!({"limit": 1})).await;
            let next = |start: Option<i64>, limit: usize| json!({"limit": limit, "start": start, "nextToken": page["nextToken"]});
            assert_eq!(bench.search(&next(None, 5)).await["events"].as_array().unwrap().len(), 2);
            let other = SearchEvents::parse(&next(Some(1), 5), AccountId::DEFAULT).unwrap();
            let refused = bench.history.search_events(&bench.accounts, &other).await.unwrap_err();
            assert!(refused.to_string().contains("other parameters"), "{refused}");
            let mut of_all = next(None, 5);
            of_all["accounts"] = json!(["all"]);
            let of_all = SearchEvents::parse(&of_all, AccountId::DEFAULT).unwrap();
            assert!(bench.history.search_events(&bench.accounts, &of_all).await.is_err());
        });
    }
}
