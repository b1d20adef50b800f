//! Break-glass: principals for the day when nothing else helps, whose every use is a finding.

use std::collections::BTreeSet;

use cairn_identity::Caller;
use cairn_model::{AccountId, Region, Timestamp};
use cairn_recorder::{CallResource, ResourceArn, ServiceEvent};
use serde_json::json;

/// `eventSource` of findings.
const EVENT_SOURCE: &str = "guard.cairn";
const KIND: &str = "BreakGlassUsed";

/// Whose use is a finding: every root that signs in, and the users and roles that the settings name.
#[derive(Debug, Clone, Default)]
pub struct BreakGlass {
    arns: BTreeSet<String>,
}

/// A request by which such a principal was used.
#[derive(Debug, Clone, Copy)]
pub struct BreakGlassUse<'r> {
    /// Who used it: an ARN.
    pub principal: &'r str,
    /// What was used: the ARN of a root, a user or a role.
    pub used: &'r str,
    /// Whose it is.
    pub account: AccountId,
    /// `requestID` of the event behind the finding.
    pub request_id: &'r str,
    /// `eventName` of that event.
    pub event_name: &'r str,
    /// Where it came from.
    pub source: &'r str,
    /// When.
    pub at: Timestamp,
}

impl BreakGlass {
    /// With these users and roles, by their ARNs.
    pub fn new(arns: impl IntoIterator<Item = String>) -> Self {
        Self { arns: arns.into_iter().collect() }
    }

    /// Whether the use of this user or role is a finding.
    pub fn includes(&self, arn: &str) -> bool {
        self.arns.contains(arn)
    }

    /// Whether it is a finding that this person signs in.
    pub(crate) fn includes_person(&self, person: &Caller) -> bool {
        person.is_root() || self.includes(&person.arn())
    }

    /// The finding about a use. `event_id` is its own.
    pub(crate) fn finding(used: &BreakGlassUse<'_>, event_id: String) -> ServiceEvent {
        let BreakGlassUse { principal, account, request_id, event_name, source, at, .. } = *used;
        let kind = if used.used.ends_with(":root") {
            "AWS::IAM::Root"
        } else if used.used.contains(":role/") {
            "AWS::IAM::Role"
        } else {
            "AWS::IAM::User"
        };
        let summary = format!("{} was used from {source} ({event_name}).", used.used);
        metrics::counter!("cairn_guard_findings_total", "kind" => KIND).increment(1);
        tracing::warn!(kind = KIND, severity = "HIGH", finding = event_id, "{summary}");
        ServiceEvent {
            event_id,
            account,
            event_source: EVENT_SOURCE.to_owned(),
            event_name: KIND.to_owned(),
            region: Region::us_east_1(),
            time: at,
            resources: vec![CallResource {
                account_id: Some(account),
                resource_type: kind.to_owned(),
                arn: ResourceArn::Whole(used.used.to_owned()),
            }],
            details: json!({
                "severity": "HIGH",
                "summary": summary,
                "principal": principal,
                "requestID": request_id,
                "eventName": event_name,
                "sourceIPAddress": source,
            }),
        }
    }
}
