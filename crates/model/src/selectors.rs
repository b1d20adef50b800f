//! Basic event selectors: which events a trail asks for, and which of its Regions an event belongs to
//! (reference sections 4.6 and 6.1).

use serde::{Deserialize, Serialize};

use crate::{Category, EventFields, Region};

/// The event sources that a selector may exclude.
pub const EXCLUDABLE_EVENT_SOURCES: [&str; 2] = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

/// Services that are not of one Region: their events stand in us-east-1.
const GLOBAL_EVENT_SOURCES: [&str; 6] = [
    "iam.amazonaws.com",
    "sts.amazonaws.com",
    "cloudfront.amazonaws.com",
    "organizations.amazonaws.com",
    "route53.amazonaws.com",
    "signin.amazonaws.com",
];

/// `ReadWriteType`: whether reads, writes or both are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum ReadWriteType {
    /// Both.
    #[default]
    All,
    /// Events that are marked read-only.
    ReadOnly,
    /// All others.
    WriteOnly,
}

impl ReadWriteType {
    /// Reads one of the three words, exactly as written.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "All" => Some(Self::All),
            "ReadOnly" => Some(Self::ReadOnly),
            "WriteOnly" => Some(Self::WriteOnly),
            _ => None,
        }
    }

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::ReadOnly => "ReadOnly",
            Self::WriteOnly => "WriteOnly",
        }
    }

    fn asks_for(self, read_only: bool) -> bool {
        match self {
            Self::All => true,
            Self::ReadOnly => read_only,
            Self::WriteOnly => !read_only,
        }
    }
}

/// One basic selector of a trail, for management events.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventSelector {
    /// Reads, writes or both.
    pub read_write_type: ReadWriteType,
    /// Whether management events are asked for at all.
    pub include_management_events: bool,
    /// Sources whose management events are left out: out of [`EXCLUDABLE_EVENT_SOURCES`].
    pub exclude_management_event_sources: Vec<String>,
}

impl Default for EventSelector {
    /// What a new trail has: all management events.
    fn default() -> Self {
        Self {
            read_write_type: ReadWriteType::All,
            include_management_events: true,
            exclude_management_event_sources: Vec::new(),
        }
    }
}

impl EventSelector {
    fn matches(&self, event: &EventFields<'_>) -> bool {
        // An event that does not say whether it only reads may have changed something.
        let read_only = event.read_only.unwrap_or(false);
        let source = event.event_source.as_deref().unwrap_or_default();
        event.category == Category::Management
            && self.include_management_events
            && self.read_write_type.asks_for(read_only)
            && !self.exclude_management_event_sources.iter().any(|excluded| excluded == source)
    }
}

/// Whether any of `selectors` asks for `event`. Events that are not management events are never asked for.
pub fn matches(selectors: &[EventSelector], event: &EventFields<'_>) -> bool {
    selectors.iter().any(|selector| selector.matches(event))
}

/// The Region in whose files an event belongs: its `awsRegion`, and us-east-1 when it names none that could be one.
pub fn file_region(event: &EventFields<'_>) -> Region {
    let named = event.aws_region.as_deref().and_then(|text| Region::parse(text).ok());
    named.filter(|region| !region.is_all()).unwrap_or_else(Region::us_east_1)
}

/// Whether this is an event of a global service, recorded in us-east-1 wherever it was called from.
///
/// `raw` is the event's JSON: only there an STS event says whether it came through the global endpoint.
pub fn is_global_service_event(event: &EventFields<'_>, raw: &[u8]) -> bool {
    let source = event.event_source.as_deref().unwrap_or_default();
    GLOBAL_EVENT_SOURCES.contains(&source)
        && file_region(event) == Region::us_east_1()
        && (source != "sts.amazonaws.com" || !came_through_regional_endpoint(raw))
}

#[derive(Deserialize)]
struct Endpoint {
    #[serde(rename = "additionalEventData")]
    additional: Option<AdditionalEventData>,
}

#[derive(Deserialize)]
struct AdditionalEventData {
    #[serde(rename = "RequestDetails")]
    request_details: Option<RequestDetails>,
}

#[derive(Deserialize)]
struct RequestDetails {
    #[serde(rename = "endpointType")]
    endpoint_type: Option<String>,
}

fn came_through_regional_endpoint(raw: &[u8]) -> bool {
    let read = serde_json::from_slice::<Endpoint>(raw).ok();
    let details = read.and_then(|event| event.additional).and_then(|data| data.request_details);
    details.and_then(|details| details.endpoint_type).as_deref() == Some("regional")
}

/// Which Regions' events a trail asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionScope<'a> {
    /// Where the trail was created.
    pub home_region: &'a Region,
    /// Whether every Region is asked for.
    pub is_multi_region: bool,
    /// Whether events of global services are asked for.
    pub include_global_service_events: bool,
}

/// Whether a trail's Regions cover `event`, whose JSON is `raw`: a multi-Region trail covers all of them, and any
/// other its home Region, where global services count as being in us-east-1 and only if asked for.
pub fn covers_region(scope: RegionScope<'_>, event: &EventFields<'_>, raw: &[u8]) -> bool {
    let in_region = scope.is_multi_region || file_region(event) == *scope.home_region;
    in_region && (scope.include_global_service_events || !is_global_service_event(event, raw))
}
