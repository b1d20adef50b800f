//! `LookupEvents` looks into the event history of the Region, or of every Region from the pseudo-Region `all`.

use cairn_history::{HistoryEvent, LookupAnswer, LookupAttributeText, LookupEvents as Lookup};
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
    events: Vec<HistoryEvent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl From<LookupAnswer> for Response {
    fn from(answer: LookupAnswer) -> Self {
        Self { events: answer.events().collect(), next_token: answer.next_token }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Fixture, NOW, answer};

    fn event(id: &str) -> serde_json::Value {
        let now = NOW.iso_seconds();
        json!({
            "eventVersion": "1.11", "userIdentity": {"type": "IAMUser", "userName": "nina", "accessKeyId": "AKIAX"},
            "eventTime": now, "eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "awsRegion": "us-east-1",
            "eventID": id, "readOnly": false, "eventType": "AwsApiCall", "eventCategory": "Management",
        })
    }

    #[tokio::test]
    async fn an_event_is_found_with_its_members() {
        let fixture = Fixture::new().await;
        fixture.append(&event("e-1")).await;
        let request = json!({
            "LookupAttributes": [{"AttributeKey": "EventId", "AttributeValue": "e-1"}], "StartTime": NOW.unix_seconds() - 60,
        });
        let found = fixture.call("LookupEvents", request).await.unwrap();
        let expected = json!({"Events": [{
            "EventId": "e-1", "EventName": "CreateUser", "ReadOnly": "false", "AccessKeyId": "AKIAX",
            "EventTime": NOW.unix_seconds(), "EventSource": "iam.amazonaws.com", "Username": "nina",
            "Resources": [], "CloudTrailEvent": event("e-1").to_string(),
        }]});
        assert_eq!(found, expected);
        let elsewhere = fixture.call_in("eu-west-1", "LookupEvents", json!({"StartTime": 0})).await.unwrap();
        assert_eq!(elsewhere, json!({"Events": []}));
    }

    #[tokio::test]
    async fn each_broken_rule_has_its_error() {
        let fixture = Fixture::new().await;
        for (request, code) in [
            (
                json!({"LookupAttributes": [{"AttributeKey": "Nobody", "AttributeValue": "x"}]}),
                "InvalidLookupAttributesException",
            ),
            (json!({"LookupAttributes": [{"AttributeKey": "EventId"}]}), "InvalidLookupAttributesException"),
            (
                json!({"LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "True"}]}),
                "InvalidLookupAttributesException",
            ),
            (json!({"StartTime": 20, "EndTime": 10}), "InvalidTimeRangeException"),
            (json!({"MaxResults": 0}), "InvalidMaxResultsException"),
            (json!({"MaxResults": 51}), "InvalidMaxResultsException"),
            (json!({"NextToken": "never given"}), "InvalidNextTokenException"),
            (json!({"EventCategory": "nothing"}), "InvalidEventCategoryException"),
            (json!({"MaxResults": "5"}), "SerializationException"),
            (json!({"StartTime": "2026-10-01T00:00:00Z"}), "SerializationException"),
        ] {
            let (got, message) = fixture.call("LookupEvents", request.clone()).await.unwrap_err();
            assert_eq!(got, code, "{request}: {message}");
        }
    }

    #[tokio::test]
    async fn the_event_of_a_lookup_has_its_times_cut_to_seconds() {
        let fixture = Fixture::new().await;
        let request = json!({"StartTime": 1_790_841_792.9, "MaxResults": 5});
        let answer = answer(&fixture.cx, "LookupEvents", &request).await;
        let expected = json!({"startTime": "2026-10-01T08:03:12Z", "maxResults": 5});
        assert_eq!(answer.request_parameters, Some(expected));
        assert_eq!(answer.response_elements, None);
    }
}
