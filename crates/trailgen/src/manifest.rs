//! Exact counts of what was made, against which the answers of queries can be checked.

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::Options;
use crate::record::Outcome;
use crate::records::Record;
use crate::services::SECURITY_GROUP_CHANGES;

/// The counts. As JSON its members are in camel case, and the names in its maps are the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Records, without duplicates.
    pub events: u64,
    /// Days over which they are spread.
    pub days: u64,
    /// The seed.
    pub seed: u64,
    /// Files.
    pub files: u64,
    /// Bytes of the files before packing.
    pub json_bytes: u64,
    /// Bytes of the packed files; the caller adds them.
    pub gzip_bytes: u64,
    /// Calls that failed.
    pub errors: u64,
    /// Of these, calls that were denied.
    pub access_denied: u64,
    /// Calls that change who may reach what through a security group.
    pub security_group_changes: u64,
    /// Records that name `0.0.0.0/0` as `cidrIp`.
    pub cidr_ip_open_to_world: u64,
    /// Data events.
    pub data_events: u64,
    /// Records that stand in the files twice.
    pub duplicates: u64,
    /// Some event ids, spread over the whole time.
    pub needle_event_ids: Vec<String>,
    /// How many events of each name.
    #[serde(serialize_with = "most_frequent_first")]
    pub by_event_name: HashMap<String, u64>,
    /// How many events of each user, as a lookup by user name finds them.
    #[serde(serialize_with = "most_frequent_first")]
    pub by_user_name: HashMap<String, u64>,
    /// How many events of each long-lived access key. Temporary ones would grow with the data.
    #[serde(serialize_with = "most_frequent_first")]
    pub by_long_lived_access_key_id: HashMap<String, u64>,
}

impl Manifest {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            events: 0,
            days: options.days,
            seed: options.seed,
            files: 0,
            json_bytes: 0,
            gzip_bytes: 0,
            errors: 0,
            access_denied: 0,
            security_group_changes: 0,
            cidr_ip_open_to_world: 0,
            data_events: 0,
            duplicates: 0,
            needle_event_ids: Vec::new(),
            by_event_name: HashMap::new(),
            by_user_name: HashMap::new(),
            by_long_lived_access_key_id: HashMap::new(),
        }
    }

    pub(crate) fn add_record(&mut self, record: &Record, text: &str) {
        let facts = &record.facts;
        self.events += 1;
        count(&mut self.by_event_name, facts.event);
        if let Some(user) = &facts.user_name {
            count(&mut self.by_user_name, user);
        }
        if let Some(key) = facts.access_key.as_ref().filter(|key| key.starts_with("AKIA")) {
            count(&mut self.by_long_lived_access_key_id, key);
        }
        self.errors += u64::from(facts.outcome != Outcome::Succeeded);
        self.access_denied += u64::from(facts.outcome == Outcome::Denied);
        self.data_events += u64::from(facts.is_data_event);
        self.security_group_changes += u64::from(SECURITY_GROUP_CHANGES.contains(&facts.event));
        self.cidr_ip_open_to_world += u64::from(text.contains("\"cidrIp\":\"0.0.0.0/0\""));
        self.duplicates += u64::from(record.is_doubled);
        if record.number % 100_003 == 50_000 {
            self.needle_event_ids.push(facts.event_id.clone());
        }
    }

    pub(crate) fn add_file(&mut self, json_bytes: u64) {
        self.files += 1;
        self.json_bytes += json_bytes;
    }
}

fn count(counts: &mut HashMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}

fn most_frequent_first<S: Serializer>(counts: &HashMap<String, u64>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let mut map = serializer.serialize_map(Some(rows.len()))?;
    for (name, count) in rows {
        map.serialize_entry(name, count)?;
    }
    map.end()
}
