//! A store in simulation beside a plain list of its events, and random events and questions.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::{Environment, SimulatedClock};
use cairn_journal::{Disk, Journal, JournalSettings};
use cairn_model::{
    AccountId, Category, Entry, EventFields, EventKey, NewEntry, Origin, Outline, Region, Sequence, Timestamp,
};
use cairn_objects::{Bucket, ObjectFaults};
use cairn_store::{Cursor, Found, Known, LookupAttribute, LookupQuery, Store, StoreSettings, Tally};
use proptest::prelude::*;

use crate::filters::{BY, counted, meets, said, some_filter};

/// Runs `work` alone, with time that passes by itself whenever nothing else can run.
pub(crate) fn in_simulation<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let (environment, _) = Environment::simulated(1, Timestamp::default());
        let day = Duration::from_hours(24);
        environment.clock.timeout(day, work).await.expect("waits for something that never happens")
    })
}

pub(crate) struct Bench {
    pub(crate) environment: Environment,
    pub(crate) journal: Journal,
    pub(crate) store: Store,
    pub(crate) faults: ObjectFaults,
    settings: StoreSettings,
    store_environment: Environment,
    bucket: Bucket,
    plain: Vec<Entry>,
    is_troubled: Cell<bool>,
    _hands: SimulatedClock,
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Append(Vec<(AccountId, String)>),
    Flush,
    Wait(u64),
    Reopen,
    Trouble(u64),
    Look(LookupQuery),
    Count(LookupQuery),
    /// Pages to the end, with events that arrive between pages.
    Pages(LookupQuery, Vec<(AccountId, String)>),
}

const START: i64 = 1_790_000_000;

impl Bench {
    pub(crate) async fn open(settings: StoreSettings) -> Self {
        let (environment, hands) = Environment::simulated(7, Timestamp::from_unix_seconds(START));
        let (disk, _) = Disk::simulated(&environment);
        let journal = Journal::open(disk, JournalSettings::default(), &environment).await.unwrap();
        let (bucket, faults) = Bucket::simulated("store", &environment);
        let store_environment = Environment { tasks: environment.tasks.child(), ..environment.clone() };
        let store = Store::open(bucket.clone(), &journal, settings.clone(), &store_environment).await.unwrap();
        let plain = Vec::new();
        Self {
            environment,
            journal,
            store,
            faults,
            settings,
            store_environment,
            bucket,
            plain,
            is_troubled: Cell::new(false),
            _hands: hands,
        }
    }

    /// Forgets everything that is not in the journal or the bucket.
    pub(crate) async fn reopen(&mut self) {
        self.faults.calm();
        self.is_troubled.set(false);
        self.store_environment.tasks.stop();
        self.store_environment.tasks = self.environment.tasks.child();
        let (bucket, settings) = (self.bucket.clone(), self.settings.clone());
        self.store = Store::open(bucket, &self.journal, settings, &self.store_environment).await.unwrap();
    }

    /// So many calls of the object store in a thousand fail, half of them after they did their work.
    pub(crate) fn trouble(&self, per_mille: u64) {
        self.is_troubled.set(per_mille > 0);
        self.faults.fail(per_mille / 2);
        self.faults.time_out_after_the_work(per_mille / 2);
    }

    /// Looks up although the object store may fail. A lookup of many pages needs all of them to be read in one go, so
    /// after some attempts the trouble ends.
    pub(crate) async fn look(&self, query: &LookupQuery) -> Vec<Found> {
        for _ in 0..20 {
            if let Ok(found) = self.store.lookup(query).await {
                return found;
            }
        }
        assert!(self.is_troubled.get(), "a lookup fails without trouble");
        self.trouble(0);
        self.store.lookup(query).await.unwrap()
    }

    /// Flushes, which may fail only while there is trouble.
    pub(crate) async fn try_flush(&self) {
        if let Err(error) = self.store.flush().await {
            assert!(self.is_troubled.get(), "{error}");
        }
    }

    pub(crate) async fn append(&mut self, events: Vec<(AccountId, String)>) {
        self.append_as(events, Origin::Live).await;
    }

    pub(crate) async fn append_as(&mut self, events: Vec<(AccountId, String)>, origin: Origin) {
        let received_at = self.environment.clock.now();
        let new = events.into_iter();
        let new = new.map(|(account, text)| {
            // Some events have something beside them: which ones follows from their bytes.
            let beside = text.len().is_multiple_of(3).then(|| Bytes::from(beside(text.len())));
            NewEntry { received_at, account, origin, event: Bytes::from(text), beside, outline: Outline::default() }
        });
        let new: Vec<_> = new.collect();
        let range = self.journal.append(new.clone()).await.unwrap();
        for (sequence, new) in (range.first.0..).map(Sequence).zip(new) {
            let NewEntry { received_at, account, origin, event, beside, outline } = new;
            self.plain.push(Entry { sequence, received_at, account, origin, event, beside, outline });
        }
    }

    pub(crate) fn key(event: &(AccountId, String)) -> EventKey {
        EventKey::of(event.0, &EventFields::parse(event.1.as_bytes()).unwrap(), event.1.as_bytes())
    }

    /// What the query finds in the plain list.
    pub(crate) fn expected(&self, query: &LookupQuery) -> Vec<Found> {
        let mut found: Vec<Found> = self.plain.iter().filter_map(|entry| fits(entry, query)).collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.cursor()));
        found.truncate(query.limit);
        found
    }

    /// What the store counts for a query and what the plain list has, in the same words.
    pub(crate) async fn counts(&self, query: &LookupQuery) -> (String, String) {
        let query = LookupQuery { limit: usize::MAX, after: None, ..query.clone() };
        let all = self.plain.iter().filter_map(|entry| Some((entry.clone(), fits(entry, &query)?)));
        let expected = counted(&all.collect::<Vec<_>>());
        for _ in 0..20 {
            let mut tally = Tally::new(Some(7), BY.len());
            if self.store.count(&query, &BY, &mut tally).await.is_ok() {
                return (said(&tally), expected);
            }
        }
        assert!(self.is_troubled.get(), "a count fails without trouble");
        self.trouble(0);
        let mut tally = Tally::new(Some(7), BY.len());
        self.store.count(&query, &BY, &mut tally).await.unwrap();
        (said(&tally), expected)
    }

    pub(crate) async fn pages(
        &mut self,
        query: LookupQuery,
        between: Vec<(AccountId, String)>,
    ) -> Result<(), TestCaseError> {
        let query = LookupQuery { before_sequence: Some(self.journal.end()), after: None, ..query };
        let all = self.expected(&LookupQuery { limit: usize::MAX, ..query.clone() });
        let mut page = query.clone();
        let mut paged = Vec::new();
        loop {
            let found = self.look(&page).await;
            page.after = found.last().map(Found::cursor);
            let is_last = found.len() < page.limit;
            paged.extend(found);
            if is_last {
                break;
            }
            self.append(between.clone()).await;
        }
        prop_assert_eq!(paged, all);
        Ok(())
    }

    /// Every event is known, and no other is.
    pub(crate) async fn check_known(&self) -> Result<(), TestCaseError> {
        self.store.wait_applied(self.journal.end()).await;
        for entry in &self.plain {
            let key = EventKey::of(entry.account, &EventFields::parse(&entry.event).unwrap(), &entry.event);
            let mut id = key.id;
            id[3] ^= 1;
            let keys = [key, EventKey { id, ..key }];
            let known = self.store.known(entry.account, &keys).await.unwrap();
            prop_assert_eq!(known, [Known::Same, Known::No]);
        }
        Ok(())
    }

    /// How many files the newest manifest has that cover one moment, at most; files that merely touch do not count.
    pub(crate) fn most_files_at_a_time(&self) -> usize {
        let manifests = self.faults.keys().into_iter().filter(|key| key.starts_with("manifest"));
        let manifest = self.faults.peek(&manifests.max().unwrap()).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        let files = manifest["files"].as_array().unwrap();
        let time = |file: &serde_json::Value, name: &str| file[name].as_i64().unwrap();
        let covering = |file: &serde_json::Value| {
            let moment = time(file, "time_min");
            files.iter().filter(|other| time(other, "time_min") <= moment && moment < time(other, "time_max")).count()
        };
        files.iter().map(covering).max().unwrap_or_default()
    }

    /// The column `imported` of the only file, in the order of sequences.
    pub(crate) fn imported_column(&self) -> Vec<bool> {
        use parquet::file::reader::{FileReader, SerializedFileReader};
        use parquet::record::Field;
        let key = self.faults.keys().into_iter().find(|key| key.ends_with(".parquet")).unwrap();
        let reader = SerializedFileReader::new(self.faults.peek(&key).unwrap()).unwrap();
        let mut rows: Vec<(u64, bool)> = Vec::new();
        for row in reader.get_row_iter(None).unwrap() {
            let row = row.unwrap();
            let (mut sequence, mut imported) = (None, None);
            for (name, field) in row.get_column_iter() {
                match (name.as_str(), field) {
                    ("sequence", Field::ULong(value)) => sequence = Some(*value),
                    ("imported", Field::Bool(value)) => imported = Some(*value),
                    _ => {}
                }
            }
            rows.push((sequence.unwrap(), imported.unwrap()));
        }
        rows.sort_unstable();
        rows.into_iter().map(|(_, imported)| imported).collect()
    }
}

/// What stands beside an event of this length: not always who began a chain, and not always a principal with an ARN.
fn beside(length: usize) -> String {
    match length % 4 {
        0 => format!(r#"{{"of":{length}}}"#),
        1 => r#"{"originPrincipal":{"type":"Unknown","accessKeyId":"AKIAO"},"chain":[]}"#.to_owned(),
        _ => {
            let user = ORIGINS[length % ORIGINS.len()];
            format!(r#"{{"originPrincipal":{{"arn":"{user}","accessKeyId":"AKIAO"}},"of":{length}}}"#)
        }
    }
}

fn fits(entry: &Entry, query: &LookupQuery) -> Option<Found> {
    let fields = EventFields::parse(&entry.event).unwrap();
    let found = Found {
        account: entry.account,
        sequence: entry.sequence,
        received_at: entry.received_at,
        event_time: fields.event_time,
        event: entry.event.clone(),
        beside: entry.beside.clone(),
    };
    let region = query.region.as_ref().map(Region::as_str);
    let fits = query.accounts.contains(&entry.account)
        && (region.is_none() || region == fields.aws_region.as_deref())
        && (query.categories.is_empty() || query.categories.contains(&fields.category))
        && query.start.is_none_or(|start| found.event_time >= start)
        && query.end.is_none_or(|end| found.event_time <= end)
        && query.after.is_none_or(|after| found.cursor() < after)
        && query.before_sequence.is_none_or(|before| entry.sequence < before)
        && query.filter.as_ref().is_none_or(|filter| meets(entry, filter))
        && query.attributes.iter().all(|(attribute, value)| has(entry, &fields, *attribute, value));
    fits.then_some(found)
}

fn has(entry: &Entry, fields: &EventFields<'_>, attribute: LookupAttribute, value: &str) -> bool {
    let resources = fields.resources();
    match attribute {
        LookupAttribute::EventId => match &fields.event_id {
            Some(event_id) => event_id == value,
            None => EventKey::of_bytes(entry.account, &entry.event).derived_event_id() == value,
        },
        LookupAttribute::EventName => fields.event_name.as_deref() == Some(value),
        LookupAttribute::ReadOnly => fields.read_only.is_some_and(|read_only| read_only.to_string() == value),
        LookupAttribute::Username => fields.user_identity.username().as_deref() == Some(value),
        LookupAttribute::ResourceType => resources.iter().any(|r| r.resource_type.as_deref() == Some(value)),
        LookupAttribute::ResourceName => resources.iter().any(|r| r.resource_name == value),
        LookupAttribute::EventSource => fields.event_source.as_deref() == Some(value),
        LookupAttribute::AccessKeyId => fields.user_identity.access_key_id() == Some(value),
        LookupAttribute::OriginPrincipal => {
            let beside: serde_json::Value = entry
                .beside
                .as_deref()
                .map_or(serde_json::Value::Null, |beside| serde_json::from_slice(beside).unwrap());
            let origin = &beside["originPrincipal"];
            origin.get("arn").or(origin.get("accessKeyId")).is_some_and(|text| text == value)
        }
    }
}

/// A query for everything of the default account.
pub(crate) fn query() -> LookupQuery {
    LookupQuery {
        accounts: vec![AccountId::DEFAULT],
        region: None,
        categories: Vec::new(),
        attributes: Vec::new(),
        filter: None,
        start: None,
        end: None,
        limit: 50,
        after: None,
        before_sequence: None,
    }
}

/// The event with this number, of the default account.
pub(crate) fn event(number: u64) -> (AccountId, String) {
    let time = Timestamp::from_unix_seconds(START + i64::try_from(number % 50).unwrap()).iso_seconds();
    let text = format!(
        r#"{{"eventTime":"{time}","eventID":"id-{number}","eventName":"Name{}","eventSource":"s3.amazonaws.com"}}"#,
        number % 3
    );
    (AccountId::DEFAULT, text)
}

const ACCOUNTS: [&str; 3] = ["123456789012", "210987654321", "333344445555"];
const NAMES: [&str; 4] = ["CreateBucket", "DeleteBucket", "PutObject", "Listé \\\"x"];
const USERS: [&str; 3] = ["nina", "omar", "deploy-7"];
const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "mars-north-1"];
const ORIGINS: [&str; 2] = ["arn:aws:iam::123456789012:user/nina", "arn:aws:iam::123456789012:root"];
const RESOURCES: [&str; 3] = ["arn:aws:s3:::logs", "arn:aws:s3:::logs/key", "arn:aws:iam::1:role/R"];

fn account() -> impl Strategy<Value = AccountId> {
    proptest::sample::select(&ACCOUNTS[..]).prop_map(|text| AccountId::parse(text).unwrap())
}

fn some_event() -> impl Strategy<Value = (AccountId, String)> {
    let member = |name: &'static str, values: &'static [&'static str]| {
        proptest::option::of(proptest::sample::select(values))
            .prop_map(move |value| value.map(|value| format!(r#","{name}":"{value}""#)).unwrap_or_default())
    };
    let resources = proptest::collection::vec(proptest::sample::select(&RESOURCES[..]), 0..3).prop_map(|arns| {
        let list: Vec<_> = arns.iter().map(|arn| format!(r#"{{"ARN":"{arn}","type":"AWS::{}"}}"#, arn.len())).collect();
        format!(r#","resources":[{}]"#, list.join(","))
    });
    let unique = any::<u64>();
    let texts = (
        member("eventName", &NAMES),
        member("awsRegion", &REGIONS),
        member("eventSource", &["s3.amazonaws.com", "iam.amazonaws.com"]),
        member("eventCategory", &["Management", "Management", "Data", "Insight", "NetworkActivity"]),
        member("readOnly", &["true", "false"]),
        member("errorCode", &["AccessDenied", "NoSuchBucket"]),
        resources,
    );
    let user = (proptest::sample::select(&USERS[..]), proptest::option::of("AKIA[AB]"));
    (account(), 0_i64..40, unique, proptest::bool::weighted(0.9), texts, user).prop_map(
        |(account, second, unique, has_id, (name, region, source, category, read_only, error, resources), (user, key))| {
            let time = Timestamp::from_unix_seconds(START + second).iso_seconds();
            let id = if has_id { format!(r#","eventID":"{unique}""#) } else { format!(r#","x":{unique}"#) };
            let key = key.map(|key| format!(r#","accessKeyId":"{key}""#)).unwrap_or_default();
            let identity = format!(r#","userIdentity":{{"type":"IAMUser","userName":"{user}"{key}}}"#);
            let pad = "p".repeat(usize::try_from(unique % 3000).unwrap());
            let text = format!(
                r#"{{"eventTime":"{time}"{id}{name}{region}{source}{category}{read_only}{error}{resources}{identity},"pad":"{pad}"}}"#
            );
            (account, text)
        },
    )
}

fn attribute() -> impl Strategy<Value = (LookupAttribute, String)> {
    let of = |attribute: LookupAttribute, values: &'static [&'static str]| {
        proptest::sample::select(values).prop_map(move |value| (attribute, value.to_owned()))
    };
    prop_oneof![
        of(LookupAttribute::EventName, &["CreateBucket", "PutObject", "Listé \"x", "None"]),
        of(LookupAttribute::Username, &USERS),
        of(LookupAttribute::ReadOnly, &["true", "false"]),
        of(LookupAttribute::EventSource, &["s3.amazonaws.com"]),
        of(LookupAttribute::AccessKeyId, &["AKIAA", "AKIAB"]),
        of(LookupAttribute::ResourceType, &["AWS::17", "AWS::21"]),
        of(LookupAttribute::ResourceName, &["logs", "R", "arn:aws:s3:::logs/key"]),
        of(LookupAttribute::EventId, &["7"]),
        of(LookupAttribute::OriginPrincipal, &ORIGINS),
        of(LookupAttribute::OriginPrincipal, &["AKIAO"]),
    ]
}

prop_compose! {
    fn some_query()(
        // Often one, sometimes none, one of them twice, or all.
        accounts in prop_oneof![
            4 => account().prop_map(|one| vec![one]),
            3 => proptest::collection::vec(account(), 0..5),
        ],
        region in proptest::option::of(proptest::sample::select(&REGIONS[..])),
        categories in proptest::collection::vec(proptest::sample::select(&Category::ALL[..]), 0..3),
        attributes in proptest::collection::vec(attribute(), 0..3),
        filter in proptest::option::of(some_filter()),
        start in proptest::option::of(0_i64..40),
        end in proptest::option::of(0_i64..40),
        limit in 1_usize..60,
        after in proptest::option::of((0_i64..40, 0_u64..300)),
        before in proptest::option::of(0_u64..300),
    ) -> LookupQuery {
        let time = |second: i64| Timestamp::from_unix_seconds(START + second);
        LookupQuery {
            accounts,
            region: region.map(|region| Region::parse(region).unwrap()),
            categories,
            attributes,
            filter,
            start: start.map(time),
            end: end.map(time),
            limit,
            after: after.map(|(second, sequence)| Cursor { event_time: time(second), sequence: Sequence(sequence) }),
            before_sequence: before.map(Sequence),
        }
    }
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let events = || proptest::collection::vec(some_event(), 1..25);
    prop_oneof![
        8 => events().prop_map(Step::Append),
        2 => Just(Step::Flush),
        2 => (1_u64..40).prop_map(Step::Wait),
        1 => Just(Step::Reopen),
        1 => (0_u64..400).prop_map(Step::Trouble),
        6 => some_query().prop_map(Step::Look),
        2 => some_query().prop_map(Step::Count),
        1 => (some_query(), proptest::collection::vec(some_event(), 0..3)).prop_map(|(q, e)| Step::Pages(q, e)),
    ]
}
