//! `LookupEvents` looks into the event history of the Region, or of every Region from the pseudo-Region `all`.

use cairn_history::{LookupAnswer, LookupAttributeText, LookupEvents as Lookup};
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
    type Response = LookupAnswer;

    async fn run(cx: &Context, request: Request) -> Result<LookupAnswer, ApiError> {
        let lookup = Lookup {
            lookup_attributes: request.lookup_attributes.unwrap_or_default().into_iter().map(Into::into).collect(),
            start_time: request.start_time.map(|time| time.0),
            end_time: request.end_time.map(|time| time.0),
            event_category: request.event_category,
            max_results: request.max_results,
            next_token: request.next_token,
        };
        Ok(cx.services.history.lookup_events(cx.caller.account, &cx.region, &lookup).await?)
    }

    fn parameters(request: &Request) -> Value {
        with_iso_times(request, &[("StartTime", request.start_time), ("EndTime", request.end_time)])
    }
}
