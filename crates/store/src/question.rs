//! A lookup made ready: what an event must have to be an answer.

use bytes::Bytes;
use cairn_model::{AccountId, Category, EventFields, EventKey, Sequence, Timestamp};

use crate::part::RowKey;
use crate::{Cursor, Filter, LookupAttribute, LookupQuery};

/// One thing that an event must have.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// By key, then by the text itself.
    EventId(String),
    EventName(String),
    ReadOnly(Option<bool>),
    Username(String),
    ResourceType(String),
    ResourceName(String),
    EventSource(String),
    AccessKeyId(String),
    OriginPrincipal(String),
}

/// What an event must have to be an answer.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Ascending, each once.
    accounts: Vec<AccountId>,
    pub(crate) region: Option<String>,
    pub(crate) categories: Vec<Category>,
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) filter: Option<Filter>,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) limit: usize,
    pub(crate) after: Option<Cursor>,
    pub(crate) before_sequence: Sequence,
    /// What arrived before is no longer kept.
    pub(crate) received_min: Timestamp,
}

impl Question {
    pub(crate) fn new(query: &LookupQuery, received_min: Timestamp) -> Self {
        let wanted = query.attributes.iter().map(|(attribute, text)| {
            let text = text.clone();
            match attribute {
                LookupAttribute::EventId => Wanted::EventId(text),
                LookupAttribute::EventName => Wanted::EventName(text),
                LookupAttribute::ReadOnly => Wanted::ReadOnly(text.parse().ok()),
                LookupAttribute::Username => Wanted::Username(text),
                LookupAttribute::ResourceType => Wanted::ResourceType(text),
                LookupAttribute::ResourceName => Wanted::ResourceName(text),
                LookupAttribute::EventSource => Wanted::EventSource(text),
                LookupAttribute::AccessKeyId => Wanted::AccessKeyId(text),
                LookupAttribute::OriginPrincipal => Wanted::OriginPrincipal(text),
            }
        });
        let mut accounts = query.accounts.clone();
        accounts.sort_unstable();
        accounts.dedup();
        let mut categories = query.categories.clone();
        categories.sort_unstable();
        categories.dedup();
        Self {
            accounts,
            region: query.region.as_ref().map(|region| region.as_str().to_owned()),
            categories,
            wanted: wanted.collect(),
            filter: query.filter.clone(),
            start: query.start.unwrap_or(Timestamp::from_unix_ms(i64::MIN)),
            end: query.end.unwrap_or(Timestamp::from_unix_ms(i64::MAX)),
            limit: query.limit,
            after: query.after,
            before_sequence: query.before_sequence.unwrap_or(Sequence(u64::MAX)),
            received_min,
        }
    }

    /// The accounts whose events are asked for, ascending.
    pub(crate) fn accounts(&self) -> &[AccountId] {
        &self.accounts
    }

    /// Whether events of `account` are asked for.
    pub(crate) fn fits_account(&self, account: AccountId) -> bool {
        self.accounts.binary_search(&account).is_ok()
    }

    /// The ids of the keys that an event of `account` may have, when its `eventID` is asked for: those of the first one.
    pub(crate) fn event_ids(&self, account: AccountId) -> Option<Vec<u64>> {
        self.wanted_event_ids().next().map(|text| ids_of(account, text))
    }

    fn wanted_event_ids(&self) -> impl Iterator<Item = &str> {
        self.wanted
            .iter()
            .filter_map(|wanted| if let Wanted::EventId(text) = wanted { Some(text.as_str()) } else { None })
    }

    /// The wanted `readOnly`; `Some(false)` never stands for a word that is neither `true` nor `false`, see
    /// [`Question::is_impossible`].
    pub(crate) fn read_only(&self) -> Option<bool> {
        self.wanted.iter().find_map(|wanted| if let Wanted::ReadOnly(value) = wanted { *value } else { None })
    }

    /// Whether no event at all can fit.
    pub(crate) fn is_impossible(&self) -> bool {
        let mut words = self
            .wanted
            .iter()
            .filter_map(|wanted| if let Wanted::ReadOnly(value) = wanted { Some(*value) } else { None });
        let first = words.next();
        let contradiction = first.is_some_and(|first| first.is_none() || words.any(|word| word != first));
        contradiction || self.accounts.is_empty() || self.limit == 0 || self.start > self.end
    }

    /// Whether an event at this place is within time, paging, snapshot and retention.
    pub(crate) fn fits_place(&self, cursor: Cursor, received_at: Timestamp) -> bool {
        (self.start..=self.end).contains(&cursor.event_time)
            && cursor.sequence < self.before_sequence
            && self.after.is_none_or(|after| cursor < after)
            && received_at >= self.received_min
    }

    pub(crate) fn fits_category(&self, category: Category) -> bool {
        self.categories.is_empty() || self.categories.contains(&category)
    }

    /// Whether an event of `account` has every `eventID` that is asked for. `event` is only called if there is one.
    pub(crate) fn fits_event_id<'e>(&self, account: AccountId, event: impl FnOnce() -> Option<&'e Bytes>) -> bool {
        let mut texts = self.wanted_event_ids();
        let Some(first) = texts.next() else { return true };
        event().is_some_and(|event| {
            let shown = shown_event_id(account, event);
            shown == first && texts.all(|text| shown == text)
        })
    }
}

/// The ids of the keys that an event with this `eventID`, its own or the one derived for it, may have.
fn ids_of(account: AccountId, event_id: &str) -> Vec<u64> {
    let own = EventKey::id_of_event_id(account, event_id);
    let ids = [Some(own), EventKey::id_of_derived(event_id)];
    ids.into_iter().flatten().map(|id| RowKey::of(&EventKey { id, bytes_hash: 0 }).id).collect()
}

/// The `EventId` of an event: its `eventID`, or what is derived from its bytes when it has none.
fn shown_event_id(account: AccountId, event: &[u8]) -> String {
    match EventFields::parse(event).ok().and_then(|fields| fields.event_id) {
        Some(event_id) => event_id.into_owned(),
        None => EventKey::of_bytes(account, event).derived_event_id(),
    }
}
