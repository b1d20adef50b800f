//! Intents and their completions, through recorder and journal together.

#[cfg(test)]
mod intents {
    use cairn_environment::Environment;
    use cairn_journal::{AppendError, Disk, Journal, JournalSettings};
    use cairn_model::{AccountId, Category, Entry, Origin, Region, Sequence, Timestamp};
    use cairn_objects::Bucket;
    use cairn_recorder::{Call, CallRecord, EventType, Recorder, RecorderSettings};
    use cairn_store::{Store, StoreSettings};
    use serde_json::{Value, json};

    async fn open(disk: &Disk, environment: &Environment, append_bytes: usize) -> (Journal, Recorder) {
        let journal = Journal::open(disk.clone(), JournalSettings::default(), environment).await.unwrap();
        let (bucket, _faults) = Bucket::simulated("store", environment);
        let store = Store::open(bucket, &journal, StoreSettings::default(), environment).await.unwrap();
        let settings = RecorderSettings { append_bytes, ..RecorderSettings::default() };
        (journal.clone(), Recorder::new(journal, store, settings, environment))
    }

    fn call(name: &str) -> Call {
        Call {
            account: AccountId::DEFAULT,
            user_identity: json!({"type": "Root"}),
            event_source: "s3.amazonaws.com".into(),
            event_name: name.into(),
            region: Region::us_east_1(),
            received_at: Timestamp::default(),
            source_ip: "127.0.0.1".into(),
            user_agent: None,
            error: None,
            request_parameters: None,
            response_elements: None,
            additional_event_data: None,
            request_id: "r".into(),
            read_only: false,
            category: Category::Data,
            resources: Vec::new(),
            api_version: None,
            tls: None,
            shared_event_id: None,
            event_type: EventType::ApiCall,
            vpc_endpoint_id: None,
        }
    }

    async fn entries(journal: &Journal, mut from: Sequence) -> Vec<Entry> {
        let mut all = Vec::new();
        while let Some(more) = Some(journal.read(from, 1 << 20).await.unwrap()).filter(|more| !more.is_empty()) {
            all.extend(more);
            from = all.last().unwrap().sequence.plus(1);
        }
        all
    }

    fn names(entries: &[Entry]) -> Vec<(Origin, String)> {
        let name = |entry: &Entry| {
            serde_json::from_slice::<Value>(&entry.event).unwrap()["eventName"].as_str().unwrap().to_owned()
        };
        entries.iter().map(|entry| (entry.origin, name(entry))).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_settled_place_waits_for_the_oldest_open_intent() {
        let environment = Environment::real();
        let (disk, _faults) = Disk::simulated(&environment);
        let (journal, recorder) = open(&disk, &environment, 4 << 20).await;
        assert_eq!(recorder.settled(), journal.end());
        let first = recorder.intend(call("First")).await.unwrap();
        let second = recorder.intend(call("Second")).await.unwrap();
        assert_eq!(recorder.settled(), Sequence(0));
        recorder.complete(&second, &[call("Second").into()]).await.unwrap();
        assert_eq!(recorder.settled(), Sequence(0));
        recorder.complete(&first, &[call("First").into()]).await.unwrap();
        assert_eq!(recorder.settled(), Sequence(4));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_end_that_was_handed_over_closes_its_intent_once_it_is_durable() {
        let environment = Environment::real();
        let (disk, faults) = Disk::simulated(&environment);
        let (journal, recorder) = open(&disk, &environment, 4 << 20).await;
        let first = recorder.intend(call("First")).await.unwrap();
        faults.set_held(true);
        let mut end = recorder.complete_soon(&first, &[call("First").into()]).await.unwrap();
        assert_eq!((recorder.settled_end(&mut end), recorder.settled()), (None, Sequence(0)));
        faults.set_held(false);
        assert_eq!(recorder.settle_end(end).await, Ok(()));
        assert_eq!((recorder.settled(), journal.end()), (Sequence(2), Sequence(2)));

        // One that is refused leaves it open, to be tried again.
        let second = recorder.intend(call("Second")).await.unwrap();
        faults.fail_call(faults.calls() + 1, cairn_journal::DiskFault::Full);
        let end = recorder.complete_soon(&second, &[call("Second").into()]).await.unwrap();
        assert_eq!(recorder.settle_end(end).await, Err(AppendError::Full));
        assert_eq!(recorder.settled(), Sequence(2));
        let mut end = recorder.complete_soon(&second, &[call("Second").into()]).await.unwrap();
        // Whoever waits for a later append waits for it too.
        let third = recorder.intend(call("Third")).await.unwrap();
        assert_eq!(recorder.settled_end(&mut end), Some(Ok(())));
        assert_eq!(recorder.settled(), Sequence(3), "where the end was when the third began");
        recorder.complete(&third, &[call("Third").into()]).await.unwrap();
        let found = names(&entries(&journal, Sequence(0)).await);
        let expected = ["First", "Second", "Third"].map(|name| [(Origin::Intent, name), (Origin::Live, name)]);
        assert_eq!(found, expected.as_flattened().iter().map(|(o, n)| (*o, (*n).to_owned())).collect::<Vec<_>>());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn open_intents_of_an_earlier_life_become_events_in_their_order_and_once() {
        let environment = Environment::real();
        let (disk, faults) = Disk::simulated(&environment);
        let (_journal, recorder) = open(&disk, &environment, 4 << 20).await;
        let mut intents = Vec::new();
        for name in ["A", "B", "C"] {
            intents.push(recorder.intend(call(name)).await.unwrap());
        }
        recorder.complete(&intents[1], &[call("B").into()]).await.unwrap();
        faults.crash();
        for _ in 0..2 {
            let (journal, recorder) = open(&disk, &environment, 4 << 20).await;
            let mut follower = journal.follower("capture").await.unwrap();
            recorder.resume(&mut follower).await.unwrap();
            let live: Vec<_> = names(&entries(&journal, Sequence(3)).await);
            assert_eq!(live, ["B", "A", "C"].map(|name| (Origin::Live, name.to_owned())));
            faults.crash();
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn parameters_that_are_too_large_for_the_event_stand_beside_it_in_full() {
        let environment = Environment::real();
        let (disk, _faults) = Disk::simulated(&environment);
        let (journal, recorder) = open(&disk, &environment, 4 << 20).await;
        let parameters = json!({"policy": "x".repeat(200_000)});
        let large = Call { request_parameters: Some(parameters.clone()), ..call("PutBucketPolicy") };
        let record = CallRecord { call: large, beside: Some(json!({"chain": [1]})) };
        recorder.record_all("e-1", &[record]).await.unwrap();
        let entry = journal.read(Sequence(0), 1 << 20).await.unwrap().remove(0);
        let event: Value = serde_json::from_slice(&entry.event).unwrap();
        assert_eq!((&event["eventID"], &event["requestParameters"]["omitted"]), (&"e-1".into(), &true.into()));
        let beside: Value = serde_json::from_slice(&entry.beside.unwrap()).unwrap();
        assert_eq!(beside, json!({"chain": [1], "requestParameters": parameters}));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_call_with_more_events_than_one_append_carries_is_complete_only_with_the_last() {
        let environment = Environment::real();
        let (disk, _faults) = Disk::simulated(&environment);
        let (journal, recorder) = open(&disk, &environment, 4000).await;
        let intent = recorder.intend(call("DeleteObjects")).await.unwrap();
        let keys = (0..20).map(|number| CallRecord::from(call(&format!("Key{number:02}"))));
        let records: Vec<CallRecord> = std::iter::once(call("DeleteObjects").into()).chain(keys).collect();
        recorder.complete(&intent, &records).await.unwrap();
        let found = names(&entries(&journal, Sequence(1)).await);
        let place = found.iter().position(|(_, name)| name == "DeleteObjects").unwrap();
        assert!(place > 10 && found.len() == 21, "{found:?}");
    }
}
