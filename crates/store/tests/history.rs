//! The store against a plain list: whatever happened before, a lookup finds exactly what filtering and sorting finds.

#[cfg(test)]
#[path = "history/filters.rs"]
mod filters;
#[cfg(test)]
#[path = "history/plain.rs"]
mod plain;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cairn_model::{AccountId, EventKey, Origin, Timestamp};
    use cairn_store::{EventColumn, Filter, Known, LookupAttribute, LookupQuery, Operator, Predicate, StoreSettings};
    use proptest::prelude::*;

    use crate::plain::{Bench, Step, event, in_simulation, query, step};

    async fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
        let mut bench = Bench::open(small_settings()).await;
        for step in steps {
            match step {
                Step::Append(events) => bench.append(events).await,
                Step::Flush => bench.try_flush().await,
                Step::Wait(seconds) => bench.environment.clock.sleep(Duration::from_secs(seconds)).await,
                Step::Reopen => bench.reopen().await,
                Step::Trouble(per_mille) => bench.trouble(per_mille),
                Step::Look(query) => {
                    let found = bench.look(&query).await;
                    prop_assert_eq!(found, bench.expected(&query), "{:?}", query);
                }
                Step::Count(query) => {
                    let (said, expected) = bench.counts(&query).await;
                    prop_assert_eq!(said, expected, "{:?}", query);
                }
                Step::Pages(query, between) => bench.pages(query, between).await?,
            }
        }
        bench.faults.calm();
        bench.check_known().await
    }

    fn small_settings() -> StoreSettings {
        StoreSettings {
            flush_rows: 40,
            flush_age: Duration::from_secs(20),
            compact_rows_max: 150,
            overlapping_files_max: 2,
            sort_rows_max: 500,
            compact_after_quiet: Duration::from_secs(2),
            cache_bytes_max: 20_000,
            ..StoreSettings::default()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

        #[test]
        fn a_lookup_finds_what_filtering_and_sorting_finds(steps in proptest::collection::vec(step(), 1..25)) {
            in_simulation(run(steps))?;
        }
    }

    #[test]
    fn what_is_older_than_the_retention_is_gone_from_memory_and_files() {
        in_simulation(async {
            let settings = StoreSettings { retention: Duration::from_secs(1000), ..small_settings() };
            let mut bench = Bench::open(settings).await;
            bench.append(vec![event(1)]).await;
            bench.store.flush().await.unwrap();
            bench.environment.clock.sleep(Duration::from_mins(10)).await;
            bench.append(vec![event(2)]).await;
            bench.store.flush().await.unwrap();
            let everything = LookupQuery { limit: 100, ..query() };
            let oldest = async || bench.store.oldest(AccountId::DEFAULT).await.unwrap().map(Timestamp::unix_seconds);
            let (first, second) =
                (bench.expected(&everything)[1].event_time, bench.expected(&everything)[0].event_time);
            assert_eq!(bench.store.lookup(&everything).await.unwrap().len(), 2);
            assert_eq!(oldest().await, Some(first.unix_seconds()));
            bench.environment.clock.sleep(Duration::from_mins(10)).await;
            assert_eq!(bench.store.lookup(&everything).await.unwrap().len(), 1);
            assert_eq!(oldest().await, Some(second.unix_seconds()));
            bench.environment.clock.sleep(Duration::from_mins(10)).await;
            assert_eq!(bench.store.lookup(&everything).await.unwrap(), []);
            assert_eq!(oldest().await, None);
            assert_eq!(bench.store.stats().files, 0);
            let files = bench.faults.keys().into_iter().filter(|key| !key.starts_with("manifest"));
            assert_eq!(files.collect::<Vec<_>>(), Vec::<String>::new());
        });
    }

    #[test]
    fn copies_are_told_from_changed_copies_in_memory_and_in_files() {
        in_simulation(async {
            let mut bench = Bench::open(small_settings()).await;
            bench.append(vec![event(1), event(2)]).await;
            let key = |n| Bench::key(&event(n));
            let (one, two, three) = (key(1), key(2), key(3));
            let changed = EventKey { bytes_hash: two.bytes_hash ^ 1, ..two };
            bench.store.wait_applied(bench.journal.end()).await;
            for _ in 0..2 {
                let known = bench.store.known(AccountId::DEFAULT, &[one, three, changed, two]).await.unwrap();
                assert_eq!(known, [Known::Same, Known::No, Known::Different, Known::Same]);
                bench.store.flush().await.unwrap();
            }
        });
    }

    #[test]
    fn while_the_object_store_is_out_nothing_is_lost_and_memory_stays_bounded() {
        in_simulation(async {
            let settings = StoreSettings { tail_bytes_max: 20_000, ..small_settings() };
            let mut bench = Bench::open(settings).await;
            bench.faults.begin_outage();
            for n in 0..40 {
                bench.append((0..10).map(|m| event(n * 10 + m)).collect()).await;
            }
            bench.environment.clock.sleep(Duration::from_mins(1)).await;
            let stats = bench.store.stats();
            assert!(stats.failing.is_some());
            assert!(stats.tail_bytes < 60_000, "{stats:?}");
            assert!(stats.applied < bench.journal.end(), "{stats:?}");
            bench.faults.end_outage();
            bench.store.wait_applied(bench.journal.end()).await;
            let everything = LookupQuery { limit: 1000, ..query() };
            assert_eq!(bench.store.lookup(&everything).await.unwrap(), bench.expected(&everything));
            bench.store.flush().await.unwrap();
            assert_eq!(bench.store.stats().failing, None);
        });
    }

    #[test]
    fn many_small_files_become_few() {
        in_simulation(async {
            let mut bench = Bench::open(small_settings()).await;
            for n in 0..30 {
                bench.append(vec![event(n), event(n + 100)]).await;
                bench.store.flush().await.unwrap();
            }
            bench.environment.clock.sleep(Duration::from_mins(1)).await;
            assert!(bench.store.stats().files <= 6, "{:?}", bench.store.stats());
            let everything = LookupQuery { limit: 1000, ..query() };
            assert_eq!(bench.store.lookup(&everything).await.unwrap(), bench.expected(&everything));
            bench.reopen().await;
            assert_eq!(bench.store.lookup(&everything).await.unwrap(), bench.expected(&everything));
        });
    }

    #[test]
    fn files_that_overlap_in_time_become_files_that_follow_each_other() {
        in_simulation(async {
            let mut bench = Bench::open(small_settings()).await;
            for n in 0..40 {
                bench.append((0..10).map(|m| event(n + m * 40)).collect()).await;
                bench.store.flush().await.unwrap();
            }
            assert!(bench.most_files_at_a_time() >= 2, "the files do not overlap before they are merged");
            bench.environment.clock.sleep(Duration::from_mins(2)).await;
            assert_eq!(bench.store.stats().files, 3, "{:?}", bench.store.stats());
            assert_eq!(bench.most_files_at_a_time(), 1);
            let everything = LookupQuery { limit: 1000, ..query() };
            assert_eq!(bench.store.lookup(&everything).await.unwrap(), bench.expected(&everything));
            bench.reopen().await;
            assert_eq!(bench.store.lookup(&everything).await.unwrap(), bench.expected(&everything));
        });
    }

    #[test]
    fn imported_and_live_events_stay_what_they_are_through_merging() {
        in_simulation(async {
            let mut bench = Bench::open(small_settings()).await;
            for n in 0..4 {
                let origin = if n % 2 == 0 { Origin::Imported } else { Origin::Live };
                bench.append_as(vec![event(n)], origin).await;
                bench.store.flush().await.unwrap();
            }
            bench.environment.clock.sleep(Duration::from_mins(1)).await;
            assert_eq!(bench.store.stats().files, 1);
            assert_eq!(bench.imported_column(), [true, false, true, false]);
        });
    }

    /// An event of a user on a bucket, whose names may be long.
    fn event_with_names(number: u64, user: &str, bucket: &str) -> (AccountId, String) {
        let (account, text) = event(number);
        let names = format!(
            r#","userIdentity":{{"type":"IAMUser","userName":"{user}"}},"resources":[{{"ARN":"arn:aws:s3:::{bucket}"}}]}}"#
        );
        (account, text.trim_end_matches('}').to_owned() + &names)
    }

    #[test]
    fn values_of_any_length_are_found_in_memory_in_files_and_in_merged_files() {
        in_simulation(async {
            let long = |length: usize, end: &str| format!("{}{end}", "n".repeat(length - end.len()));
            // The first two differ only in their last byte.
            let names = [long(9_000, "x"), long(9_000, "y"), long(8_001, "x"), long(8_000, "x"), "nx".to_owned()];
            let mut queries = Vec::new();
            for name in names.iter().chain([&long(9_000, "z")]) {
                for attribute in [LookupAttribute::ResourceName, LookupAttribute::Username] {
                    queries.push(LookupQuery { attributes: vec![(attribute, name.clone())], ..query() });
                }
                for operator in [Operator::Equals, Operator::StartsWith, Operator::EndsWith, Operator::AtLeast] {
                    for column in [EventColumn::ResourceName, EventColumn::Username] {
                        let has = Filter::Has(column, Predicate::new(operator, vec![name.clone()], false));
                        queries.push(LookupQuery { filter: Some(has.clone()), ..query() });
                        queries.push(LookupQuery { filter: Some(Filter::Not(Box::new(has))), ..query() });
                    }
                }
            }
            let exists = Predicate::new(Operator::Exists, Vec::new(), false);
            queries.push(LookupQuery { filter: Some(Filter::Has(EventColumn::ResourceName, exists)), ..query() });
            let mut bench = Bench::open(small_settings()).await;
            for place in ["memory", "files", "a merged file"] {
                if place != "files" {
                    for (number, name) in (bench.journal.end().0..).zip(&names) {
                        let events = [event_with_names(number, name, name), event_with_names(number, "nina", name)];
                        bench.append(events.into()).await;
                    }
                }
                if place != "memory" {
                    bench.store.flush().await.unwrap();
                    bench.environment.clock.sleep(Duration::from_mins(1)).await;
                    assert_eq!(bench.store.stats().files, 1, "{place}");
                }
                for query in &queries {
                    let (found, expected) = (bench.look(query).await, bench.expected(query));
                    assert!(found == expected, "{place}: {} and not {}", found.len(), expected.len());
                    let (said, counted) = bench.counts(query).await;
                    assert_eq!(said, counted, "{place}");
                }
            }
            let longest =
                LookupQuery { attributes: vec![(LookupAttribute::ResourceName, names[0].clone())], ..query() };
            assert_eq!(bench.look(&longest).await.len(), 4);
        });
    }
}
