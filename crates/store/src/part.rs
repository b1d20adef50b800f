//! The fields of many events of one account, in columns, without the events' bytes.
//!
//! The tail keeps one part for each account; a file is written from one; merging files builds one from their events.

use std::borrow::Cow;

use cairn_model::{AccountId, Category, Entry, EventFields, EventKey, Origin, Sequence, Timestamp};
use serde::Deserialize;

use crate::Cursor;
use crate::dictionary::Dictionary;
use crate::index_format::Indexed;
use crate::number::{narrow, wide};

/// The columns whose texts repeat, in the order of the Parquet file; those have names by which events are found.
pub(crate) mod column {
    pub(crate) const EVENT_NAME: usize = 0;
    pub(crate) const EVENT_SOURCE: usize = 1;
    pub(crate) const AWS_REGION: usize = 2;
    pub(crate) const USERNAME: usize = 3;
    pub(crate) const ACCESS_KEY_ID: usize = 4;
    pub(crate) const USER_IDENTITY_ARN: usize = 5;
    pub(crate) const USER_IDENTITY_TYPE: usize = 6;
    pub(crate) const SOURCE_IP_ADDRESS: usize = 7;
    pub(crate) const USER_AGENT: usize = 8;
    pub(crate) const ERROR_CODE: usize = 9;
    pub(crate) const EVENT_TYPE: usize = 10;
    pub(crate) const RECIPIENT_ACCOUNT_ID: usize = 11;
    /// So many are read from the event itself.
    pub(crate) const OF_EVENT: usize = 12;
    /// Read from what stands beside the event.
    pub(crate) const ORIGIN_PRINCIPAL: usize = OF_EVENT;
    pub(crate) const COUNT: usize = OF_EVENT + 1;
}

/// One event's fields. Texts are numbers of the part's dictionaries.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) sequence: Sequence,
    pub(crate) received_at: Timestamp,
    pub(crate) event_time: Timestamp,
    pub(crate) key: RowKey,
    pub(crate) values: [u32; column::COUNT],
    event_id: (u32, u32),
    resources: (u32, u32),
    pub(crate) category: Category,
    pub(crate) read_only: Option<bool>,
    pub(crate) origin: Origin,
}

/// What a store keeps of an [`EventKey`]: 64 bits of the id and 32 of the hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowKey {
    pub(crate) id: u64,
    pub(crate) bytes_hash: u32,
}

impl RowKey {
    pub(crate) fn of(key: &EventKey) -> Self {
        let id = key.id.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
        let bytes_hash = key.bytes_hash.to_le_bytes().first_chunk().map_or(0, |first| u32::from_le_bytes(*first));
        Self { id, bytes_hash }
    }
}

impl Row {
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { event_time: self.event_time, sequence: self.sequence }
    }
}

/// A resource by the numbers of its type and name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResourceNumbers {
    pub(crate) resource_type: u32,
    pub(crate) resource_name: u32,
}

/// The fields of many events of one account.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) account: AccountId,
    pub(crate) rows: Vec<Row>,
    pub(crate) columns: [Dictionary; column::COUNT],
    pub(crate) resource_types: Dictionary,
    pub(crate) resource_names: Dictionary,
    resources: Vec<ResourceNumbers>,
    event_ids: String,
}

/// An event with what was read from it.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) key: EventKey,
    /// None when the event cannot be read: it is kept all the same, at the time of its arrival.
    pub(crate) fields: Option<EventFields<'a>>,
    pub(crate) resources: Vec<cairn_model::Resource<'a>>,
}

impl<'a> Prepared<'a> {
    /// Reads the fields of `entry`.
    pub(crate) fn read(entry: &'a Entry) -> Self {
        match entry.fields() {
            Ok(fields) => {
                let key = entry.key(&fields);
                let resources = fields.resources();
                Self { entry, key, fields: Some(fields), resources }
            }
            Err(_) => Self {
                entry,
                key: EventKey::of_bytes(entry.account, &entry.event),
                fields: None,
                resources: Vec::new(),
            },
        }
    }

    /// Who began the chain of sessions that the caller stands in, if that is known.
    fn origin_principal(&self) -> Option<Cow<'_, str>> {
        let beside: Beside<'_> = serde_json::from_slice(self.entry.beside.as_deref()?).ok()?;
        let origin = beside.origin_principal?;
        origin.arn.or(origin.access_key_id)
    }

    /// Its category: that of an event that cannot be read is management.
    pub(crate) fn category(&self) -> Category {
        self.fields.as_ref().map_or(Category::Management, |fields| fields.category)
    }
}

/// What stands beside an event, as far as events are found by it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Beside<'a> {
    #[serde(borrow)]
    origin_principal: Option<OriginPrincipal<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OriginPrincipal<'a> {
    #[serde(borrow)]
    arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    access_key_id: Option<Cow<'a, str>>,
}

impl Part {
    pub(crate) fn new(account: AccountId) -> Self {
        Self {
            account,
            rows: Vec::new(),
            columns: Default::default(),
            resource_types: Dictionary::default(),
            resource_names: Dictionary::default(),
            resources: Vec::new(),
            event_ids: String::new(),
        }
    }

    /// Appends an event.
    pub(crate) fn push(&mut self, event: &Prepared<'_>) {
        let (entry, fields) = (event.entry, event.fields.as_ref());
        let values = self.values(fields, event.origin_principal().as_deref());
        let resources_start = narrow(self.resources.len());
        for resource in &event.resources {
            let resource_type = self.resource_types.number(resource.resource_type.as_deref());
            let resource_name = self.resource_names.number(Some(&resource.resource_name));
            self.resources.push(ResourceNumbers { resource_type, resource_name });
        }
        let event_id_start = narrow(self.event_ids.len());
        self.event_ids.push_str(fields.and_then(|fields| fields.event_id.as_deref()).unwrap_or_default());
        self.rows.push(Row {
            sequence: entry.sequence,
            received_at: entry.received_at,
            event_time: fields.map_or(entry.received_at.whole_seconds(), |fields| fields.event_time),
            key: RowKey::of(&event.key),
            values,
            event_id: (event_id_start, narrow(self.event_ids.len())),
            resources: (resources_start, narrow(self.resources.len())),
            category: event.category(),
            read_only: fields.and_then(|fields| fields.read_only),
            origin: entry.origin,
        });
    }

    fn values(&mut self, fields: Option<&EventFields<'_>>, origin_principal: Option<&str>) -> [u32; column::COUNT] {
        let mut values = [crate::dictionary::ABSENT; column::COUNT];
        let username = fields.and_then(|fields| fields.user_identity.username());
        let of_event = fields.map_or([None; column::OF_EVENT], |fields| {
            let user = &fields.user_identity;
            [
                fields.event_name.as_deref(),
                fields.event_source.as_deref(),
                fields.aws_region.as_deref(),
                username.as_deref(),
                user.access_key_id(),
                user.arn(),
                user.kind(),
                fields.source_ip_address.as_deref(),
                fields.user_agent.as_deref(),
                fields.error_code.as_deref(),
                fields.event_type.as_deref(),
                fields.recipient_account_id.as_deref(),
            ]
        });
        let texts = of_event.into_iter().chain([origin_principal]);
        for ((value, dictionary), text) in values.iter_mut().zip(&mut self.columns).zip(texts) {
            *value = dictionary.number(text);
        }
        values
    }

    /// The texts by which rows are found through a map of `indexed`; none for what has few words of its own.
    pub(crate) fn dictionary(&self, indexed: Indexed) -> Option<&Dictionary> {
        match indexed {
            Indexed::EventName => self.columns.get(column::EVENT_NAME),
            Indexed::EventSource => self.columns.get(column::EVENT_SOURCE),
            Indexed::AwsRegion => self.columns.get(column::AWS_REGION),
            Indexed::Username => self.columns.get(column::USERNAME),
            Indexed::AccessKeyId => self.columns.get(column::ACCESS_KEY_ID),
            Indexed::OriginPrincipal => self.columns.get(column::ORIGIN_PRINCIPAL),
            Indexed::ResourceType => Some(&self.resource_types),
            Indexed::ResourceName => Some(&self.resource_names),
            Indexed::ReadOnly | Indexed::Category | Indexed::Origin => None,
        }
    }

    /// The resources of a row.
    pub(crate) fn resources(&self, row: &Row) -> &[ResourceNumbers] {
        self.resources.get(wide(row.resources.0)..wide(row.resources.1)).unwrap_or_default()
    }

    /// The `eventID` of a row; empty when it has none.
    pub(crate) fn event_id(&self, row: &Row) -> &str {
        self.event_ids.get(wide(row.event_id.0)..wide(row.event_id.1)).unwrap_or_default()
    }

    /// The places of the rows in the order of a file: newest first.
    pub(crate) fn newest_first(&self) -> Vec<u32> {
        let mut order: Vec<_> = (0..).zip(&self.rows).map(|(place, row)| (row.cursor(), place)).collect();
        order.sort_unstable_by(|(one, _), (other, _)| other.cmp(one));
        order.into_iter().map(|(_, place): (_, u32)| place).collect()
    }
}
