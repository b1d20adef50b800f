//! Lifecycle rules of an embedded bucket: which objects go by themselves, and when.

use std::collections::BTreeMap;

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ObjectMeta;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleRule {
    /// Its name, unique in the bucket.
    pub id: String,
    /// Whether it is followed.
    pub enabled: bool,
    /// Which objects it is about.
    pub filter: LifecycleFilter,
    /// When they go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration: Option<Expiration>,
    /// When versions go that are not the newest: none is kept, so that this is only stored and told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noncurrent: Option<NoncurrentExpiration>,
    /// Days after which multipart uploads go that were never completed: there are none, so that this is only stored and told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort_multipart_days: Option<u32>,
}

/// Which objects a rule is about: those for which everything holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleFilter {
    /// How it was written.
    pub form: FilterForm,
    /// What the key begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Tags that the object has. Objects of embedded buckets have none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The object has more bytes than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_above: Option<u64>,
    /// The object has fewer bytes than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_below: Option<u64>,
}

/// How a filter was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilterForm {
    /// `Prefix` in the rule itself, as before there were filters.
    Prefix,
    /// `Filter` with one condition or none.
    #[default]
    Single,
    /// `Filter` with `And`.
    And,
}

/// When objects go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expiration {
    /// So many days after they were put, at the midnight (UTC) that follows.
    Days(u32),
    /// All of them from this midnight on.
    Date(Timestamp),
    /// Delete markers with nothing behind them; there are none.
    DeleteMarkers(bool),
}

/// When versions go that are not the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoncurrentExpiration {
    /// Days after a newer one came.
    pub days: u32,
    /// How many of them stay all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer_versions: Option<u32>,
}

impl LifecycleRule {
    /// From when on an object goes that has this key and was put at `put_at`; `None` when this rule does not take it. The
    /// object's size counts where it is known.
    pub fn due(&self, key: &str, put_at: Timestamp, size: Option<u64>) -> Option<Timestamp> {
        if !self.enabled || !self.filter.takes(key, size) {
            return None;
        }
        match self.expiration? {
            Expiration::Days(days) => {
                let days = i64::from(days).saturating_add(1).saturating_add(put_at.unix_ms().div_euclid(DAY_MS));
                Some(Timestamp::from_unix_ms(days.saturating_mul(DAY_MS)))
            }
            Expiration::Date(date) => Some(date),
            Expiration::DeleteMarkers(_) => None,
        }
    }

    /// What every key begins with whose object this rule may let go; `None` when it lets none go.
    pub fn reach(&self) -> Option<&str> {
        let expires = matches!(self.expiration, Some(Expiration::Days(_) | Expiration::Date(_)));
        (self.enabled && expires && self.filter.tags.is_empty())
            .then(|| self.filter.prefix.as_deref().unwrap_or_default())
    }
}

impl LifecycleFilter {
    fn takes(&self, key: &str, size: Option<u64>) -> bool {
        let Self { form: _, prefix, tags, size_above, size_below } = self;
        let is_above = |size: u64| size_above.is_none_or(|bound| size > bound);
        let is_below = |size: u64| size_below.is_none_or(|bound| size < bound);
        prefix.as_ref().is_none_or(|prefix| key.starts_with(prefix.as_str()))
            && tags.is_empty()
            && size.is_none_or(|size| is_above(size) && is_below(size))
    }
}

/// The rule by which an object goes first, and from when on; none when no rule takes it.
pub fn first_due<'r>(rules: &'r [LifecycleRule], object: &ObjectMeta) -> Option<(&'r LifecycleRule, Timestamp)> {
    let due = |rule: &'r LifecycleRule| Some((rule, rule.due(&object.key, object.last_modified, Some(object.size))?));
    rules.iter().filter_map(due).min_by_key(|(_, at)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(expiration: Expiration, filter: LifecycleFilter) -> LifecycleRule {
        LifecycleRule {
            id: "r".into(),
            enabled: true,
            filter,
            expiration: Some(expiration),
            noncurrent: None,
            abort_multipart_days: None,
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn an_object_goes_at_the_midnight_after_its_days_are_over() {
        let rule = rule(Expiration::Days(3), LifecycleFilter::default());
        for (put_at, due) in [
            ("2014-01-15T10:30:00Z", "2014-01-19T00:00:00Z"),
            ("2014-01-15T23:59:59Z", "2014-01-19T00:00:00Z"),
            ("2014-01-16T00:00:00Z", "2014-01-20T00:00:00Z"),
            ("2024-02-27T12:00:00Z", "2024-03-02T00:00:00Z"),
        ] {
            assert_eq!(rule.due("k", at(put_at), Some(1)), Some(at(due)), "{put_at}");
        }
    }

    #[test]
    fn a_filter_takes_what_meets_all_of_it_and_a_rule_that_is_off_nothing() {
        let date = at("2026-12-01T00:00:00Z");
        let filter = LifecycleFilter {
            prefix: Some("AWSLogs/".into()),
            size_above: Some(10),
            size_below: Some(20),
            ..LifecycleFilter::default()
        };
        let mut rule = rule(Expiration::Date(date), filter);
        let takes = |rule: &LifecycleRule, key: &str, size| rule.due(key, Timestamp::default(), size).is_some();
        for (key, size, expected) in [
            ("AWSLogs/1", Some(11), true),
            ("AWSLogs/1", None, true),
            ("AWSLogs/1", Some(10), false),
            ("AWSLogs/1", Some(20), false),
            ("awslogs/1", Some(11), false),
        ] {
            assert_eq!(takes(&rule, key, size), expected, "{key} {size:?}");
        }
        assert_eq!(rule.reach(), Some("AWSLogs/"));
        rule.enabled = false;
        assert_eq!((takes(&rule, "AWSLogs/1", None), rule.reach()), (false, None));
        rule.enabled = true;
        rule.filter.tags.insert("a".into(), "b".into());
        assert_eq!((takes(&rule, "AWSLogs/1", None), rule.reach()), (false, None));
    }

    #[test]
    fn of_several_rules_the_earliest_counts() {
        let late = rule(Expiration::Days(9), LifecycleFilter::default());
        let early = LifecycleRule { id: "early".into(), ..rule(Expiration::Days(1), LifecycleFilter::default()) };
        let object = ObjectMeta { key: "k".into(), last_modified: at("2026-11-22T12:00:00Z"), ..ObjectMeta::default() };
        let rules = [late, early];
        let (first, due) = first_due(&rules, &object).unwrap();
        assert_eq!((&*first.id, due), ("early", at("2026-11-24T00:00:00Z")));
    }
}
