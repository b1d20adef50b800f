//! Which of a trail's Regions an event belongs to (reference section 4.6).

use std::cell::OnceCell;

use serde::Deserialize;

use crate::{EventFields, Region};

/// Services that are not of one Region: their events stand in us-east-1.
const GLOBAL_EVENT_SOURCES: [&str; 6] = [
    "iam.amazonaws.com",
    "sts.amazonaws.com",
    "cloudfront.amazonaws.com",
    "organizations.amazonaws.com",
    "route53.amazonaws.com",
    "signin.amazonaws.com",
];

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

/// Where an event is at home: read once, whatever the number of trails.
#[derive(Debug)]
pub struct EventPlace<'f, 'e> {
    event: &'f EventFields<'e>,
    raw: &'f [u8],
    region: Region,
    is_global: OnceCell<bool>,
}

impl<'f, 'e> EventPlace<'f, 'e> {
    /// The place of `event`, whose JSON is `raw`.
    pub fn of(event: &'f EventFields<'e>, raw: &'f [u8]) -> Self {
        Self { event, raw, region: file_region(event), is_global: OnceCell::new() }
    }

    /// Whether a trail's Regions cover the event: a multi-Region trail covers all of them, and any other its home
    /// Region, where global services count as being in us-east-1 and only if asked for.
    pub fn is_covered_by(&self, scope: RegionScope<'_>) -> bool {
        let in_region = scope.is_multi_region || self.region == *scope.home_region;
        in_region && (scope.include_global_service_events || !self.is_global())
    }

    /// The Region in whose files the event belongs.
    pub fn into_region(self) -> Region {
        self.region
    }

    fn is_global(&self) -> bool {
        *self.is_global.get_or_init(|| is_global_service_event(self.event, self.raw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(members: &str) -> String {
        format!(r#"{{"eventTime":"2026-10-01T08:03:12Z",{members}}}"#)
    }

    fn with<T>(members: &str, look: impl FnOnce(&EventFields<'_>, &[u8]) -> T) -> T {
        let json = event(members);
        look(&EventFields::parse(json.as_bytes()).unwrap(), json.as_bytes())
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
            with(members, |event, raw| EventPlace::of(event, raw).is_covered_by(scope))
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
}
