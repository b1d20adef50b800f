//! The answer of `SearchEvents` in JSON.

use std::borrow::Cow;

use cairn_model::{AccountId, Timestamp};
use cairn_store::Found;
use serde_json::{Map, Value, json};

use crate::HistoryEvent;

/// One page of what a search found.
#[derive(Debug, Clone)]
pub struct SearchAnswer {
    pub(crate) found: Vec<Found>,
    /// Asks for the next page; absent on the last.
    pub next_token: Option<String>,
    /// How many events the search looked at.
    pub read: u64,
    /// The search has looked at everything from here on.
    pub until: Timestamp,
}

impl SearchAnswer {
    /// The answer as it is sent. Records stand in it as they are kept.
    pub fn to_json(&self) -> String {
        let mut text = String::from("{\"events\":[");
        for (number, found) in self.found.iter().enumerate() {
            if number > 0 {
                text.push(',');
            }
            let event = HistoryEvent::new(found);
            let mut rest = members(found.account, &event).to_string();
            // The record comes last: where the object would end.
            rest.truncate(rest.len().saturating_sub(1));
            text.push_str(&rest);
            text.push_str(",\"record\":");
            text.push_str(&record(&event.cloud_trail_event));
            text.push('}');
        }
        text.push(']');
        if let Some(token) = &self.next_token {
            // Letters, digits, `-` and `_`: nothing to escape.
            text.push_str(",\"nextToken\":\"");
            text.push_str(token);
            text.push('"');
        }
        let rest = format!(",\"read\":{},\"until\":{}}}", self.read, self.until.unix_seconds());
        text.push_str(&rest);
        text
    }
}

/// A record as a member's value: what is no JSON is a text.
fn record(event: &str) -> Cow<'_, str> {
    match serde_json::from_str::<serde::de::IgnoredAny>(event) {
        Ok(_) => Cow::Borrowed(event),
        Err(_) => Cow::Owned(Value::from(event).to_string()),
    }
}

fn members(account: AccountId, event: &HistoryEvent) -> Value {
    let mut members = Map::new();
    members.insert("account".to_owned(), account.as_str().into());
    members.insert("eventId".to_owned(), event.event_id.as_str().into());
    members.insert("eventTime".to_owned(), event.event_time.clone().into());
    if let Some(name) = &event.username {
        members.insert("userName".to_owned(), name.as_str().into());
    }
    let resources = event.resources.iter().map(|resource| match &resource.resource_type {
        Some(resource_type) => json!({"name": resource.resource_name, "type": resource_type}),
        None => json!({"name": resource.resource_name}),
    });
    members.insert("resources".to_owned(), resources.collect());
    for (name, from) in [("originPrincipal", "OriginPrincipal"), ("chain", "Chain")] {
        if let Some(value) = event.beside.get(from) {
            members.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use cairn_model::Sequence;

    use super::*;

    #[test]
    fn an_event_stands_with_its_record_untouched_and_what_is_known_besides() {
        const EVENT: &str = r#"{"eventTime":"2026-10-01T08:03:12Z",  "eventID":"e-1","userIdentity":{"type":"Root"}}"#;
        let found = |event: &'static str| Found {
            account: AccountId::DEFAULT,
            sequence: Sequence(3),
            received_at: Timestamp::default(),
            event_time: Timestamp::from_unix_seconds(1_790_841_792),
            event: event.into(),
            beside: Some(r#"{"originPrincipal":{"arn":"a"},"chain":[],"other":1}"#.into()),
        };
        let answer = SearchAnswer {
            found: vec![found(EVENT), found("{")],
            next_token: Some("t".to_owned()),
            read: 7,
            until: Timestamp::from_unix_seconds(5),
        };
        let text = answer.to_json();
        assert!(text.contains(EVENT), "{text}");
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&json["read"], &json["until"], &json["nextToken"]), (&json!(7), &json!(5), &json!("t")));
        let first = json!({
            "account": "123456789012", "eventId": "e-1", "eventTime": 1_790_841_792, "userName": "root", "resources": [],
            "originPrincipal": {"arn": "a"}, "chain": [], "record": serde_json::from_str::<Value>(EVENT).unwrap(),
        });
        assert_eq!(json["events"][0], first);
        assert_eq!(json["events"][1]["record"], json!("{"));
    }
}
