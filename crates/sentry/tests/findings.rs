//! Findings from a real catalogue, journal and recorder: what is told, and that it is told once, whatever crashes.

#[cfg(test)]
mod findings {
    use std::path::Path;

    use cairn_catalog::{Catalog, CatalogSettings, Cause, LoggingSpan, Stopped, Trail, TrailTargets};
    use cairn_environment::Environment;
    use cairn_journal::{Disk, Journal, JournalSettings};
    use cairn_model::{AccountId, EventSelectors, NewEntry, Origin, Outline, Region, Sequence, Timestamp, TrailName};
    use cairn_objects::Bucket;
    use cairn_recorder::{Recorder, RecorderSettings};
    use cairn_sentry::{EVENT_SOURCE, Sentry, SentryError, SentryParts};
    use cairn_store::{Store, StoreSettings};
    use serde_json::{Value, json};

    struct Scene {
        folder: tempfile::TempDir,
        parts: SentryParts,
    }

    async fn open_catalog(folder: &Path, environment: &Environment) -> Catalog {
        Catalog::open(&folder.join("catalog.sqlite"), CatalogSettings::default(), environment).await.unwrap()
    }

    fn trail() -> Trail {
        Trail {
            id: "trail-1".into(),
            name: TrailName::parse("main").unwrap(),
            account: AccountId::DEFAULT,
            home_region: Region::us_east_1(),
            s3_bucket_name: "logs".into(),
            s3_key_prefix: None,
            include_global_service_events: true,
            is_multi_region: true,
            log_file_validation: None,
            recursive_logging: false,
            event_selectors: EventSelectors::default(),
            insight_selectors: Vec::new(),
            aggregation_configurations: Vec::new(),
            targets: TrailTargets::default(),
            organization: None,
            member: None,
            logging: vec![LoggingSpan { from: Sequence(0), started_at: Timestamp::default(), stopped: None }],
            tags: [].into(),
            created_at: Timestamp::default(),
            deleted_at: None,
        }
    }

    impl Scene {
        /// A trail that logs, and a sentry that has nothing to tell yet.
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let environment = Environment::real();
            let (disk, _faults) = Disk::simulated(&environment);
            let journal = Journal::open(disk, JournalSettings::default(), &environment).await.unwrap();
            let (bucket, _faults) = Bucket::simulated("store", &environment);
            let store = Store::open(bucket, &journal, StoreSettings::default(), &environment).await.unwrap();
            let recorder = Recorder::new(journal.clone(), store, RecorderSettings::default(), &environment);
            let catalog = open_catalog(folder.path(), &environment).await;
            catalog.create_trail(trail()).await.unwrap();
            Self { folder, parts: SentryParts { journal, catalog, recorder, environment } }
        }

        async fn sentry(&self) -> Sentry {
            Sentry::open(self.parts.clone()).await.unwrap()
        }

        /// Stops the trail as a call does, without the call's event.
        async fn stop(&self, request_id: &str) {
            let root = "arn:aws:iam::123456789012:root".to_owned();
            let cause = Cause { request_id: request_id.into(), principal: root.clone(), origin: root };
            let end = Stopped { until: self.parts.journal.end(), at: Timestamp::default() };
            self.parts.catalog.caused_by(cause).stop_logging("trail-1", end).await.unwrap();
        }

        /// Appends the event of a call.
        async fn record(&self, request_id: &str, origin: Origin) {
            let event = json!({
                "eventTime": "2026-10-01T08:00:00Z", "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging",
                "eventID": format!("event of {request_id}"), "requestID": request_id, "sourceIPAddress": "198.51.100.7",
            });
            let entry = NewEntry {
                received_at: Timestamp::default(),
                account: AccountId::DEFAULT,
                origin,
                event: event.to_string().into(),
                beside: None,
                outline: Outline::default(),
            };
            self.parts.journal.append(vec![entry]).await.unwrap();
        }

        /// Every finding in the journal.
        async fn findings(&self) -> Vec<Value> {
            let (mut at, mut found) = (self.parts.journal.start(), Vec::new());
            loop {
                let entries = self.parts.journal.read(at, 1 << 20).await.unwrap();
                let Some(last) = entries.last() else { return found };
                at = last.sequence.plus(1);
                let events = entries.iter().map(|entry| serde_json::from_slice::<Value>(&entry.event).unwrap());
                found.extend(events.filter(|event| event["eventSource"] == EVENT_SOURCE));
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_finding_says_who_did_what_and_comes_after_the_call() {
        let scene = Scene::new().await;
        let mut sentry = scene.sentry().await;
        scene.stop("r-1").await;
        scene.record("r-other", Origin::Live).await;
        scene.record("r-1", Origin::Imported).await;
        scene.record("r-1", Origin::Intent).await;
        sentry.step().await.unwrap();
        assert_eq!(scene.findings().await, Vec::<Value>::new(), "the call has no event yet");
        scene.record("r-1", Origin::Live).await;
        sentry.step().await.unwrap();
        sentry.step().await.unwrap();
        let found = scene.findings().await;
        let [finding] = &found[..] else { panic!("{found:?}") };
        for (place, expected) in [
            ("/eventName", json!("TrailStopped")),
            ("/eventType", json!("AwsServiceEvent")),
            ("/eventCategory", json!("Management")),
            ("/awsRegion", json!("us-east-1")),
            ("/recipientAccountId", json!("123456789012")),
            ("/userIdentity/invokedBy", json!("guard.cairn")),
            ("/resources/0/ARN", json!("arn:aws:cloudtrail:us-east-1:123456789012:trail/main")),
            ("/serviceEventDetails/severity", json!("HIGH")),
            ("/serviceEventDetails/principal", json!("arn:aws:iam::123456789012:root")),
            ("/serviceEventDetails/sourceIPAddress", json!("198.51.100.7")),
            ("/serviceEventDetails/eventID", json!("event of r-1")),
            ("/serviceEventDetails/eventName", json!("StopLogging")),
            ("/serviceEventDetails/requestID", json!("r-1")),
            ("/serviceEventDetails/changes/0/setting", json!("Logging")),
            ("/serviceEventDetails/changes/0/before", json!("logging")),
            ("/serviceEventDetails/changes/0/after", json!("stopped")),
        ] {
            assert_eq!(finding.pointer(place), Some(&expected), "{place}: {finding}");
        }
        assert_eq!(*scene.parts.catalog.notices().borrow().as_ref(), []);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_finding_that_was_told_before_a_crash_is_not_told_again_after_it() {
        let mut scene = Scene::new().await;
        let mut sentry = scene.sentry().await;
        scene.stop("r-1").await;
        scene.record("r-1", Origin::Live).await;
        scene.parts.catalog.close().await.unwrap();
        for _ in 0..2 {
            let failed = sentry.step().await;
            assert!(matches!(failed, Err(SentryError::Catalog(_))), "{failed:?}");
        }
        assert_eq!(scene.findings().await.len(), 1, "told, and the notice is still there");
        scene.parts.catalog = open_catalog(scene.folder.path(), &scene.parts.environment).await;
        assert_eq!(scene.parts.catalog.notices().borrow().len(), 1);
        let mut sentry = scene.sentry().await;
        sentry.step().await.unwrap();
        assert_eq!(scene.parts.catalog.notices().borrow().len(), 0);
        assert_eq!(scene.findings().await.len(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_change_whose_call_was_never_recorded_is_told_at_the_next_start() {
        let scene = Scene::new().await;
        let mut sentry = scene.sentry().await;
        scene.stop("r-1").await;
        sentry.step().await.unwrap();
        assert_eq!(scene.findings().await.len(), 0, "its event may still come");
        let mut sentry = scene.sentry().await;
        sentry.step().await.unwrap();
        let found = scene.findings().await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["serviceEventDetails"]["requestID"], "r-1");
        assert_eq!(found[0]["serviceEventDetails"].get("eventID"), None);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whatever_is_interrupted_each_change_is_told_once() {
        for seed in 0..8 {
            let (chance, _clock) = Environment::simulated(seed, Timestamp::default());
            let mut scene = Scene::new().await;
            let mut sentry = scene.sentry().await;
            let mut changes = Vec::new();
            for number in 0..40 {
                match chance.random.below(7) {
                    kind @ 0..=2 => {
                        let request_id = format!("r-{number:02}");
                        let from = scene.parts.journal.end();
                        scene.parts.catalog.start_logging("trail-1", from, Timestamp::default()).await.unwrap();
                        scene.stop(&request_id).await;
                        if kind > 0 {
                            scene.record(&request_id, Origin::Live).await;
                        }
                        changes.push(request_id);
                    }
                    3 => scene.record("r-of-no-change", Origin::Live).await,
                    4 => sentry.step().await.unwrap(),
                    5 => sentry = scene.sentry().await,
                    _ => {
                        // What is told cannot be forgotten, and then the process is gone.
                        scene.parts.catalog.close().await.unwrap();
                        drop(sentry.step().await);
                        scene.parts.catalog = open_catalog(scene.folder.path(), &scene.parts.environment).await;
                        sentry = scene.sentry().await;
                    }
                }
            }
            scene.sentry().await.step().await.unwrap();
            let mut told: Vec<String> = Vec::new();
            for finding in scene.findings().await {
                told.push(finding["serviceEventDetails"]["requestID"].as_str().unwrap().to_owned());
            }
            told.sort();
            assert_eq!(told, changes, "seed {seed}");
        }
    }
}
