//! `POST /v1/selectors/try`: what a trail with proposed selectors would have kept of the history.

use std::collections::BTreeMap;
use std::time::Duration;

use cairn_api::ApiError;
use cairn_history::{History, ReadEvents};
use cairn_identity::Verified;
use cairn_model::selectors::{AdvancedEventSelector, EventSelectorShape, Matcher, Subject};
use cairn_model::{AccountId, EventFields, EventSelectors, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::request::read;
use crate::front::Visit;
use crate::routes::Served;

/// Events that one call reads at most, but for those of its last page.
const EVENTS_MAX: u64 = 50_000;
/// How long one call reads.
const TIME_MAX: Duration = Duration::from_secs(5);
/// Events that are shown of each kind.
const SHOWN_MAX: usize = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Request {
    event_selectors: Vec<EventSelectorShape>,
    advanced_event_selectors: Vec<AdvancedEventSelector>,
    start: Option<i64>,
    end: Option<i64>,
}

pub(crate) async fn serve(visit: Visit<'_>, verified: &Verified, body: &[u8]) -> Served {
    let permitted = visit.context(verified).permit_action("cloudtrail:LookupEvents", &[]);
    let request = match permitted.and_then(|()| read::<Request>(body)) {
        Ok(request) => request,
        Err(error) => return error.into(),
    };
    let parameters = serde_json::from_slice(body).ok();
    let services = &visit.front.services;
    let limits = services.catalog.selector_limits();
    let checked = EventSelectors::check(&request.event_selectors, &request.advanced_event_selectors, limits);
    let mut trial = match checked {
        Ok(selectors) => Trial::new(&selectors),
        Err(error) => return Served { parameters, result: Err(error.into()) },
    };
    let clock = &visit.front.environment.clock;
    let until = clock.instant() + TIME_MAX;
    let time = |seconds: Option<i64>| seconds.map(Timestamp::from_unix_seconds);
    let span = (time(request.start), time(request.end));
    let read = trial.read(&services.history, verified.caller.account, span, || clock.instant() >= until);
    let read = visit.while_asked(read).await.and_then(|read| read);
    let result = read.map(|is_complete| visit.later(move || trial.shown(is_complete).to_string()));
    Served { parameters, result }
}

/// What came of the events that were read.
#[derive(Debug)]
struct Trial {
    matcher: Matcher,
    read: u64,
    matched: u64,
    until: Option<Timestamp>,
    by_source: BTreeMap<String, u64>,
    matches: Vec<Value>,
    misses: Vec<Value>,
}

impl Trial {
    fn new(selectors: &EventSelectors) -> Self {
        Self {
            matcher: selectors.matcher(),
            read: 0,
            matched: 0,
            until: None,
            by_source: BTreeMap::new(),
            matches: Vec::new(),
            misses: Vec::new(),
        }
    }

    /// Reads back until everything is read, which it says, or it is enough.
    async fn read(
        &mut self,
        history: &History,
        account: AccountId,
        (start_time, end_time): (Option<Timestamp>, Option<Timestamp>),
        is_late: impl Fn() -> bool,
    ) -> Result<bool, ApiError> {
        let mut next_token = None;
        while self.read < EVENTS_MAX && !is_late() {
            let page = history.read_events(account, &ReadEvents { start_time, end_time, next_token }).await?;
            for event in page.texts() {
                self.see(&event);
            }
            next_token = page.next_token;
            if next_token.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// An event that cannot be read is kept by no trail.
    fn see(&mut self, text: &str) {
        self.read += 1;
        let Ok(event) = EventFields::parse(text.as_bytes()) else { return };
        self.until = Some(event.event_time);
        let shown = if self.matcher.matches(&Subject::of(&event)) {
            self.matched += 1;
            let source = event.event_source.as_deref().unwrap_or_default();
            *self.by_source.entry(source.to_owned()).or_default() += 1;
            &mut self.matches
        } else {
            &mut self.misses
        };
        if shown.len() < SHOWN_MAX {
            shown.push(json!({
                "eventId": event.event_id,
                "eventTime": event.event_time.unix_seconds(),
                "eventSource": event.event_source,
                "eventName": event.event_name,
                "category": event.category.as_str(),
            }));
        }
    }

    fn shown(&self, is_complete: bool) -> Value {
        let mut by_source: Vec<_> = self.by_source.iter().collect();
        by_source.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let by_source = by_source.iter().map(|(value, count)| json!({ "value": value, "count": count }));
        json!({
            "read": self.read,
            "matched": self.matched,
            "isComplete": is_complete,
            "until": self.until.map(Timestamp::unix_seconds),
            "bySource": by_source.collect::<Vec<_>>(),
            "matches": self.matches,
            "misses": self.misses,
        })
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::selectors::SelectorLimits;

    use super::*;

    #[test]
    fn matches_and_misses_are_counted_and_the_first_of_each_are_shown() {
        let writes = serde_json::from_str::<Vec<EventSelectorShape>>(r#"[{"ReadWriteType":"WriteOnly"}]"#).unwrap();
        let selectors = EventSelectors::check(&writes, &[], &SelectorLimits::default()).unwrap();
        let mut trial = Trial::new(&selectors);
        for number in 0..30 {
            for (source, read_only) in [("s3", false), ("ec2", true)] {
                trial.see(&format!(
                    r#"{{"eventTime":"2026-10-01T08:03:{number:02}Z","eventID":"{source}-{number}","eventName":"Do",
                       "eventSource":"{source}.amazonaws.com","readOnly":{read_only},"eventCategory":"Management"}}"#
                ));
            }
        }
        trial.see("no event");
        let shown = trial.shown(true);
        assert_eq!((&shown["read"], &shown["matched"]), (&json!(61), &json!(30)));
        assert_eq!(shown["bySource"], json!([{"value": "s3.amazonaws.com", "count": 30}]));
        assert_eq!(shown["matches"].as_array().map(Vec::len), Some(20));
        let first = json!({"eventId": "ec2-0", "eventTime": 1_790_841_780, "eventSource": "ec2.amazonaws.com",
            "eventName": "Do", "category": "Management"});
        assert_eq!(shown["misses"][0], first);
    }
}
