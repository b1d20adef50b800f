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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(members: &str) -> String {
        format!(r#"{{"eventTime":"2026-10-01T08:03:12Z",{members}}}"#)
    }

    fn with<T>(members: &str, look: impl FnOnce(&EventFields<'_>, &[u8]) -> T) -> T {
        let json = event(members);
        look(&EventFields::parse(json.as_bytes()).unwrap(), json.as_bytes())
    }

    fn selector(read_write_type: ReadWriteType, excluded: &[&str]) -> EventSelector {
        let exclude_management_event_sources = excluded.iter().map(|source| (*source).to_owned()).collect();
        EventSelector { read_write_type, include_management_events: true, exclude_management_event_sources }
    }

    #[test]
    fn a_new_trail_asks_for_every_management_event_and_for_no_other() {
        let asks = |members: &str| with(members, |event, _| matches(&[EventSelector::default()], event));
        assert!(asks(r#""eventName":"x""#));
        assert!(asks(r#""readOnly":true,"eventSource":"kms.amazonaws.com""#));
        for category in ["Data", "NetworkActivity", "Insight", "Aggregated"] {
            assert!(!asks(&format!(r#""eventCategory":"{category}""#)), "{category}");
        }
    }

    #[test]
    fn reads_and_writes_are_told_apart_and_what_says_neither_is_a_write() {
        let asks = |kind, members: &str| with(members, |event, _| matches(&[selector(kind, &[])], event));
        for (members, read, write) in
            [(r#""readOnly":true"#, true, false), (r#""readOnly":false"#, false, true), (r#""x":1"#, false, true)]
        {
            assert_eq!(asks(ReadWriteType::ReadOnly, members), read, "{members}");
            assert_eq!(asks(ReadWriteType::WriteOnly, members), write, "{members}");
        }
    }

    #[test]
    fn one_selector_that_asks_is_enough_and_none_asks_for_nothing() {
        let excluding = selector(ReadWriteType::All, &["kms.amazonaws.com"]);
        let reading = selector(ReadWriteType::ReadOnly, &[]);
        with(r#""eventSource":"kms.amazonaws.com","readOnly":true"#, |event, _| {
            assert!(!matches(&[], event));
            assert!(!matches(std::slice::from_ref(&excluding), event));
            assert!(matches(&[excluding.clone(), reading.clone()], event));
        });
        let without = EventSelector { include_management_events: false, ..EventSelector::default() };
        with(r#""eventSource":"iam.amazonaws.com""#, |event, _| {
            assert!(matches(std::slice::from_ref(&excluding), event));
            assert!(!matches(&[without], event));
        });
    }

    #[test]
    fn an_event_belongs_to_the_files_of_its_region() {
        for (members, region) in [
            (r#""awsRegion":"eu-west-1""#, "eu-west-1"),
            (r#""awsRegion":"mars-north-1","eventSource":"iam.amazonaws.com""#, "mars-north-1"),
            (r#""awsRegion":"../../etc""#, "us-east-1"),
            (r#""awsRegion":"all""#, "us-east-1"),
            (r#""eventSource":"iam.amazonaws.com""#, "us-east-1"),
        ] {
            assert_eq!(with(members, |event, _| file_region(event)).as_str(), region, "{members}");
        }
    }

    #[test]
    fn global_services_are_those_of_us_east_1_and_regional_sts_endpoints_are_not() {
        let global = |members: &str| with(members, is_global_service_event);
        let sts = |endpoint: &str| {
            let details = format!(r#"{{"RequestDetails":{{"endpointType":"{endpoint}"}}}}"#);
            format!(r#""eventSource":"sts.amazonaws.com","awsRegion":"us-east-1","additionalEventData":{details}"#)
        };
        assert!(global(r#""eventSource":"iam.amazonaws.com","awsRegion":"us-east-1""#));
        assert!(global(r#""eventSource":"route53.amazonaws.com""#));
        assert!(global(&sts("global")));
        assert!(!global(&sts("regional")));
        assert!(global(r#""eventSource":"sts.amazonaws.com","awsRegion":"us-east-1","additionalEventData":"odd""#));
        assert!(!global(r#""eventSource":"iam.amazonaws.com","awsRegion":"cn-north-1""#));
        assert!(!global(r#""eventSource":"ec2.amazonaws.com","awsRegion":"us-east-1""#));
    }

    #[test]
    fn a_trail_covers_its_region_or_all_and_global_services_only_where_they_are() {
        let covers = |home: &str, is_multi_region, include, members: &str| {
            let home_region = &Region::parse(home).unwrap();
            let scope = RegionScope { home_region, is_multi_region, include_global_service_events: include };
            with(members, |event, raw| covers_region(scope, event, raw))
        };
        let iam = r#""eventSource":"iam.amazonaws.com","awsRegion":"us-east-1""#;
        let ec2 = r#""eventSource":"ec2.amazonaws.com","awsRegion":"eu-west-1""#;
        assert!(covers("us-east-1", false, true, iam));
        assert!(!covers("us-east-1", false, false, iam));
        assert!(!covers("eu-west-1", false, true, iam));
        assert!(covers("eu-west-1", true, true, iam));
        assert!(covers("eu-west-1", false, false, ec2));
        assert!(!covers("us-east-1", false, true, ec2));
        assert!(covers("us-east-1", true, true, ec2));
    }

    const SOURCES: [&str; 4] = ["kms.amazonaws.com", "rdsdata.amazonaws.com", "iam.amazonaws.com", "ec2.amazonaws.com"];
    const CATEGORIES: [&str; 3] = ["Management", "Data", "Insight"];
    const KINDS: [ReadWriteType; 3] = [ReadWriteType::All, ReadWriteType::ReadOnly, ReadWriteType::WriteOnly];

    fn any_selector() -> impl Strategy<Value = EventSelector> {
        let excluded = proptest::sample::subsequence(EXCLUDABLE_EVENT_SOURCES.map(str::to_owned).to_vec(), 0..=2);
        (proptest::sample::select(KINDS.to_vec()), any::<bool>(), excluded).prop_map(
            |(read_write_type, include_management_events, exclude_management_event_sources)| EventSelector {
                read_write_type,
                include_management_events,
                exclude_management_event_sources,
            },
        )
    }

    /// The documentation's words, one after another, over plain values.
    fn asked_for(selectors: &[EventSelector], source: &str, category: &str, read_only: Option<bool>) -> bool {
        for selector in selectors {
            let mut asked = category == "Management" && selector.include_management_events;
            if selector.read_write_type.as_str() == "ReadOnly" && read_only != Some(true) {
                asked = false;
            }
            if selector.read_write_type.as_str() == "WriteOnly" && read_only == Some(true) {
                asked = false;
            }
            if selector.exclude_management_event_sources.contains(&source.to_owned()) {
                asked = false;
            }
            if asked {
                return true;
            }
        }
        false
    }

    proptest! {
        #[test]
        fn any_selectors_ask_for_what_the_documentation_says(
            selectors in proptest::collection::vec(any_selector(), 0..=5),
            source in proptest::sample::select(SOURCES.to_vec()),
            category in proptest::sample::select(CATEGORIES.to_vec()),
            read_only in any::<Option<bool>>(),
        ) {
            let read = read_only.map_or("null".to_owned(), |read| read.to_string());
            let members = format!(r#""eventSource":"{source}","eventCategory":"{category}","readOnly":{read}"#);
            let got = with(&members, |event, _| matches(&selectors, event));
            prop_assert_eq!(got, asked_for(&selectors, source, category, read_only));
        }
    }
}
