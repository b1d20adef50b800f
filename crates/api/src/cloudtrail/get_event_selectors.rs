//! `GetEventSelectors` shows which events a trail asks for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::selector_shape::SelectorShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetEventSelectors;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    #[serde(rename = "TrailARN")]
    trail_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_selectors: Option<Vec<SelectorShape>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advanced_event_selectors: Option<Vec<Value>>,
}

impl Operation for GetEventSelectors {
    const NAME: &'static str = "GetEventSelectors";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail(request.trail_name.as_deref())?;
        let event_selectors = trail.event_selectors.iter().map(SelectorShape::from).collect();
        Ok(Response { trail_arn: trail.arn(), event_selectors: Some(event_selectors), advanced_event_selectors: None })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Fixture, arn};

    #[tokio::test]
    async fn a_new_trail_asks_for_all_management_events() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("main").await;
        let expected = json!({"TrailARN": arn("main"), "EventSelectors": [
            {"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [],
             "ExcludeManagementEventSources": []},
        ]});
        let got = fixture.call_in("eu-west-1", "GetEventSelectors", json!({"TrailName": "main"})).await;
        assert_eq!(got.unwrap(), expected);
    }

    #[tokio::test]
    async fn each_wrong_name_has_its_error() {
        let fixture = Fixture::new().await;
        for (name, code) in [
            ("x", "InvalidTrailNameException"),
            ("arn:x", "CloudTrailARNInvalidException"),
            ("absent", "TrailNotFoundException"),
        ] {
            assert_eq!(fixture.call("GetEventSelectors", json!({"TrailName": name})).await.unwrap_err().0, code);
        }
    }
}
