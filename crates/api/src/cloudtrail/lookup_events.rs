//! `LookupEvents` looks into the event history of the Region, or of every Region from the pseudo-Region `all`.

use cairn_history::{HistoryEvent, HistoryResource, LookupAnswer, LookupAttributeText, LookupEvents as Lookup};
use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::operation::Operation;
use crate::wire_time::{WireTime, with_iso_times};
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct LookupEvents;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    lookup_attributes: Option<Vec<LookupAttribute>>,
    start_time: Option<WireTime>,
    end_time: Option<WireTime>,
    event_category: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct LookupAttribute {
    attribute_key: Option<String>,
    attribute_value: Option<String>,
}

impl From<LookupAttribute> for LookupAttributeText {
    fn from(attribute: LookupAttribute) -> Self {
        let LookupAttribute { attribute_key, attribute_value } = attribute;
        Self { key: attribute_key.unwrap_or_default(), value: attribute_value.unwrap_or_default() }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    events: Vec<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    event_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_id: Option<String>,
    event_time: WireTime,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    resources: Vec<Resource>,
    cloud_trail_event: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_type: Option<String>,
    resource_name: String,
}

impl From<LookupAnswer> for Response {
    fn from(answer: LookupAnswer) -> Self {
        Self { events: answer.events.into_iter().map(Event::from).collect(), next_token: answer.next_token }
    }
}

impl From<HistoryEvent> for Event {
    fn from(event: HistoryEvent) -> Self {
        Self {
            event_id: event.event_id,
            event_name: event.event_name,
            read_only: event.read_only.map(str::to_owned),
            access_key_id: event.access_key_id,
            event_time: WireTime(Timestamp::from_unix_seconds(event.event_time)),
            event_source: event.event_source,
            username: event.username,
            resources: event.resources.into_iter().map(Resource::from).collect(),
            cloud_trail_event: event.cloud_trail_event,
        }
    }
}

impl From<HistoryResource> for Resource {
    fn from(resource: HistoryResource) -> Self {
        Self { resource_type: resource.resource_type, resource_name: resource.resource_name }
    }
}

impl Operation for LookupEvents {
    const NAME: &'static str = "LookupEvents";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::InvalidEventCategoryException,
        ErrorCode::InvalidLookupAttributesException,
        ErrorCode::InvalidMaxResultsException,
        ErrorCode::InvalidNextTokenException,
        ErrorCode::InvalidTimeRangeException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let lookup = Lookup {
            lookup_attributes: request.lookup_attributes.unwrap_or_default().into_iter().map(Into::into).collect(),
            start_time: request.start_time.map(|time| time.0),
            end_time: request.end_time.map(|time| time.0),
            event_category: request.event_category,
            max_results: request.max_results,
            next_token: request.next_token,
        };
        let answer = cx.services.history.lookup_events(cx.caller.account, &cx.region, &lookup).await?;
        Ok(Response::from(answer))
    }

    fn parameters(request: &Request) -> Value {
        with_iso_times(request, &[("StartTime", request.start_time), ("EndTime", request.end_time)])
    }
}
