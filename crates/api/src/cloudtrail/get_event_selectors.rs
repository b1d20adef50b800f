//! `GetEventSelectors` shows which events a trail asks for.

use serde::{Deserialize, Serialize};

use super::selector_shape::SelectorsShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetEventSelectors;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
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
    type Response = SelectorsShape;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_trail(request.trail_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<SelectorsShape, ApiError> {
        let trail = cx.trail(request.trail_name.as_deref())?;
        Ok(SelectorsShape::sorted(trail.arn(), &trail.event_selectors))
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
    async fn advanced_selectors_are_answered_by_themselves_and_in_the_order_of_field_names() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let category = json!({"Field": "eventCategory", "Equals": ["Data"]});
        let kind = json!({"Field": "resources.type", "Equals": ["AWS::S3::Object"]});
        let arn_field = json!({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::b/"], "NotEndsWith": ["/"]});
        let read_only = json!({"Field": "readOnly", "Equals": ["false"]});
        let given = json!([{"Name": "n", "FieldSelectors": [kind, arn_field, read_only, category]}]);
        let request = json!({"TrailName": "main", "AdvancedEventSelectors": given});
        let answer = fixture.call("PutEventSelectors", request).await.unwrap();
        assert_eq!(answer, json!({"TrailARN": arn("main"), "AdvancedEventSelectors": given}));
        let sorted = json!([{"Name": "n", "FieldSelectors": [category, read_only, arn_field, kind]}]);
        let got = fixture.call("GetEventSelectors", json!({"TrailName": "main"})).await.unwrap();
        assert_eq!(got, json!({"TrailARN": arn("main"), "AdvancedEventSelectors": sorted}));
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
