//! Events that others bring, through recorder, journal and store together.

#[cfg(test)]
mod ingest {
    use std::io::{Read, Write};
    use std::path::{Path, PathBuf};

    use bytes::Bytes;
    use cairn_environment::Environment;
    use cairn_journal::{Disk, Journal, JournalSettings};
    use cairn_model::{AccountId, Category, Entry, Origin, Region, Sequence};
    use cairn_objects::Bucket;
    use cairn_recorder::{Call, ContentEncoding, IngestError, IngestReport, IngestRequest, Recorder, RecorderSettings};
    use cairn_store::{Store, StoreSettings};
    use serde_json::{Value, json};

    struct Bench {
        environment: Environment,
        journal: Journal,
        recorder: Recorder,
        quarantine: Bucket,
    }

    async fn bench() -> Bench {
        let environment = Environment::real();
        let (disk, _faults) = Disk::simulated(&environment);
        bench_on(disk, environment).await
    }

    async fn bench_on(disk: Disk, environment: Environment) -> Bench {
        let journal = Journal::open(disk, JournalSettings::default(), &environment).await.unwrap();
        let (bucket, _faults) = Bucket::simulated("store", &environment);
        let store = Store::open(bucket, &journal, StoreSettings::default(), &environment).await.unwrap();
        let (quarantine, _faults) = Bucket::simulated("quarantine", &environment);
        let settings = RecorderSettings { quarantine: Some(quarantine.clone()), ..RecorderSettings::default() };
        let recorder = Recorder::new(journal.clone(), store, settings, &environment);
        Bench { environment, journal, recorder, quarantine }
    }

    impl Bench {
        fn request(&self, body: impl Into<Bytes>, encoding: ContentEncoding, origin: Origin) -> IngestRequest {
            let received_at = self.environment.clock.now();
            IngestRequest { account: AccountId::DEFAULT, origin, encoding, body: body.into(), received_at }
        }

        async fn history(&self, body: impl Into<Bytes>) -> IngestReport {
            let request = self.request(body, ContentEncoding::Identity, Origin::Imported);
            self.recorder.ingest(request).await.unwrap()
        }

        async fn live(&self, body: impl Into<Bytes>) -> IngestReport {
            self.recorder.ingest(self.request(body, ContentEncoding::Identity, Origin::Live)).await.unwrap()
        }

        async fn entries(&self) -> Vec<Entry> {
            let mut entries: Vec<Entry> = Vec::new();
            loop {
                let from = entries.last().map_or(Sequence(0), |entry| entry.sequence.plus(1));
                let more = self.journal.read(from, 1 << 20).await.unwrap();
                if more.is_empty() {
                    return entries;
                }
                entries.extend(more);
            }
        }
    }

    fn event(number: u64) -> String {
        format!(r#"{{"eventTime":"2026-10-01T08:03:12Z","eventName":"CreateTrail","eventID":"id-{number}"}}"#)
    }

    fn gz(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn counts(report: &IngestReport) -> (u64, u64, u64, u64) {
        (report.accepted, report.duplicates, report.conflicts, report.rejected)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_the_journal_had_before_the_start_is_known_before_the_store_has_read_it() {
        let environment = Environment::real();
        let (disk, _faults) = Disk::simulated(&environment);
        let before = bench_on(disk.clone(), environment.clone()).await;
        let lines: Vec<String> = (0..20_000).map(event).collect();
        assert_eq!(before.live(lines.join("\n")).await.accepted, 20_000);
        before.journal.close().await;

        let after = bench_on(disk, environment).await;
        assert_eq!(counts(&after.live(event(19_999)).await), (0, 1, 0, 0));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_new_is_appended_byte_for_byte_and_what_is_known_is_not() {
        let bench = bench().await;
        let lines = format!("{}\n{}\n", event(1), event(2));
        let report = bench.history(lines.clone()).await;
        assert_eq!(counts(&report), (2, 0, 0, 0));
        assert_eq!((report.first_sequence, report.last_sequence), (Some(Sequence(0)), Some(Sequence(1))));
        let again = bench.history(format!(r#"{{"Records":[{},{},{}]}}"#, event(2), event(3), event(3))).await;
        assert_eq!(counts(&again), (1, 2, 0, 0));
        assert_eq!(again.first_sequence, Some(Sequence(2)));
        let entries = bench.entries().await;
        let texts: Vec<_> = entries.iter().map(|entry| &entry.event[..]).collect();
        assert_eq!(texts, [event(1).as_bytes(), event(2).as_bytes(), event(3).as_bytes()]);
        assert!(entries.iter().all(|entry| entry.origin == Origin::Imported && entry.account == AccountId::DEFAULT));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_event_that_many_bring_at_once_goes_in_once() {
        let bench = bench().await;
        let text: String = (0..200).map(|number| event(number) + "\n").collect();
        let senders: Vec<_> = (0..8)
            .map(|_| {
                let recorder = bench.recorder.clone();
                let request = bench.request(gz(text.as_bytes()), ContentEncoding::Gzip, Origin::Imported);
                bench.environment.tasks.spawn(async move { recorder.ingest(request).await.unwrap() })
            })
            .collect();
        let (mut accepted, mut duplicates) = (0, 0);
        for sender in senders {
            let report = sender.await.unwrap();
            accepted += report.accepted;
            duplicates += report.duplicates;
        }
        assert_eq!((accepted, duplicates), (200, 1400));
        assert_eq!(bench.entries().await.len(), 200);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn another_event_with_a_known_id_is_kept_aside_once() {
        let bench = bench().await;
        bench.history(event(1)).await;
        let forged = event(1).replace("CreateTrail", "DeleteTrail");
        for _ in 0..2 {
            let report = bench.history(forged.clone()).await;
            assert_eq!(counts(&report), (0, 0, 1, 0));
            assert!(report.problems[0].reason.contains("other bytes"), "{report:?}");
        }
        let kept = bench.quarantine.list("conflicts/123456789012/", None, 10).await.unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(bench.quarantine.get(&kept[0].key).await.unwrap().bytes, forged);
        assert_eq!(bench.entries().await.len(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_bad_is_reported_with_its_place_and_the_rest_goes_in() {
        let bench = bench().await;
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let first = format!("{}\n{{\"eventTime\":\n{}\n{deep}\n", event(1), event(2));
        let second = format!(r#"{{"Records":[{},{{"eventID":"x"}},[],{}]}}"#, event(3), event(4));
        let mut third = event(5).replace("CreateTrail", "Create_Trail").into_bytes();
        let at = third.iter().position(|byte| *byte == b'_').unwrap();
        third[at] = 0xff;
        let digest = r#"{"digestS3Object":"k","digestEndTime":"t","logFiles":[]}"#;
        let members: Vec<Vec<u8>> =
            [first.as_bytes(), second.as_bytes(), &third, digest.as_bytes()].into_iter().map(gz).collect();
        let request = bench.request(members.concat(), ContentEncoding::Gzip, Origin::Imported);
        let report = bench.recorder.ingest(request).await.unwrap();
        assert_eq!(counts(&report), (4, 0, 0, 5));
        assert_eq!(report.digests, 1);
        let offset = |member: usize| u64::try_from(members[..member].iter().map(Vec::len).sum::<usize>()).unwrap();
        let places: Vec<_> = report.problems.iter().map(|p| (p.member, p.offset, p.document, p.record)).collect();
        assert_eq!(
            places,
            [
                (0, 0, Some(1), None),
                (0, 0, Some(3), None),
                (1, offset(1), Some(0), Some(1)),
                (1, offset(1), Some(0), Some(2)),
                (2, offset(2), Some(0), Some(0)),
            ]
        );
        let reasons: Vec<_> = report.problems.iter().map(|problem| problem.reason.as_str()).collect();
        assert!(reasons[1].starts_with("nested too deeply"), "{reasons:?}");
        assert_eq!(reasons[2], "the event has no eventTime");
        assert!(reasons[4].starts_with("not UTF-8"), "{reasons:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn live_events_are_the_callers_own_and_get_an_id() {
        let bench = bench().await;
        let named = r#"{"eventTime":"2026-10-01T08:03:12Z","eventID":"a","recipientAccountId":"123456789012"}"#;
        assert_eq!(counts(&bench.live(named).await), (1, 0, 0, 0));
        let bare = "{\"eventTime\":\"2026-10-01T08:03:12Z\",\"eventName\":\"Ordered\" }";
        assert_eq!(counts(&bench.live(bare).await), (1, 0, 0, 0));
        assert_eq!(counts(&bench.live(bare).await), (0, 1, 0, 0));
        let entries = bench.entries().await;
        assert_eq!(entries[0].event, named);
        let completed: Value = serde_json::from_slice(&entries[1].event).unwrap();
        assert_eq!(completed["recipientAccountId"], "123456789012");
        assert_eq!(completed["eventID"].as_str().unwrap().len(), 36);
        assert_eq!(completed["eventName"], "Ordered");
        assert_eq!(entries[1].origin, Origin::Live);

        let foreign = r#"{"eventTime":"2026-10-01T08:03:12Z","recipientAccountId":"111122223333"}"#;
        let reserved = r#"{"eventTime":"2026-10-01T08:03:12Z","eventSource":"cloudtrail.amazonaws.com"}"#;
        for refused in [foreign, reserved] {
            assert_eq!(counts(&bench.live(refused).await), (0, 0, 0, 1), "{refused}");
            assert_eq!(counts(&bench.history(refused).await), (1, 0, 0, 0), "{refused}");
        }
    }

    fn call() -> Call {
        Call {
            account: AccountId::DEFAULT,
            user_identity: json!({"type": "Root"}),
            event_source: "cloudtrail.amazonaws.com".into(),
            event_name: "IngestEvents".into(),
            region: Region::us_east_1(),
            received_at: cairn_model::Timestamp::default(),
            source_ip: "127.0.0.1".into(),
            user_agent: None,
            error: None,
            request_parameters: None,
            response_elements: None,
            additional_event_data: None,
            request_id: "r".into(),
            read_only: false,
            category: Category::Management,
            resources: Vec::new(),
            api_version: None,
            tls: None,
            event_type: cairn_recorder::EventType::ApiCall,
            shared_event_id: None,
            vpc_endpoint_id: None,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_call_itself_is_recorded_once_with_the_last_of_its_events() {
        let bench = bench().await;
        let large: String = (0..100).map(|number| event(number) + "\n").collect();
        let request = bench.request(large, ContentEncoding::Identity, Origin::Imported);
        let with_counts = |report: &IngestReport| {
            Some(Call { response_elements: Some(json!({"accepted": report.accepted})), ..call() })
        };
        let report = bench.recorder.ingest_call(request.clone(), with_counts).await.unwrap();
        assert_eq!((report.accepted, report.last_sequence), (100, Some(Sequence(99))));
        let again = bench.recorder.ingest_call(request, with_counts).await.unwrap();
        assert_eq!((again.accepted, again.duplicates, again.first_sequence), (0, 100, None));
        bench.recorder.record(&call()).await.unwrap();
        let entries = bench.entries().await;
        let own: Vec<Value> =
            entries[100..].iter().map(|entry| serde_json::from_slice(&entry.event).unwrap()).collect();
        assert_eq!(own.len(), 3);
        assert_eq!(own[0]["responseElements"], json!({"accepted": 100}));
        assert_eq!(own[1]["responseElements"], json!({"accepted": 0}));
        assert_ne!(own[1]["eventID"], own[2]["eventID"]);
        assert!(entries[100..].iter().all(|entry| entry.origin == Origin::Live));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_bomb_is_refused_and_leaves_nothing() {
        let bench = bench().await;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b' '; 16 << 20]).unwrap();
        let request = bench.request(encoder.finish().unwrap(), ContentEncoding::Gzip, Origin::Imported);
        assert!(matches!(bench.recorder.ingest(request).await, Err(IngestError::Bomb { .. })));
        assert!(bench.entries().await.is_empty());
    }

    fn fixtures() -> Option<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
        folder.join("INDEX.json").exists().then_some(folder)
    }

    fn files_of(folder: &Path) -> Vec<PathBuf> {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "gz"))
            .collect();
        files.sort();
        files
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn every_set_of_real_records_goes_in_with_its_exact_counts() {
        let Some(folder) = fixtures() else {
            println!("skipped: no ../shared/fixtures beside the checkout");
            return;
        };
        let index: Value = serde_json::from_slice(&std::fs::read(folder.join("INDEX.json")).unwrap()).unwrap();
        for (set, expected) in index.as_object().unwrap() {
            let bench = bench().await;
            for pass in 0..2 {
                let mut total = IngestReport::default();
                for path in files_of(&folder.join(set)) {
                    let mut body = Vec::new();
                    std::fs::File::open(&path).unwrap().read_to_end(&mut body).unwrap();
                    let request = bench.request(body, ContentEncoding::Gzip, Origin::Imported);
                    let report = bench.recorder.ingest(request).await.unwrap();
                    assert_eq!(report.rejected, 0, "{set} {path:?} {report:?}");
                    total.accepted += report.accepted;
                    total.duplicates += report.duplicates;
                    total.conflicts += report.conflicts;
                }
                let read = total.accepted + total.duplicates + total.conflicts;
                assert_eq!(json!(read), expected["n"], "{set}");
                let new = if pass == 0 { expected["distinct_eventIDs"].clone() } else { json!(0) };
                assert_eq!(json!(total.accepted), new, "{set}");
            }
        }
        let bench = bench().await;
        let digest = std::fs::read(folder.join("digest-samples/otel-cloudtrail_digest.json")).unwrap();
        let report = bench.history(digest).await;
        assert_eq!((counts(&report), report.digests), ((0, 0, 0, 0), 1));
    }
}
