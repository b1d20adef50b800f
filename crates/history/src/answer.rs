//! The answer of `LookupEvents` in AWS's shape.

use std::borrow::Cow;

use cairn_model::{EventFields, EventKey, UserIdentity};
use cairn_store::Found;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// One page of events.
#[derive(Debug, Clone)]
pub struct LookupAnswer {
    pub(crate) found: Vec<Found>,
    /// Asks for the next page; absent on the last.
    pub next_token: Option<String>,
}

/// One event (reference section 8). What an event lacks is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HistoryEvent {
    /// `eventID`; derived from the bytes where the event has none.
    pub event_id: String,
    /// `eventName`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
    /// `true` or `false`, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<Cow<'static, str>>,
    /// The access key of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// Seconds since 1970; whole ones, though the wire has room for decimals.
    pub event_time: Number,
    /// `eventSource`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_source: Option<String>,
    /// The name of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// What the event touched; may be empty.
    pub resources: Vec<HistoryResource>,
    /// The event itself, byte for byte as accepted; where that was not UTF-8, with U+FFFD for what was not.
    pub cloud_trail_event: String,
    /// What Cairn knows besides, in members of its own: `OriginPrincipal`, `Chain` and others.
    #[serde(flatten)]
    pub beside: Map<String, Value>,
}

/// One resource of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HistoryResource {
    /// `AWS::S3::Bucket`; absent when unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// A name, an id or an ARN.
    pub resource_name: String,
}

impl LookupAnswer {
    /// The events as they were accepted, newest first; where one was not UTF-8, with U+FFFD for what was not.
    pub fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.found.iter().map(|found| shown(&found.event))
    }

    /// The events, newest first. Each is read for this, which is most of the work of a lookup that asks for many.
    pub fn events(&self) -> impl Iterator<Item = HistoryEvent> {
        self.found.iter().map(HistoryEvent::new)
    }
}

impl HistoryEvent {
    /// How an event is shown.
    pub(crate) fn new(found: &Found) -> Self {
        let fields = EventFields::parse(&found.event).ok();
        let fields = fields.as_ref();
        let owned = |text: Option<&Cow<'_, str>>| text.map(|text| text.clone().into_owned());
        let event_id = owned(fields.and_then(|fields| fields.event_id.as_ref()));
        let user = fields.map(|fields| &fields.user_identity);
        let resources = fields.map(EventFields::resources).unwrap_or_default();
        let resources = resources.into_iter().map(|resource| HistoryResource {
            resource_type: resource.resource_type.map(Cow::into_owned),
            resource_name: resource.resource_name.into_owned(),
        });
        let derived = || EventKey::of_bytes(found.account, &found.event).derived_event_id();
        Self {
            event_id: event_id.unwrap_or_else(derived),
            event_name: owned(fields.and_then(|fields| fields.event_name.as_ref())),
            read_only: fields
                .and_then(|fields| fields.read_only)
                .map(|value| if value { "true" } else { "false" }.into()),
            access_key_id: user.and_then(|user| user.access_key_id()).map(str::to_owned),
            event_time: found.event_time.unix_seconds().into(),
            event_source: owned(fields.and_then(|fields| fields.event_source.as_ref())),
            username: user.and_then(UserIdentity::username).map(Cow::into_owned),
            resources: resources.collect(),
            cloud_trail_event: shown(&found.event).into_owned(),
            beside: found.beside.as_deref().map(beside).unwrap_or_default(),
        }
    }
}

/// An event as text. [`str::from_utf8`] passes ASCII by the word, and nearly every event is nothing else.
fn shown(event: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(event).map_or_else(|_| String::from_utf8_lossy(event), Cow::Borrowed)
}

/// The members that stand beside an event, their names in the form of the answer's other ones.
fn beside(json: &[u8]) -> Map<String, Value> {
    let members: Map<String, Value> = serde_json::from_slice(json).unwrap_or_default();
    let capital = |name: String| match name.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => name,
    };
    members.into_iter().map(|(name, value)| (capital(name), value)).collect()
}

#[cfg(test)]
mod tests {
    use cairn_model::{AccountId, Sequence, Timestamp};

    use super::*;

    fn shown_as(event: &'static str) -> HistoryEvent {
        let found = Found {
            account: AccountId::DEFAULT,
            sequence: Sequence(3),
            received_at: Timestamp::default(),
            event_time: Timestamp::from_unix_seconds(1_790_841_792),
            event: event.into(),
            beside: Some(r#"{"originPrincipal":{"arn":"a"},"chain":[]}"#.into()),
        };
        HistoryEvent::new(&found)
    }

    #[test]
    fn an_event_has_awss_members_and_its_record_untouched() {
        const EVENT: &str = r#"{"eventTime":"2026-10-01T08:03:12Z",  "eventID":"e-1","eventName":"CreateBucket","readOnly":false,
            "userIdentity":{"type":"Root","accessKeyId":"AKIAX"},"resources":[{"ARN":"arn:aws:s3:::b","type":"AWS::S3::Bucket"}]}"#;
        let json = serde_json::to_value(shown_as(EVENT)).unwrap();
        let expected = serde_json::json!({
            "EventId": "e-1", "EventName": "CreateBucket", "ReadOnly": "false", "AccessKeyId": "AKIAX",
            "EventTime": 1_790_841_792, "Username": "root",
            "Resources": [{"ResourceType": "AWS::S3::Bucket", "ResourceName": "b"},
                          {"ResourceType": "AWS::S3::Bucket", "ResourceName": "arn:aws:s3:::b"}],
            "CloudTrailEvent": EVENT, "OriginPrincipal": {"arn": "a"}, "Chain": [],
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn an_event_without_an_id_is_shown_with_one_that_stays() {
        let event = shown_as(r#"{"eventTime":"2026-10-01T08:03:12Z"}"#);
        assert_eq!(event.event_id.len(), 36);
        assert_eq!(event, shown_as(r#"{"eventTime":"2026-10-01T08:03:12Z"}"#));
        assert_eq!(event.resources, []);
    }
}
