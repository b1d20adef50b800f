//! What may be asked of the event history (reference sections 1.3 and 8).

use std::time::Duration;

use cairn_model::{AccountId, Category, Region, Timestamp};
use cairn_store::LookupAttribute;

use crate::LookupError;

/// Without a start, a lookup goes back so far.
const DEFAULT_SPAN: Duration = Duration::from_hours(90 * 24);

/// The most characters that a value may have.
const VALUE_CHARACTERS_MAX: usize = 2000;

/// The most events on a page.
const RESULTS_MAX: usize = 50;

/// Which part of everything that is kept is to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadEvents {
    /// The earliest event time, inclusive; 90 days ago when absent.
    pub start_time: Option<Timestamp>,
    /// The latest event time, inclusive.
    pub end_time: Option<Timestamp>,
    /// The token of the page before.
    pub next_token: Option<String>,
}

/// A `LookupEvents` request before its rules are checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookupEvents {
    /// What an event must have, all of it at once.
    pub lookup_attributes: Vec<LookupAttributeText>,
    /// The earliest event time, inclusive; 90 days ago when absent.
    pub start_time: Option<Timestamp>,
    /// The latest event time, inclusive.
    pub end_time: Option<Timestamp>,
    /// `insight`, or our own `data`, `network` and `all`; management events when absent.
    pub event_category: Option<String>,
    /// 1 to 50; 50 when absent.
    pub max_results: Option<i64>,
    /// From the page before.
    pub next_token: Option<String>,
}

/// One lookup attribute as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookupAttributeText {
    /// `AttributeKey`
    pub key: String,
    /// `AttributeValue`
    pub value: String,
}

impl LookupEvents {
    /// The attributes that are asked for.
    pub(crate) fn attributes(&self) -> Result<Vec<(LookupAttribute, String)>, LookupError> {
        self.lookup_attributes.iter().map(attribute).collect()
    }

    /// The earliest event time. The future has none.
    pub(crate) fn start(&self, now: Timestamp) -> Result<Timestamp, LookupError> {
        let invalid = |why: &str| Err(LookupError::InvalidTimeRange(why.to_owned()));
        match (self.start_time, self.end_time) {
            (Some(start), Some(end)) if start > end => invalid("The start time must not be after the end time."),
            (Some(start), _) if start > now => invalid("The start time must not be in the future."),
            (Some(start), _) => Ok(start),
            (None, _) => Ok(now.minus(DEFAULT_SPAN).whole_seconds()),
        }
    }

    /// The categories that are asked for; none for every one.
    pub(crate) fn categories(&self) -> Result<Vec<Category>, LookupError> {
        Ok(match self.event_category.as_deref() {
            None => vec![Category::Management],
            Some("insight") => vec![Category::Insight],
            Some("data") => vec![Category::Data],
            Some("network") => vec![Category::NetworkActivity],
            Some("all") => Vec::new(),
            Some(_) => {
                let why = "The event category must be insight, or one of data, network and all.";
                return Err(LookupError::InvalidEventCategory(why.to_owned()));
            }
        })
    }

    /// Everything that chooses events of `account` in `region`, to which tokens are bound; the size of a page may change
    /// from one to the next.
    pub(crate) fn binding(&self, account: AccountId, region: &Region) -> Vec<u8> {
        let mut binding = Vec::new();
        let mut put = |text: &[u8]| {
            binding.extend(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            binding.extend(text);
        };
        put(account.as_str().as_bytes());
        put(region.as_str().as_bytes());
        put(self.event_category.as_deref().unwrap_or_default().as_bytes());
        for time in [self.start_time, self.end_time] {
            put(&time.map(|time| time.unix_ms().to_be_bytes().to_vec()).unwrap_or_default());
        }
        for attribute in &self.lookup_attributes {
            put(attribute.key.as_bytes());
            put(attribute.value.as_bytes());
        }
        binding
    }

    /// The most events that are asked for.
    pub(crate) fn limit(&self) -> Result<usize, LookupError> {
        let limit = self.max_results.map_or(Some(RESULTS_MAX), |limit| usize::try_from(limit).ok());
        limit.filter(|limit| (1..=RESULTS_MAX).contains(limit)).ok_or_else(|| {
            LookupError::InvalidMaxResults(format!("The maximum number of results must be from 1 to {RESULTS_MAX}."))
        })
    }
}

fn attribute(text: &LookupAttributeText) -> Result<(LookupAttribute, String), LookupError> {
    let invalid = |why: String| Err(LookupError::InvalidLookupAttributes(why));
    let Some(attribute) = LookupAttribute::parse(&text.key) else {
        let keys = LookupAttribute::ALL.map(LookupAttribute::as_str).join(", ");
        return invalid(format!("The lookup attribute key must be one of {keys}."));
    };
    if text.value.is_empty() || text.value.chars().nth(VALUE_CHARACTERS_MAX).is_some() {
        return invalid(format!("A lookup attribute value must have 1 to {VALUE_CHARACTERS_MAX} characters."));
    }
    if attribute == LookupAttribute::ReadOnly && !matches!(text.value.as_str(), "true" | "false") {
        return invalid("The value of ReadOnly must be true or false.".to_owned());
    }
    Ok((attribute, text.value.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_attribute(key: &str, value: &str) -> LookupEvents {
        let attribute = LookupAttributeText { key: key.to_owned(), value: value.to_owned() };
        LookupEvents { lookup_attributes: vec![attribute], ..LookupEvents::default() }
    }

    #[test]
    fn attributes_that_aws_refuses_are_refused() {
        for (key, value) in [("EventName", "x"), ("ReadOnly", "true"), ("ResourceName", &"x".repeat(2000))] {
            assert!(with_attribute(key, value).attributes().is_ok(), "{key} {value}");
        }
        for (key, value) in
            [("eventname", "x"), ("EventName", ""), ("ReadOnly", "True"), ("Username", &"x".repeat(2001)), ("", "x")]
        {
            let refused = with_attribute(key, value).attributes();
            assert!(matches!(refused, Err(LookupError::InvalidLookupAttributes(_))), "{key} {value}");
        }
    }

    #[test]
    fn tokens_are_bound_to_what_chooses_events_and_to_nothing_else() {
        let (account, region, request) = (AccountId::DEFAULT, Region::us_east_1(), LookupEvents::default());
        let bound = request.binding(account, &region);
        let larger = LookupEvents { max_results: Some(7), next_token: Some("x".to_owned()), ..request.clone() };
        assert_eq!(larger.binding(account, &region), bound);
        assert_ne!(with_attribute("EventName", "x").binding(account, &region), bound);
        let earlier = LookupEvents { end_time: Some(Timestamp::default()), ..request.clone() };
        assert_ne!(earlier.binding(account, &region), bound);
        assert_ne!(request.binding(AccountId::parse("111122223333").unwrap(), &region), bound);
        assert_ne!(request.binding(account, &Region::parse("eu-west-1").unwrap()), bound);
    }

    #[test]
    fn time_ranges_are_in_order_and_begin_in_the_past() {
        let at = |seconds| Some(Timestamp::from_unix_seconds(seconds));
        let now = Timestamp::from_unix_seconds(100_000_000);
        let start = |start_time, end_time| {
            LookupEvents { start_time, end_time, ..LookupEvents::default() }
                .start(now)
                .ok()
                .map(Timestamp::unix_seconds)
        };
        assert_eq!(start(None, None), Some(100_000_000 - 90 * 86_400));
        assert_eq!(start(at(5), at(5)), Some(5));
        assert_eq!(start(at(6), at(5)), None);
        assert_eq!(start(at(100_000_001), None), None);
    }

    #[test]
    fn categories_and_counts_have_their_words_and_bounds() {
        let category = |word: &str| LookupEvents { event_category: Some(word.to_owned()), ..LookupEvents::default() };
        assert_eq!(LookupEvents::default().categories().ok(), Some(vec![Category::Management]));
        assert_eq!(category("insight").categories().ok(), Some(vec![Category::Insight]));
        assert_eq!(category("all").categories().ok(), Some(vec![]));
        assert!(matches!(category("Insight").categories(), Err(LookupError::InvalidEventCategory(_))));
        let limit = |max_results| LookupEvents { max_results, ..LookupEvents::default() }.limit().ok();
        assert_eq!([limit(None), limit(Some(1)), limit(Some(50))], [Some(50), Some(1), Some(50)]);
        assert_eq!([limit(Some(0)), limit(Some(51)), limit(Some(-1))], [None; 3]);
    }
}
