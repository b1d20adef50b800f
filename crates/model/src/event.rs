//! The event record as Cairn reads it: the members that lookups and trails need, beside the untouched bytes.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::reader::{Problem, Reader};
use crate::trail_resources::trail_resources;
use crate::user_identity::IDENTITY_TEXTS;
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
    /// `vpcEndpointId`
    pub vpc_endpoint_id: Option<Cow<'a, str>>,
    /// `sessionCredentialFromConsole`
    pub session_credential_from_console: Option<Cow<'a, str>>,
    /// `readOnly`
    pub read_only: Option<bool>,
    /// `eventCategory`, or what older events imply.
    pub category: Category,
    /// `userIdentity`; empty when absent.
    pub user_identity: UserIdentity<'a>,
    resources: Option<&'a str>,
    request_parameters: Option<&'a str>,
}

/// How many texts there are.
pub(crate) const TEXTS: usize = 11 + IDENTITY_TEXTS;
/// How many members are kept as they stand.
pub(crate) const RAWS: usize = 2;

/// The members as they stand in the event.
#[derive(Default)]
struct Members<'a> {
    event_id: Text<'a>,
    event_time: Text<'a>,
    event_name: Text<'a>,
    event_source: Text<'a>,
    aws_region: Text<'a>,
    recipient_account_id: Text<'a>,
    source_ip_address: Text<'a>,
    user_agent: Text<'a>,
    error_code: Text<'a>,
    event_type: Text<'a>,
    vpc_endpoint_id: Text<'a>,
    session_credential_from_console: Text<'a>,
    read_only: Text<'a>,
    event_category: Text<'a>,
    management_event: Text<'a>,
    user_identity: UserIdentity<'a>,
    resources: Option<&'a str>,
    request_parameters: Option<&'a str>,
    insight_event_name: Text<'a>,
    insight_event_source: Text<'a>,
    window_start: Text<'a>,
}

/// A string that borrows from the event where it can; a number or boolean by its text; none for null.
pub(crate) type Text<'a> = Option<Cow<'a, str>>;

impl<'a> Members<'a> {
    fn read(&mut self, name: &str, reader: &mut Reader<'a>) -> Result<(), Problem> {
        match name {
            "eventID" | "eventId" => text(&mut self.event_id, reader),
            "eventTime" => text(&mut self.event_time, reader),
            "eventName" => text(&mut self.event_name, reader),
            "eventSource" => text(&mut self.event_source, reader),
            "awsRegion" => text(&mut self.aws_region, reader),
            "recipientAccountId" | "accountId" => text(&mut self.recipient_account_id, reader),
            "sourceIPAddress" => text(&mut self.source_ip_address, reader),
            "userAgent" => text(&mut self.user_agent, reader),
            "errorCode" => text(&mut self.error_code, reader),
            "eventType" => text(&mut self.event_type, reader),
            "vpcEndpointId" => text(&mut self.vpc_endpoint_id, reader),
            "sessionCredentialFromConsole" => text(&mut self.session_credential_from_console, reader),
            "readOnly" => text(&mut self.read_only, reader),
            "eventCategory" => text(&mut self.event_category, reader),
            "managementEvent" => text(&mut self.management_event, reader),
            "userIdentity" => self.user_identity.read(reader),
            "resources" => reader.raw().map(|raw| self.resources = Some(raw)),
            "requestParameters" => reader.raw().map(|raw| self.request_parameters = Some(raw)),
            "insightDetails" => nested(reader, |name, reader| match name {
                "eventName" => text(&mut self.insight_event_name, reader),
                "eventSource" => text(&mut self.insight_event_source, reader),
                _ => reader.skip(),
            }),
            "timeWindow" => nested(reader, |name, reader| match name {
                "windowStart" => text(&mut self.window_start, reader),
                _ => reader.skip(),
            }),
            _ => reader.skip(),
        }
    }
}

/// Reads a text. A member may have two spellings, but stands only once.
pub(crate) fn text<'a>(slot: &mut Text<'a>, reader: &mut Reader<'a>) -> Result<(), Problem> {
    if slot.is_some() {
        return Err(Problem::Duplicate);
    }
    *slot = reader.scalar_text()?;
    Ok(())
}

/// Reads an object's members; null has none.
pub(crate) fn nested<'a>(
    reader: &mut Reader<'a>,
    mut member: impl FnMut(&str, &mut Reader<'a>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    if reader.null()? {
        return Ok(());
    }
    reader.object(|reader, name| member(name, reader))
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
        let malformed = |problem: &dyn fmt::Display| EventError::Malformed(problem.to_string());
        let text = simdutf8::compat::from_utf8(event).map_err(|error| malformed(&error))?;
        let (mut reader, mut members) = (Reader::new(text), Members::default());
        if reader.peek() != Some(b'{') {
            return Err(malformed(&"an event is a JSON object"));
        }
        let read = reader.object(|reader, name| members.read(name, reader)).and_then(|()| reader.end());
        read.map_err(|problem| malformed(&format_args!("{problem} at byte {}", reader.offset())))?;
        Self::of(members)
    }

    fn of(members: Members<'a>) -> Result<Self, EventError> {
        let event_time = members.event_time.or(members.window_start).ok_or(EventError::MissingEventTime)?;
        let category = category(
            members.event_category.as_deref(),
            members.event_type.as_deref(),
            members.management_event.as_deref(),
        );
        Ok(Self {
            event_id: members.event_id,
            event_time: Timestamp::parse(&event_time)?.whole_seconds(),
            event_name: members.event_name.or(members.insight_event_name),
            event_source: members.event_source.or(members.insight_event_source),
            aws_region: members.aws_region,
            recipient_account_id: members.recipient_account_id,
            source_ip_address: members.source_ip_address,
            user_agent: members.user_agent,
            error_code: members.error_code,
            event_type: members.event_type,
            vpc_endpoint_id: members.vpc_endpoint_id,
            session_credential_from_console: members.session_credential_from_console,
            read_only: members.read_only.and_then(|text| match &*text {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            }),
            category,
            user_identity: members.user_identity,
            resources: members.resources,
            request_parameters: members.request_parameters,
        })
    }

    /// All texts, in one order.
    pub(crate) fn texts(&self) -> [Option<&Cow<'a, str>>; TEXTS] {
        let [kind, principal_id, arn, account_id, access_key_id, user_name, invoked_by] = self.user_identity.texts();
        [
            self.event_id.as_ref(),
            self.event_name.as_ref(),
            self.event_source.as_ref(),
            self.aws_region.as_ref(),
            self.recipient_account_id.as_ref(),
            self.source_ip_address.as_ref(),
            self.user_agent.as_ref(),
            self.error_code.as_ref(),
            self.event_type.as_ref(),
            self.vpc_endpoint_id.as_ref(),
            self.session_credential_from_console.as_ref(),
            kind,
            principal_id,
            arn,
            account_id,
            access_key_id,
            user_name,
            invoked_by,
        ]
    }

    /// The members that are kept as they stand, in one order.
    pub(crate) fn raws(&self) -> [Option<&'a str>; RAWS] {
        [self.resources, self.request_parameters]
    }

    /// The fields of which these are [`EventFields::texts`] and [`EventFields::raws`].
    pub(crate) fn of_parts(
        (event_time, category, read_only): (Timestamp, Category, Option<bool>),
        texts: [Text<'a>; TEXTS],
        [resources, request_parameters]: [Option<&'a str>; RAWS],
    ) -> Self {
        let [event_id, event_name, event_source, aws_region, recipient_account_id, rest @ ..] = texts;
        let [source_ip_address, user_agent, error_code, event_type, rest @ ..] = rest;
        let [vpc_endpoint_id, session_credential_from_console, identity @ ..] = rest;
        Self {
            event_id,
            event_time,
            event_name,
            event_source,
            aws_region,
            recipient_account_id,
            source_ip_address,
            user_agent,
            error_code,
            event_type,
            vpc_endpoint_id,
            session_credential_from_console,
            read_only,
            category,
            user_identity: UserIdentity::of_texts(identity),
            resources,
            request_parameters,
        }
    }

    /// The entries of the record's `resources`; none when they have another shape.
    pub(crate) fn listed_resources(&self) -> Vec<ListedResource<'a>> {
        self.resources.and_then(|raw| listed_resources(raw).ok()).unwrap_or_default()
    }

    /// The resources that a lookup shows: each of the record's `resources` by the last part of its ARN and by the
    /// whole ARN. A `resources` member of another shape gives none. Without one, CloudTrail's own calls show the trail
    /// and the bucket of their request.
    pub fn resources(&self) -> Vec<Resource<'a>> {
        let Some(raw) = self.resources else {
            let is_ours = self.event_source.as_deref() == Some("cloudtrail.amazonaws.com");
            return if is_ours { trail_resources(self.request_parameters) } else { Vec::new() };
        };
        let mut resources = Vec::new();
        for resource in listed_resources(raw).unwrap_or_default() {
            let Some(name) = resource.arn.or(resource.arn_prefix).or(resource.name) else { continue };
            let resource_type = resource.kind;
            if let Some(short) = short_name(&name) {
                resources.push(Resource { resource_type: resource_type.clone(), resource_name: short.into() });
            }
            resources.push(Resource { resource_type, resource_name: name });
        }
        resources
    }
}

/// An entry of a record's `resources`.
#[derive(Debug, Default)]
pub(crate) struct ListedResource<'a> {
    pub(crate) kind: Text<'a>,
    pub(crate) arn: Text<'a>,
    pub(crate) arn_prefix: Text<'a>,
    name: Text<'a>,
}

/// The members of `resources`; an error when it is not a list of objects.
fn listed_resources(raw: &str) -> Result<Vec<ListedResource<'_>>, Problem> {
    let (mut reader, mut listed) = (Reader::with_room(raw, 4), Vec::with_capacity(2));
    reader.array(|reader| {
        let mut resource = ListedResource::default();
        reader.object(|reader, name| match name {
            "type" | "resourceType" => text(&mut resource.kind, reader),
            "ARN" | "arn" => text(&mut resource.arn, reader),
            "ARNPrefix" => text(&mut resource.arn_prefix, reader),
            "resourceName" => text(&mut resource.name, reader),
            _ => reader.skip(),
        })?;
        listed.push(resource);
        Ok(())
    })?;
    Ok(listed)
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

fn category(named: Option<&str>, event_type: Option<&str>, management: Option<&str>) -> Category {
    match (named, event_type, management) {
        (Some("Data"), ..) | (None, Some("AwsApiCall"), Some("false")) => Category::Data,
        (Some("NetworkActivity"), ..) | (None, Some("AwsVpceEvent"), _) => Category::NetworkActivity,
        (Some("Insight"), ..) | (None, Some("AwsCloudTrailInsight"), _) => Category::Insight,
        (Some("Aggregated"), ..) | (None, Some("AwsAggregatedEvent"), _) => Category::Aggregated,
        _ => Category::Management,
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
