//! What a change takes away from a trail: one entry for each setting that records or proves less than before.

use cairn_model::Category;
use cairn_model::selectors::{AggregationTemplate, InsightType, SourceEventCategory};
use serde::{Deserialize, Serialize};

use crate::Trail;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// Who is told, or what is looked for, becomes less.
    Low,
    /// What proves or protects the record becomes less.
    Medium,
    /// Events are not delivered any more.
    High,
}

/// One thing that a trail did before a change and does not do after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Loss {
    /// The setting that changed, as requests call it: `IsMultiRegionTrail`; `Logging` and `Trail` for all of it.
    pub setting: String,
    /// What it was, in words.
    pub before: String,
    /// What it is now, in words.
    pub after: String,
    /// What that means, in words: which events are no longer delivered.
    pub effect: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether events are certain to be lost; with selectors that are too rich to compare they only may be.
    pub certain: bool,
}

/// Everything that `after` does less than `before`, the same trail. Pure; empty only where nothing is lost.
pub fn losses(before: &Trail, after: &Trail) -> Vec<Loss> {
    if before.deleted_at.is_some() {
        return Vec::new();
    }
    if after.deleted_at.is_some() {
        return vec![of_all("Trail", logging(before), "deleted", "No event is delivered by it any more.")];
    }
    let mut found = Vec::new();
    if before.is_logging() && !after.is_logging() {
        found.push(of_all("Logging", logging(before), "stopped", "No event is delivered until logging is started."));
    }
    found.extend(selectors(before, after));
    found.extend(reach(before, after));
    found.extend(place(before, after));
    found.extend(targets(before, after));
    found.extend(analysis(before, after));
    found
}

/// The setting of [`of_members`].
pub(crate) const MEMBER: &str = "OrganizationMember";

/// The accounts of an organization whose events `trail` recorded and does not record any more, given all trails and
/// parts that are delivered before and after.
pub(crate) fn of_members(trail: &Trail, before: &[Trail], after: &[Trail]) -> Vec<Loss> {
    let is_part = |part: &&Trail| part.member.is_some() && part.id.split('/').next() == Some(trail.id.as_str());
    let logs = |part: &&Trail| part.is_logging() && part.deleted_at.is_none();
    let gone = before.iter().filter(is_part).filter(logs);
    let gone = gone.filter(|part| !after.iter().filter(logs).any(|still| still.id == part.id));
    let lost = gone.map(|part| {
        let account = part.recorded_account();
        let effect = format!("Events of the account {account} are no longer delivered.");
        of_all(MEMBER, account.as_str(), "not a member", &effect)
    });
    lost.collect()
}

fn logging(trail: &Trail) -> &'static str {
    if trail.is_logging() { "logging" } else { "not logging" }
}

fn of_all(setting: &str, before: &str, after: &str, effect: &str) -> Loss {
    loss(setting, (before, after), Severity::High, effect)
}

fn loss(setting: &str, (before, after): (&str, &str), severity: Severity, effect: &str) -> Loss {
    Loss {
        setting: setting.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
        effect: effect.to_owned(),
        severity,
        certain: true,
    }
}

/// Which kinds of events are asked for no more.
fn selectors(before: &Trail, after: &Trail) -> Vec<Loss> {
    if before.event_selectors == after.event_selectors {
        return Vec::new();
    }
    let lost = before.event_selectors.matcher().lost_in(&after.event_selectors.matcher());
    let of = |lost: cairn_model::selectors::LostEvents| {
        let is_high = lost.category == Category::Management && lost.write;
        let verb = if lost.is_certain { "are" } else { "may be" };
        Loss {
            setting: "EventSelectors".to_owned(),
            before: "delivered".to_owned(),
            after: format!("{} delivered in part or not at all", if lost.is_certain { "is" } else { "may be" }),
            effect: format!("{} {verb} no longer delivered.", lost.description),
            severity: if is_high { Severity::High } else { Severity::Medium },
            certain: lost.is_certain,
        }
    };
    lost.into_iter().map(of).collect()
}

/// Whose events, and those of which Regions.
fn reach(before: &Trail, after: &Trail) -> Vec<Loss> {
    let mut found = Vec::new();
    if before.is_multi_region && (!after.is_multi_region || before.home_region != after.home_region) {
        let effect = format!("Events of Regions other than {} are no longer delivered.", after.home_region);
        found.push(of_all("IsMultiRegionTrail", "every Region", "one Region", &effect));
    } else if before.home_region != after.home_region && !after.is_multi_region {
        let effect = format!("Events of {} are no longer delivered.", before.home_region);
        found.push(of_all("HomeRegion", before.home_region.as_str(), after.home_region.as_str(), &effect));
    }
    if before.include_global_service_events && !after.include_global_service_events {
        let effect = "Events of global services, such as IAM and STS, are no longer delivered.";
        found.push(of_all("IncludeGlobalServiceEvents", "true", "false", effect));
    }
    if before.recursive_logging && !after.recursive_logging {
        let effect = "Events of the trail's own deliveries are no longer delivered.";
        found.push(loss("RecursiveLogging", ("true", "false"), Severity::Low, effect));
    }
    if let Some(organization) = before.organization.as_deref().filter(|_| before.organization != after.organization) {
        let now = after.organization.as_deref().unwrap_or("the owner's account alone");
        let effect = "Events of the organization's member accounts are no longer delivered.";
        found.push(of_all("IsOrganizationTrail", organization, now, effect));
    }
    found
}

/// Where the files are, and what proves them.
fn place(before: &Trail, after: &Trail) -> Vec<Loss> {
    let mut found = Vec::new();
    if before.s3_bucket_name != after.s3_bucket_name {
        let effect = "Whoever reads the old bucket sees no new files.";
        let names = (before.s3_bucket_name.as_str(), after.s3_bucket_name.as_str());
        found.push(loss("S3BucketName", names, Severity::Medium, effect));
    }
    if before.s3_key_prefix != after.s3_key_prefix {
        let shown = |trail: &Trail| trail.s3_key_prefix.clone().unwrap_or_else(none);
        let effect = "Whoever reads under the old prefix sees no new files.";
        found.push(loss("S3KeyPrefix", (&shown(before), &shown(after)), Severity::Low, effect));
    }
    if before.log_file_validation.is_some() && after.log_file_validation.is_none() {
        let effect = "No digests are written: changes to log files can no longer be proved.";
        found.push(loss("EnableLogFileValidation", ("true", "false"), Severity::Medium, effect));
    }
    found
}

/// The key, and who is told.
fn targets(before: &Trail, after: &Trail) -> Vec<Loss> {
    let key = |trail: &Trail| trail.targets.kms_key_arn.clone();
    let topic = |trail: &Trail| trail.targets.sns_topic.as_ref().map(|topic| topic.arn.clone());
    let group = |trail: &Trail| trail.targets.log_group.as_ref().map(|group| group.arn.clone());
    let rows = [
        ("KmsKeyId", key(before), key(after), Severity::Medium, "New files are not encrypted with the key of before."),
        ("SnsTopicName", topic(before), topic(after), Severity::Low, "The topic is not told of new files any more."),
        (
            "CloudWatchLogsLogGroupArn",
            group(before),
            group(after),
            Severity::Medium,
            "The log group receives no events any more, and what watches it sees nothing.",
        ),
    ];
    let gone = rows.into_iter().filter_map(|(setting, before, after, severity, effect)| {
        let was = before.clone().filter(|_| before != after)?;
        Some(loss(setting, (&was, &after.unwrap_or_else(none)), severity, effect))
    });
    gone.collect()
}

/// What is looked for and summed up.
fn analysis(before: &Trail, after: &Trail) -> Vec<Loss> {
    let mut found = Vec::new();
    let had = insights(before);
    let has = insights(after);
    let gone: Vec<String> = had
        .iter()
        .filter(|one| !has.contains(one))
        .map(|(of, on)| format!("{} on {}", of.as_str(), on.as_str()))
        .collect();
    if !gone.is_empty() {
        let effect = format!("Unusual activity is no longer looked for: {}.", gone.join(", "));
        let count = |all: &[_]| format!("{} kinds", all.len());
        found.push(loss("InsightSelectors", (&count(&had), &count(&has)), Severity::Low, &effect));
    }
    let (had, has) = (templates(before), templates(after));
    let gone: Vec<&str> = had.iter().filter(|of| !has.contains(of)).map(|of| of.as_str()).collect();
    if !gone.is_empty() {
        let effect = format!("Summaries of data events are no longer delivered: {}.", gone.join(", "));
        let shown = |all: &[AggregationTemplate]| all.iter().map(|of| of.as_str()).collect::<Vec<_>>().join(", ");
        found.push(loss("AggregationConfigurations", (&shown(&had), &shown(&has)), Severity::Low, &effect));
    }
    found
}

fn insights(trail: &Trail) -> Vec<(InsightType, SourceEventCategory)> {
    let of_each = trail.insight_selectors.iter();
    of_each.flat_map(|of| of.categories().iter().map(|on| (of.insight_type, *on))).collect()
}

fn templates(trail: &Trail) -> Vec<AggregationTemplate> {
    trail.aggregation_configurations.iter().flat_map(|of| of.templates.iter().copied()).collect()
}

fn none() -> String {
    "none".to_owned()
}
