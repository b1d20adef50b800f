//! A trail as the catalogue keeps it, and when it logged.

use std::collections::BTreeMap;

use cairn_model::selectors::{AggregationConfiguration, InsightSelector, RegionScope};
use cairn_model::{AccountId, EventSelectors, Region, Sequence, Timestamp, TrailArn, TrailName};
use serde::{Deserialize, Serialize};

/// A trail: what it records, where it delivers, and when it logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trail {
    /// A UUID, new for each creation: a trail that is made again under an old name is another trail.
    pub id: String,
    /// The name, unique among what an account sees in a Region.
    pub name: TrailName,
    /// The account that owns it.
    pub account: AccountId,
    /// The Region where it was created and where alone it can be changed.
    pub home_region: Region,
    /// The bucket that receives its files.
    pub s3_bucket_name: String,
    /// The prefix of its files' keys, without a slash at the end.
    pub s3_key_prefix: Option<String>,
    /// Whether it records events of global services.
    pub include_global_service_events: bool,
    /// Whether it records the events of every Region, and is seen in every Region.
    pub is_multi_region: bool,
    /// Since when digest files are written, if they are.
    pub log_file_validation: Option<Timestamp>,
    /// Where it sends what it delivers besides its bucket, and the key of its files.
    pub targets: TrailTargets,
    /// The id of the organization, `o-…`, when it records the events of every account of one. The management account
    /// owns it.
    pub organization: Option<String>,
    /// The account whose events these are, in a part of an organization trail that delivery works on
    /// ([`crate::Catalog::delivered_trails`]). A trail itself has none: its owner's events are its own.
    pub member: Option<AccountId>,
    /// Whether events of CloudTrail's own deliveries are recorded too.
    pub recursive_logging: bool,
    /// Which events it asks for.
    pub event_selectors: EventSelectors,
    /// Which unusual activity it looks for; none when Insights are off.
    pub insight_selectors: Vec<InsightSelector>,
    /// Which summaries of its data events it asks for: at most one configuration.
    pub aggregation_configurations: Vec<AggregationConfiguration>,
    /// When it logged, oldest first; at most the last one is open.
    pub logging: Vec<LoggingSpan>,
    /// Its tags; a tag may have no value.
    pub tags: BTreeMap<String, Option<String>>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was deleted. It stays until its last digest is delivered: [`crate::Catalog::forget`].
    pub deleted_at: Option<Timestamp>,
}

/// What a trail delivers to besides its bucket, and the key of its files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrailTargets {
    /// The topic that is told of each log file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sns_topic: Option<SnsTopic>,
    /// The log group that receives each event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_group: Option<LogGroup>,
    /// The ARN of the KMS key that encrypts its files; without one the bucket encrypts them with its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<String>,
}

/// A topic of SNS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnsTopic {
    /// As the request spelled it: a name or an ARN.
    pub name: String,
    /// `arn:aws:sns:{region}:{account}:{name}`
    pub arn: String,
}

/// A log group of CloudWatch Logs and the role under which it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogGroup {
    /// `arn:aws:logs:{region}:{account}:log-group:{name}:*`
    pub arn: String,
    /// `arn:aws:iam::{account}:role/{name}`
    pub role_arn: String,
}

/// One span of logging, from a `StartLogging` to the next `StopLogging`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggingSpan {
    /// The first event that could belong to it.
    pub from: Sequence,
    /// When logging was started.
    pub started_at: Timestamp,
    /// Its end, once logging was stopped.
    pub stopped: Option<Stopped>,
}

/// The end of a span of logging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// The first event that was not durable yet when logging was stopped.
    pub until: Sequence,
    /// When logging was stopped: events received up to then still belong to the span, the stopping call's own too.
    pub at: Timestamp,
}

impl LoggingSpan {
    /// Whether it has no end yet.
    pub fn is_open(&self) -> bool {
        self.stopped.is_none()
    }

    /// Whether an event at `sequence`, received at `received_at`, belongs to the span.
    pub fn covers(&self, sequence: Sequence, received_at: Timestamp) -> bool {
        let before_end = |end: Stopped| sequence < end.until || received_at <= end.at;
        sequence >= self.from && self.stopped.is_none_or(before_end)
    }
}

impl Trail {
    /// `arn:aws:cloudtrail:{home Region}:{account}:trail/{name}`
    pub fn arn(&self) -> String {
        let arn = TrailArn { home_region: self.home_region.clone(), account: self.account, name: self.name.clone() };
        arn.to_string()
    }

    /// The part of an organization trail that is another account's, as delivery names it.
    #[must_use]
    pub fn part_of(&self, account: AccountId) -> Self {
        if account == self.account {
            return self.clone();
        }
        Self { id: format!("{}/{account}", self.id), member: Some(account), ..self.clone() }
    }

    /// The account whose events it records.
    pub fn recorded_account(&self) -> AccountId {
        self.member.unwrap_or(self.account)
    }

    /// Whether it logs now.
    pub fn is_logging(&self) -> bool {
        self.logging.last().is_some_and(|span| span.stopped.is_none())
    }

    /// Whether it logged when the event at `sequence`, received at `received_at`, came.
    pub fn covers(&self, sequence: Sequence, received_at: Timestamp) -> bool {
        self.logging.iter().any(|span| span.covers(sequence, received_at))
    }

    /// Whether it is seen in `region`: in its home Region, or anywhere as a shadow trail.
    pub fn visible_in(&self, region: &Region) -> bool {
        self.is_multi_region || self.home_region == *region
    }

    /// Whether its selectors are others than those of a new trail.
    pub fn has_custom_event_selectors(&self) -> bool {
        self.event_selectors.are_custom()
    }

    /// Which Regions' events it asks for.
    pub fn region_scope(&self) -> RegionScope<'_> {
        RegionScope {
            home_region: &self.home_region,
            is_multi_region: self.is_multi_region,
            include_global_service_events: self.include_global_service_events,
        }
    }
}

#[cfg(test)]
impl Trail {
    /// A trail of the default account in which much is set.
    pub(crate) fn example(name: &str, home_region: &str) -> Self {
        let at = Timestamp::from_unix_seconds;
        Self {
            id: format!("id-of-{name}-in-{home_region}"),
            name: TrailName::parse(name).unwrap(),
            account: AccountId::DEFAULT,
            home_region: Region::parse(home_region).unwrap(),
            s3_bucket_name: "bucket".into(),
            s3_key_prefix: Some("a prefix/é".into()),
            include_global_service_events: true,
            is_multi_region: false,
            log_file_validation: Some(at(7)),
            recursive_logging: false,
            event_selectors: EventSelectors::Basic(vec![cairn_model::selectors::EventSelector {
                exclude_management_event_sources: vec!["kms.amazonaws.com".into()],
                ..cairn_model::selectors::EventSelector::default()
            }]),
            insight_selectors: Vec::new(),
            aggregation_configurations: Vec::new(),
            targets: TrailTargets {
                sns_topic: Some(SnsTopic {
                    name: "news".into(),
                    arn: "arn:aws:sns:us-east-1:123456789012:news".into(),
                }),
                ..TrailTargets::default()
            },
            organization: None,
            member: None,
            logging: Vec::new(),
            tags: [("a".to_owned(), Some("1".to_owned())), ("b".to_owned(), None)].into(),
            created_at: at(5),
            deleted_at: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: u64, stopped: Option<(u64, i64)>) -> LoggingSpan {
        let end = |(until, at)| Stopped { until: Sequence(until), at: Timestamp::from_unix_seconds(at) };
        LoggingSpan { from: Sequence(from), started_at: Timestamp::default(), stopped: stopped.map(end) }
    }

    #[test]
    fn a_span_covers_what_came_before_its_end_and_the_stopping_call_itself() {
        let at = Timestamp::from_unix_seconds;
        let open = span(10, None);
        assert!(!open.covers(Sequence(9), at(0)));
        assert!(open.covers(Sequence(10), at(1_000_000)));
        let closed = span(10, Some((20, 100)));
        assert!(closed.covers(Sequence(19), at(500)));
        assert!(closed.covers(Sequence(20), at(100)));
        assert!(!closed.covers(Sequence(20), at(101)));
    }
}
