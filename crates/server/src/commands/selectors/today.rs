//! The trails as they are today, asked from a running server.

use cairn_model::selectors::{AdvancedEventSelector, EventSelectorShape, RegionScope, SelectorLimits};
use cairn_model::{EventSelectors, TrailArn};
use serde::Deserialize;
use serde_json::json;

use super::Problem;
use super::cloudtrail::call;
use crate::commands::client::Client;

/// A trail, as far as it decides what is kept.
#[derive(Debug, Clone)]
pub(super) struct TodaysTrail {
    pub(super) arn: TrailArn,
    pub(super) is_logging: bool,
    pub(super) is_multi_region: bool,
    pub(super) include_global_service_events: bool,
    pub(super) selectors: EventSelectors,
}

impl TodaysTrail {
    pub(super) fn name(&self) -> &str {
        self.arn.name.as_str()
    }

    /// Whether a text is its name or its ARN.
    pub(super) fn is_called(&self, text: &str) -> bool {
        text == self.name() || text == self.arn.to_string()
    }

    /// Which Regions' events it asks for.
    pub(super) fn region_scope(&self) -> RegionScope<'_> {
        RegionScope {
            home_region: &self.arn.home_region,
            is_multi_region: self.is_multi_region,
            include_global_service_events: self.include_global_service_events,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    trails: Vec<ListedTrail>,
}

#[derive(Deserialize)]
struct ListedTrail {
    #[serde(rename = "TrailARN")]
    arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    trail: GotTrail,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GotTrail {
    is_multi_region_trail: bool,
    include_global_service_events: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Status {
    is_logging: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Selectors {
    event_selectors: Vec<EventSelectorShape>,
    advanced_event_selectors: Vec<AdvancedEventSelector>,
}

/// Every trail of the account, of every Region.
pub(super) async fn trails(client: &Client) -> Result<Vec<TodaysTrail>, Problem> {
    let listed: Listed = call(client, "ListTrails", &json!({})).await?;
    let mut trails = Vec::with_capacity(listed.trails.len());
    for ListedTrail { arn } in listed.trails {
        let got: Got = call(client, "GetTrail", &json!({ "Name": arn })).await?;
        let status: Status = call(client, "GetTrailStatus", &json!({ "Name": arn })).await?;
        let selectors: Selectors = call(client, "GetEventSelectors", &json!({ "TrailName": arn })).await?;
        trails.push(TodaysTrail {
            is_logging: status.is_logging,
            is_multi_region: got.trail.is_multi_region_trail,
            include_global_service_events: got.trail.include_global_service_events,
            selectors: taken(&selectors).map_err(|problem| format!("the selectors of {arn}: {problem}"))?,
            arn: TrailArn::parse(&arn)?,
        });
    }
    Ok(trails)
}

/// What the server has accepted is not refused here: its limits and its resource types may be others.
fn taken(selectors: &Selectors) -> Result<EventSelectors, Problem> {
    let conditions = selectors.advanced_event_selectors.iter().flat_map(AdvancedEventSelector::conditions);
    let kinds = conditions.filter(|condition| condition.field.as_deref() == Some("resources.type"));
    let limits = SelectorLimits {
        event_selectors_max: usize::MAX,
        data_resources_max: usize::MAX,
        values_max: usize::MAX,
        more_resource_types: kinds.flat_map(|condition| condition.equals.iter().flatten().cloned()).collect(),
    };
    Ok(EventSelectors::check(&selectors.event_selectors, &selectors.advanced_event_selectors, &limits)?)
}
