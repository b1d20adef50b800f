//! A finding: what a notice and the call behind it say, as an event.

use cairn_catalog::{Loss, Matter, Notice, PendingRequest, Problem, Severity};
use cairn_model::Entry;
use cairn_recorder::{CallResource, ResourceArn, ServiceEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// `eventSource` of every finding. Nobody else may bring live events of it.
pub const EVENT_SOURCE: &str = "guard.cairn";

/// What a finding says about the call behind it, of the call's own event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CallEvent {
    #[serde(rename = "eventID")]
    event_id: Option<String>,
    event_name: Option<String>,
    #[serde(rename = "requestID")]
    pub(crate) request_id: Option<String>,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: Option<String>,
    user_agent: Option<String>,
}

impl CallEvent {
    /// Reads the event of a call; none when it cannot be read.
    pub(crate) fn read(entry: &Entry) -> Option<Self> {
        serde_json::from_slice(&entry.event).ok()
    }
}

/// A finding, before it is an event.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    pub(crate) notice: &'a Notice,
    pub(crate) call: Option<&'a CallEvent>,
}

impl Finding<'_> {
    /// What kind of finding it is: the name of its event.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.notice.matter {
            Matter::Narrowed { losses, .. } => kind_of(losses),
            Matter::Requested { .. } => "ProtectedTrailChangeRequested",
            Matter::Expired { .. } => "ProtectedTrailRequestExpired",
            Matter::Found { problem } => problem.kind.as_str(),
            Matter::Resolved { .. } => "ProblemResolved",
        }
    }

    pub(crate) fn severity(&self) -> Severity {
        self.notice.matter.severity()
    }

    /// One sentence about it.
    pub(crate) fn summary(&self) -> String {
        let arn = &self.notice.trail.arn;
        let who = self.notice.cause.as_ref().map_or("Cairn", |cause| &cause.principal);
        match &self.notice.matter {
            Matter::Narrowed { losses, .. } => match kind_of(losses) {
                "TrailDeleted" => format!("{who} deleted the trail {arn}."),
                "TrailStopped" => format!("{who} stopped the logging of the trail {arn}."),
                _ => format!("{who} changed the trail {arn}: {}", effects(losses)),
            },
            Matter::Requested { losses, request } => format!(
                "{who} asked for a change of the protected trail {arn}, which waits for {}: {}",
                request.condition(),
                effects(losses)
            ),
            Matter::Expired { request } => {
                format!(
                    "The change of the protected trail {arn} that {} asked for was not approved.",
                    request.requested_by
                )
            }
            Matter::Found { problem } => {
                format!("{} of the trail {arn}: {}: {}.", problem.kind.as_str(), problem.subject, problem.detail)
            }
            Matter::Resolved { problem } => {
                format!("{} of the trail {arn} is over: {}.", problem.kind.as_str(), problem.subject)
            }
        }
    }

    /// The event.
    pub(crate) fn event(&self) -> ServiceEvent {
        let Notice { id, at, trail, .. } = self.notice;
        ServiceEvent {
            event_id: id.clone(),
            account: trail.account,
            event_source: EVENT_SOURCE.to_owned(),
            event_name: self.kind().to_owned(),
            region: trail.home_region.clone(),
            time: *at,
            resources: vec![CallResource {
                account_id: Some(trail.account),
                resource_type: "AWS::CloudTrail::Trail".to_owned(),
                arn: ResourceArn::Whole(trail.arn.clone()),
            }],
            details: self.details(),
        }
    }

    fn details(&self) -> Value {
        let mut details = Map::new();
        let mut tell = |name: &str, value: Value| {
            if !value.is_null() {
                details.insert(name.to_owned(), value);
            }
        };
        tell("severity", json!(self.severity()));
        tell("summary", self.summary().into());
        tell("trailARN", self.notice.trail.arn.clone().into());
        if let Some(cause) = &self.notice.cause {
            tell("principal", cause.principal.clone().into());
            tell("requestID", cause.request_id.clone().into());
        }
        if let Some(call) = self.call {
            tell("eventID", json!(call.event_id));
            tell("eventName", json!(call.event_name));
            tell("sourceIPAddress", json!(call.source_ip_address));
            tell("userAgent", json!(call.user_agent));
        }
        match &self.notice.matter {
            Matter::Narrowed { losses, approved } => {
                tell("changes", json!(losses));
                tell("approvedRequest", json!(approved.as_ref().map(Shown::of)));
            }
            Matter::Requested { losses, request } => {
                tell("changes", json!(losses));
                tell("pendingRequest", json!(Shown::of(request)));
            }
            Matter::Expired { request } => tell("expiredRequest", json!(Shown::of(request))),
            Matter::Found { problem } | Matter::Resolved { problem } => tell("problem", shown_problem(problem)),
        }
        Value::Object(details)
    }
}

/// What is shown of a request that waits.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    id: &'a str,
    requested_by: &'a str,
    requested_at: String,
    expires_at: String,
    approved_by: String,
}

impl<'a> Shown<'a> {
    fn of(request: &'a PendingRequest) -> Self {
        Self {
            id: &request.id,
            requested_by: &request.requested_by,
            requested_at: request.requested_at.iso_seconds(),
            expires_at: request.expires_at().iso_seconds(),
            approved_by: request.condition(),
        }
    }
}

fn shown_problem(problem: &Problem) -> Value {
    json!({
        "kind": problem.kind.as_str(),
        "subject": problem.subject,
        "detail": problem.detail,
        "since": problem.since.iso_seconds(),
    })
}

fn kind_of(losses: &[Loss]) -> &'static str {
    let has = |setting: &str| losses.iter().any(|loss| loss.setting == setting);
    if has("Trail") {
        "TrailDeleted"
    } else if has("Logging") {
        "TrailStopped"
    } else {
        "TrailNarrowed"
    }
}

fn effects(losses: &[Loss]) -> String {
    losses.iter().map(|loss| loss.effect.as_str()).collect::<Vec<_>>().join(" ")
}
