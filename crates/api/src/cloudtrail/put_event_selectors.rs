//! `PutEventSelectors` replaces the selectors of a trail. So far these are basic ones, for management events.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::selector_shape::{SelectorShape, invalid, parse_selectors};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutEventSelectors;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
    event_selectors: Option<Vec<SelectorShape>>,
    advanced_event_selectors: Option<Vec<Value>>,
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

impl Operation for PutEventSelectors {
    const NAME: &'static str = "PutEventSelectors";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::InvalidEventSelectorsException,
        ErrorCode::InvalidHomeRegionException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::TrailNotFoundException,
        ErrorCode::UnsupportedOperationException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail_at_home(request.trail_name.as_deref())?;
        let advanced = request.advanced_event_selectors.unwrap_or_default();
        let basic = request.event_selectors.unwrap_or_default();
        if !advanced.is_empty() && !basic.is_empty() {
            return Err(invalid("Specify either event selectors or advanced event selectors, not both.".into()));
        }
        if !advanced.is_empty() {
            let message = "Advanced event selectors are not supported yet.";
            return Err(ApiError::new(ErrorCode::UnsupportedOperationException, message));
        }
        let selectors = parse_selectors(basic)?;
        let event_selectors = selectors.iter().map(SelectorShape::from).collect();
        cx.services.catalog.put_event_selectors(&trail.id, selectors).await?;
        Ok(Response { trail_arn: trail.arn(), event_selectors: Some(event_selectors), advanced_event_selectors: None })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, arn};

    async fn put(fixture: &Fixture, selectors: Value) -> Result<Value, (String, String)> {
        fixture.call("PutEventSelectors", json!({"TrailName": "main", "EventSelectors": selectors})).await
    }

    #[tokio::test]
    async fn selectors_are_replaced_and_answered_with_all_their_members() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let selectors = json!([
            {"ReadWriteType": "WriteOnly", "ExcludeManagementEventSources": ["kms.amazonaws.com"]},
            {"IncludeManagementEvents": false, "DataResources": []},
        ]);
        let expected = json!({"TrailARN": arn("main"), "EventSelectors": [
            {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true, "DataResources": [],
             "ExcludeManagementEventSources": ["kms.amazonaws.com"]},
            {"ReadWriteType": "All", "IncludeManagementEvents": false, "DataResources": [],
             "ExcludeManagementEventSources": []},
        ]});
        assert_eq!(put(&fixture, selectors).await.unwrap(), expected);
        assert_eq!(fixture.call("GetEventSelectors", json!({"TrailName": "main"})).await.unwrap(), expected);
        let trail = fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
        assert_eq!(trail["Trail"]["HasCustomEventSelectors"], true);
    }

    #[tokio::test]
    async fn each_broken_rule_has_its_error_and_changes_nothing() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let invalid = "InvalidEventSelectorsException";
        let s3 = json!([{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]);
        for (selectors, code) in [
            (json!([]), invalid),
            (json!(null), invalid),
            (json!([{}, {}, {}, {}, {}, {}]), invalid),
            (json!([{"ReadWriteType": "readonly"}]), invalid),
            (json!([{"ExcludeManagementEventSources": ["s3.amazonaws.com"]}]), invalid),
            (
                json!([{"IncludeManagementEvents": false, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]),
                invalid,
            ),
            (json!([{"DataResources": [{"Type": "AWS::IAM::Role"}]}]), invalid),
            (json!([{"DataResources": s3}]), "UnsupportedOperationException"),
            (json!([{"IncludeManagementEvents": "yes"}]), "SerializationException"),
            (json!("all"), "SerializationException"),
        ] {
            let (got, message) = put(&fixture, selectors.clone()).await.unwrap_err();
            assert_eq!(got, code, "{selectors}: {message}");
        }
        let got = fixture.call("GetEventSelectors", json!({"TrailName": "main"})).await.unwrap();
        assert_eq!(got["EventSelectors"][0]["ReadWriteType"], "All");
    }

    #[tokio::test]
    async fn advanced_selectors_are_refused_by_name() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let advanced = json!([{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]);
        let request = json!({"TrailName": "main", "AdvancedEventSelectors": advanced});
        let (code, message) = fixture.call("PutEventSelectors", request).await.unwrap_err();
        assert_eq!(code, "UnsupportedOperationException");
        assert!(message.contains("Advanced event selectors"), "{message}");
        let both = json!({"TrailName": "main", "EventSelectors": [{}], "AdvancedEventSelectors": advanced});
        assert_eq!(fixture.call("PutEventSelectors", both).await.unwrap_err().0, "InvalidEventSelectorsException");
    }

    #[tokio::test]
    async fn each_wrong_name_or_region_has_its_error() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("main").await;
        for (region, name, code) in [
            ("us-east-1", "x", "InvalidTrailNameException"),
            ("us-east-1", "arn:x", "CloudTrailARNInvalidException"),
            ("us-east-1", "absent", "TrailNotFoundException"),
            ("eu-west-1", "main", "InvalidHomeRegionException"),
        ] {
            let request = json!({"TrailName": name, "EventSelectors": [{}]});
            assert_eq!(fixture.call_in(region, "PutEventSelectors", request).await.unwrap_err().0, code);
        }
    }
}
