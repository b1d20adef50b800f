//! The event record as Cairn reads it: the members that lookups and trails need, beside the untouched bytes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::trail_resources::trail_resources;
use crate::{EventError, Resource, Timestamp, UserIdentity};

/// The largest event that is accepted: 1 MiB, that of a `Large` event data store (reference section 3.2).
const EVENT_BYTES_MAX: usize = 1 << 20;

/// `eventCategory`: which kind of event it is (reference section 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Category {
    /// Control plane, sign-ins and service events.
    Management,
    /// Operations on or in a resource.
    Data,
    /// Calls through a VPC endpoint.
    NetworkActivity,
    /// Unusual activity.
    Insight,
    /// Five-minute summaries of data events.
    Aggregated,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 5] = [Self::Management, Self::Data, Self::NetworkActivity, Self::Insight, Self::Aggregated];

    /// The word in `eventCategory`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Management => "Management",
            Self::Data => "Data",
            Self::NetworkActivity => "NetworkActivity",
            Self::Insight => "Insight",
            Self::Aggregated => "Aggregated",
        }
    }
}

/// The members of one event that Cairn reads, borrowed from its bytes where they need no unescaping.
/// What is not read stays in the bytes: an event is never written anew.
#[derive(Debug, Clone)]
pub struct EventFields<'a> {
    /// `eventID`; real logs have events without one.
    pub event_id: Option<Cow<'a, str>>,
    /// `eventTime`, to the second.
    pub event_time: Timestamp,
    /// `eventName`; for Insights events that of the subject.
    pub event_name: Option<Cow<'a, str>>,
    /// `eventSource`; for Insights events that of the subject.
    pub event_source: Option<Cow<'a, str>>,
    /// `awsRegion`
    pub aws_region: Option<Cow<'a, str>>,
    /// `recipientAccountId`
    pub recipient_account_id: Option<Cow<'a, str>>,
    /// `sourceIPAddress`
    pub source_ip_address: Option<Cow<'a, str>>,
    /// `userAgent`
    pub user_agent: Option<Cow<'a, str>>,
    /// `errorCode`
    pub error_code: Option<Cow<'a, str>>,
    /// `eventType`
    pub event_type: Option<Cow<'a, str>>,
    /// `readOnly`
    pub read_only: Option<bool>,
    /// `eventCategory`, or what older events imply.
    pub category: Category,
    /// `userIdentity`; empty when absent.
    pub user_identity: UserIdentity<'a>,
    resources: Option<&'a RawValue>,
    request_parameters: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    #[serde(rename = "eventID", alias = "eventId", borrow, default)]
    event_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    event_time: Option<Text<'a>>,
    #[serde(borrow, default)]
    event_name: Option<Text<'a>>,
    #[serde(borrow, default)]
    event_source: Option<Text<'a>>,
    #[serde(borrow, default)]
    aws_region: Option<Text<'a>>,
    #[serde(alias = "accountId", borrow, default)]
    recipient_account_id: Option<Text<'a>>,
    #[serde(rename = "sourceIPAddress", borrow, default)]
    source_ip_address: Option<Text<'a>>,
    #[serde(borrow, default)]
    user_agent: Option<Text<'a>>,
    #[serde(borrow, default)]
    error_code: Option<Text<'a>>,
    #[serde(borrow, default)]
    event_type: Option<Text<'a>>,
    #[serde(borrow, default)]
    read_only: Option<Text<'a>>,
    #[serde(borrow, default)]
    event_category: Option<Text<'a>>,
    #[serde(borrow, default)]
    management_event: Option<Text<'a>>,
    #[serde(borrow, default)]
    user_identity: Option<UserIdentity<'a>>,
    #[serde(borrow, default)]
    resources: Option<&'a RawValue>,
    #[serde(borrow, default)]
    request_parameters: Option<&'a RawValue>,
    #[serde(borrow, default)]
    insight_details: Option<InsightDetails<'a>>,
    #[serde(borrow, default)]
    time_window: Option<TimeWindow<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InsightDetails<'a> {
    #[serde(borrow, default)]
    event_name: Option<Text<'a>>,
    #[serde(borrow, default)]
    event_source: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TimeWindow<'a> {
    #[serde(borrow, default)]
    window_start: Option<Text<'a>>,
}

impl<'a> EventFields<'a> {
    /// Reads one event: a JSON object with at least `eventTime`.
    ///
    /// # Errors
    /// [`EventError`] says which rule was broken. Unknown members, Regions and services are not errors.
    pub fn parse(event: &'a [u8]) -> Result<Self, EventError> {
        if event.len() > EVENT_BYTES_MAX {
            return Err(EventError::TooLarge { size: event.len(), limit: EVENT_BYTES_MAX });
        }
        // A list would be read member by member.
        if event.trim_ascii_start().first() != Some(&b'{') {
            return Err(EventError::Malformed("an event is a JSON object".to_owned()));
        }
        let wire: Wire<'a> = serde_json::from_slice(event).map_err(|e| EventError::Malformed(e.to_string()))?;
        let window_start = wire.time_window.and_then(|window| window.window_start);
        let event_time = wire.event_time.or(window_start).ok_or(EventError::MissingEventTime)?;
        let category = category(wire.event_category.as_ref(), wire.event_type.as_ref(), wire.management_event.as_ref());
        let subject = wire.insight_details.unwrap_or(InsightDetails { event_name: None, event_source: None });
        Ok(Self {
            event_id: cow(wire.event_id),
            event_time: Timestamp::parse(event_time.as_str())?.whole_seconds(),
            event_name: cow(wire.event_name.or(subject.event_name)),
            event_source: cow(wire.event_source.or(subject.event_source)),
            aws_region: cow(wire.aws_region),
            recipient_account_id: cow(wire.recipient_account_id),
            source_ip_address: cow(wire.source_ip_address),
            user_agent: cow(wire.user_agent),
            error_code: cow(wire.error_code),
            event_type: cow(wire.event_type),
            read_only: wire.read_only.and_then(|text| match text.as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            }),
            category,
            user_identity: wire.user_identity.unwrap_or_default(),
            resources: wire.resources,
            request_parameters: wire.request_parameters,
        })
    }

    /// The resources that a lookup shows: each of the record's `resources` by the last part of its ARN and by the
    /// whole ARN. A `resources` member of another shape gives none. Without one, CloudTrail's own calls show the trail
    /// and the bucket of their request.
    pub fn resources(&self) -> Vec<Resource<'a>> {
        let Some(raw) = self.resources else {
            let is_ours = self.event_source.as_deref() == Some("cloudtrail.amazonaws.com");
            return if is_ours { trail_resources(self.request_parameters) } else { Vec::new() };
        };
        let listed: Vec<WireResource<'a>> = serde_json::from_str(raw.get()).unwrap_or_default();
        let mut resources = Vec::new();
        for resource in listed {
            let Some(name) = cow(resource.arn.or(resource.arn_prefix).or(resource.name)) else { continue };
            let resource_type = cow(resource.kind);
            if let Some(short) = short_name(&name) {
                resources.push(Resource { resource_type: resource_type.clone(), resource_name: short.into() });
            }
            resources.push(Resource { resource_type, resource_name: name });
        }
        resources
    }
}

#[derive(Deserialize)]
struct WireResource<'a> {
    #[serde(rename = "type", alias = "resourceType", borrow, default)]
    kind: Option<Text<'a>>,
    #[serde(rename = "ARN", alias = "arn", borrow, default)]
    arn: Option<Text<'a>>,
    #[serde(rename = "ARNPrefix", borrow, default)]
    arn_prefix: Option<Text<'a>>,
    #[serde(rename = "resourceName", borrow, default)]
    name: Option<Text<'a>>,
}

/// The last part of an ARN: what stands after the kind of resource.
fn short_name(arn: &str) -> Option<String> {
    let mut parts = arn.splitn(6, ':');
    if parts.next() != Some("arn") {
        return None;
    }
    let service = parts.nth(1)?;
    let resource = parts.nth(2)?;
    let short = match service {
        "s3" => resource,
        _ => resource.rsplit(['/', ':']).next()?,
    };
    (!short.is_empty()).then(|| short.to_owned())
}

fn category(named: Option<&Text<'_>>, event_type: Option<&Text<'_>>, management: Option<&Text<'_>>) -> Category {
    match (named.map(Text::as_str), event_type.map(Text::as_str), management.map(Text::as_str)) {
        (Some("Data"), ..) | (None, Some("AwsApiCall"), Some("false")) => Category::Data,
        (Some("NetworkActivity"), ..) | (None, Some("AwsVpceEvent"), _) => Category::NetworkActivity,
        (Some("Insight"), ..) | (None, Some("AwsCloudTrailInsight"), _) => Category::Insight,
        (Some("Aggregated"), ..) | (None, Some("AwsAggregatedEvent"), _) => Category::Aggregated,
        _ => Category::Management,
    }
}

fn cow(text: Option<Text<'_>>) -> Option<Cow<'_, str>> {
    text.map(|text| text.0)
}

/// A string that borrows from the input where it can; numbers and booleans are taken by their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text)))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(if value { "true" } else { "false" })))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(value.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSUMED: &str = r#"{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","userName":"nina","accessKeyId":"AKIAX"},
        "eventTime":"2026-10-01T08:03:12Z","eventSource":"s3.amazonaws.com","eventName":"CreateBucket",
        "awsRegion":"eu-west-1","requestParameters":{"unknown":[1,{"deep":null}]},"eventID":"e-1","readOnly":false,
        "resources":[{"ARN":"arn:aws:s3:::b/k/x","type":"AWS::S3::Object"},
                     {"ARN":"arn:aws:iam::1:role/path/R","type":"AWS::IAM::Role","accountId":"1"},{"ARNPrefix":"arn:aws:s3:::b/"}],
        "eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333"}"#;

    #[test]
    fn calls_of_cloudtrail_show_the_trail_and_the_bucket_they_name() {
        let event =
            br#"{"eventTime":"2026-10-01T08:03:12Z","eventSource":"cloudtrail.amazonaws.com","eventName":"CreateTrail",
            "requestParameters":{"name":"audit","s3BucketName":"logs","isMultiRegionTrail":true}}"#;
        let names = |event: &[u8]| {
            let resources = EventFields::parse(event).unwrap().resources();
            resources.iter().map(|r| format!("{:?} {}", r.resource_type, r.resource_name)).collect::<Vec<_>>()
        };
        assert_eq!(names(event), [r#"Some("AWS::CloudTrail::Trail") audit"#, r#"Some("AWS::S3::Bucket") logs"#]);
        let elsewhere = String::from_utf8(event.to_vec()).unwrap().replace("cloudtrail.amazonaws", "iam.amazonaws");
        assert!(names(elsewhere.as_bytes()).is_empty());
    }

    #[test]
    fn the_members_of_a_management_event_are_read() {
        let event = EventFields::parse(ASSUMED.as_bytes()).unwrap();
        assert_eq!(event.event_id.as_deref(), Some("e-1"));
        assert_eq!(event.event_time.iso_seconds(), "2026-10-01T08:03:12Z");
        assert_eq!(event.category, Category::Management);
        assert_eq!(event.read_only, Some(false));
        assert_eq!(event.user_identity.access_key_id(), Some("AKIAX"));
        let names: Vec<_> = event.resources().into_iter().map(|r| r.resource_name.into_owned()).collect();
        assert_eq!(names, ["b/k/x", "arn:aws:s3:::b/k/x", "R", "arn:aws:iam::1:role/path/R", "b/", "arn:aws:s3:::b/"]);
    }

    #[test]
    fn escapes_and_odd_types_are_read_and_borrowed_text_is_not_copied() {
        let json =
            br#"{"eventTime":"2026-10-01T08:03:12Z","eventName":"a\u0041","userAgent":"plain","readOnly":"true"}"#;
        let event = EventFields::parse(json).unwrap();
        assert_eq!(event.event_name.as_deref(), Some("aA"));
        assert!(matches!(event.user_agent, Some(Cow::Borrowed("plain"))));
        assert_eq!(event.read_only, Some(true));
    }

    #[test]
    fn the_category_of_older_events_is_derived() {
        let of = |rest: &str| {
            let json = format!(r#"{{"eventTime":"2026-10-01T08:03:12Z"{rest}}}"#);
            EventFields::parse(json.as_bytes()).unwrap().category
        };
        assert_eq!(of(""), Category::Management);
        assert_eq!(of(r#","eventType":"AwsApiCall","managementEvent":false"#), Category::Data);
        assert_eq!(of(r#","eventCategory":"Data","managementEvent":false"#), Category::Data);
        assert_eq!(of(r#","eventType":"AwsCloudTrailInsight""#), Category::Insight);
        assert_eq!(of(r#","eventCategory":"NetworkActivity""#), Category::NetworkActivity);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let error = |json: &str| EventFields::parse(json.as_bytes()).unwrap_err().to_string();
        assert_eq!(error("{}"), "the event has no eventTime");
        assert!(error(r#"{"eventTime":"yesterday"}"#).starts_with("eventTime: `yesterday` is not a time"));
        assert!(error("[]").starts_with("not a valid event"));
        assert!(error(r#"{"eventTime":{}}"#).contains("expected a string"), "{}", error(r#"{"eventTime":{}}"#));
        assert!(error(r#"{"eventTime":"2026-10-01T08:03:12Z","userIdentity":"x"}"#).starts_with("not a valid event"));
        assert!(error(r#"{"eventTime":"2026-10-01T08:03:12Z","eventTime":"x"}"#).contains("duplicate field"));
    }
}
