//! Where the fields of an event stand in its bytes, so that who has read them once need not read them again.

use std::borrow::Cow;
use std::sync::Arc;

use crate::event::{RAWS, TEXTS};
use crate::{Category, EventFields, EventKey, Timestamp};

/// What was read of an event, without its bytes; or nothing yet. It says nothing that the event does not say, so that
/// any two are equal.
#[derive(Debug, Clone, Default)]
pub struct Outline(Option<Arc<Parts>>);

#[derive(Debug)]
struct Parts {
    key: EventKey,
    event_time: Timestamp,
    category: Category,
    read_only: Option<bool>,
    texts: [Place; TEXTS],
    raws: [Place; RAWS],
}

/// Where a text stands.
#[derive(Debug, Clone)]
enum Place {
    Nowhere,
    /// From one byte of the event to another.
    Between(u32, u32),
    /// Its escapes were taken out. Seldom, so that the place is small and the text is far.
    Here(Box<Box<str>>),
}

impl PartialEq for Outline {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Outline {}

impl Outline {
    /// The outline of `event`, whose `fields` and `key` these are.
    pub fn of(event: &[u8], fields: &EventFields<'_>, key: EventKey) -> Self {
        let place = |text: Option<&Cow<'_, str>>| match text {
            None => Place::Nowhere,
            Some(Cow::Borrowed(text)) => between(event, text),
            Some(Cow::Owned(text)) => Place::Here(Box::new(text.as_str().into())),
        };
        Self(Some(Arc::new(Parts {
            key,
            event_time: fields.event_time,
            category: fields.category,
            read_only: fields.read_only,
            texts: fields.texts().map(place),
            raws: fields.raws().map(|raw| raw.map_or(Place::Nowhere, |raw| between(event, raw))),
        })))
    }

    /// The key of the event, when it is known.
    pub fn key(&self) -> Option<EventKey> {
        self.0.as_ref().map(|parts| parts.key)
    }

    /// The fields of `event`, whose outline this is, when they are known.
    pub fn fields<'a>(&'a self, event: &'a [u8]) -> Option<EventFields<'a>> {
        let parts = self.0.as_ref()?;
        let mut whole = true;
        let mut text = |place: &'a Place| {
            let text = place.text(event);
            whole &= text.is_ok();
            text.unwrap_or_default()
        };
        let texts = parts.texts.each_ref().map(|place| text(place).map(Cow::Borrowed));
        let raws = parts.raws.each_ref().map(text);
        let fields = EventFields::of_parts((parts.event_time, parts.category, parts.read_only), texts, raws);
        whole.then_some(fields)
    }
}

impl Place {
    /// The text here; an error when the event does not reach so far.
    fn text<'a>(&'a self, event: &'a [u8]) -> Result<Option<&'a str>, ()> {
        match self {
            Self::Nowhere => Ok(None),
            Self::Here(text) => Ok(Some(text)),
            Self::Between(start, end) => {
                let [start, end] = [*start, *end].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
                let text = event.get(start..end).and_then(|text| simdutf8::basic::from_utf8(text).ok());
                text.map(Some).ok_or(())
            }
        }
    }
}

/// The place of a text that was borrowed from `event`.
fn between(event: &[u8], text: &str) -> Place {
    let start = text.as_ptr().addr().checked_sub(event.as_ptr().addr());
    let ends = start.and_then(|start| Some((u32::try_from(start).ok()?, u32::try_from(start + text.len()).ok()?)));
    match ends {
        Some((start, end)) if usize::try_from(end).is_ok_and(|end| end <= event.len()) => Place::Between(start, end),
        _ => Place::Here(Box::new(text.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AccountId;

    const EVENT: &str = r#"{"eventTime":"2026-10-01T08:03:12Z","eventName":"A\u0042","eventSource":"s3.amazonaws.com",
        "userIdentity":{"type":"AssumedRole","principalId":"AROAX:é","arn":"","accessKeyId":"ASIAX"},"readOnly":true,
        "resources":[{"ARN":"arn:aws:s3:::b","type":"AWS::S3::Bucket"}],"eventID":"e-1","managementEvent":false,
        "eventType":"AwsApiCall"}"#;

    fn outline(event: &str) -> Outline {
        let fields = EventFields::parse(event.as_bytes()).unwrap();
        Outline::of(event.as_bytes(), &fields, EventKey::of(AccountId::DEFAULT, &fields, event.as_bytes()))
    }

    #[test]
    fn an_outline_gives_the_fields_that_were_read() {
        let (outline, read) = (outline(EVENT), EventFields::parse(EVENT.as_bytes()).unwrap());
        let fields = outline.fields(EVENT.as_bytes()).unwrap();
        assert_eq!(format!("{fields:?}"), format!("{read:?}"));
        assert_eq!(fields.resources(), read.resources());
        assert_eq!(outline.key(), Some(EventKey::of(AccountId::DEFAULT, &read, EVENT.as_bytes())));
    }

    #[test]
    fn without_an_outline_or_with_too_few_bytes_there_are_no_fields() {
        assert!(Outline::default().fields(EVENT.as_bytes()).is_none());
        assert!(Outline::default().key().is_none());
        assert!(outline(EVENT).fields(&EVENT.as_bytes()[..60]).is_none());
    }
}
