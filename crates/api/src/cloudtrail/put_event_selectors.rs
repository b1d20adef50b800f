//! `PutEventSelectors` replaces the selectors of a trail, of whichever kind they were.

use cairn_model::EventSelectors;
use cairn_model::selectors::{AdvancedEventSelector, EventSelectorShape};
use serde::{Deserialize, Serialize};

use super::selector_shape::SelectorsShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutEventSelectors;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
    event_selectors: Option<Vec<EventSelectorShape>>,
    advanced_event_selectors: Option<Vec<AdvancedEventSelector>>,
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
        ErrorCode::NotOrganizationMasterAccountException,
        ErrorCode::OperationNotPermittedException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = SelectorsShape;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_trail(request.trail_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<SelectorsShape, ApiError> {
        let trail = cx.trail_at_home(request.trail_name.as_deref())?;
        let basic = request.event_selectors.unwrap_or_default();
        let advanced = request.advanced_event_selectors.unwrap_or_default();
        let selectors = EventSelectors::check(&basic, &advanced, cx.services.catalog.selector_limits())?;
        let answer = SelectorsShape::as_given(trail.arn(), &selectors);
        cx.catalog().put_event_selectors(&trail.id, selectors).await?;
        Ok(answer)
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
            {"IncludeManagementEvents": false, "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]},
        ]);
        let expected = json!({"TrailARN": arn("main"), "EventSelectors": [
            {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true, "DataResources": [],
             "ExcludeManagementEventSources": ["kms.amazonaws.com"]},
            {"ReadWriteType": "All", "IncludeManagementEvents": false,
             "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
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
        let function = "arn:aws:lambda:us-east-1:111122223333:function:f:2";
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
            (json!([{"DataResources": [{"Values": ["arn:aws:s3"]}]}]), invalid),
            (json!([{"DataResources": [{"Type": "AWS::S3::Object", "Values": ["bucket"]}]}]), invalid),
            (json!([{"DataResources": [{"Type": "AWS::Lambda::Function", "Values": [function]}]}]), invalid),
            (json!([{"IncludeManagementEvents": "yes"}]), "SerializationException"),
            (json!("all"), "SerializationException"),
        ] {
            let (got, message) = put(&fixture, selectors.clone()).await.unwrap_err();
            assert_eq!(got, code, "{selectors}: {message}");
        }
        let got = fixture.call("GetEventSelectors", json!({"TrailName": "main"})).await.unwrap();
        assert_eq!(got["EventSelectors"][0]["ReadWriteType"], "All");
    }

    async fn put_advanced(fixture: &Fixture, selectors: Value) -> Result<Value, (String, String)> {
        fixture.call("PutEventSelectors", json!({"TrailName": "main", "AdvancedEventSelectors": selectors})).await
    }

    #[tokio::test]
    async fn one_kind_of_selectors_replaces_the_other_and_both_at_once_are_refused() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let advanced = json!([{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]);
        put_advanced(&fixture, advanced.clone()).await.unwrap();
        let got = fixture.call("GetEventSelectors", json!({"TrailName": "main"})).await.unwrap();
        assert_eq!(got, json!({"TrailARN": arn("main"), "AdvancedEventSelectors": advanced}));
        let trail = fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
        assert_eq!(trail["Trail"]["HasCustomEventSelectors"], true);
        let both = json!({"TrailName": "main", "EventSelectors": [{}], "AdvancedEventSelectors": advanced});
        let (code, _) = fixture.call("PutEventSelectors", both).await.unwrap_err();
        assert_eq!(code, "InvalidEventSelectorsException");
        put(&fixture, json!([{}])).await.unwrap();
        let got = fixture.call("GetEventSelectors", json!({"TrailName": "main"})).await.unwrap();
        assert_eq!(got.get("AdvancedEventSelectors"), None);
        assert_eq!(got["EventSelectors"].as_array().map(Vec::len), Some(1));
    }

    #[tokio::test]
    async fn broken_advanced_selectors_are_refused_in_the_words_of_aws_and_change_nothing() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let data = |kind: &str, more: Value| {
            json!([{"FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": [kind]}, more,
            ]}])
        };
        let function = "arn:aws:lambda:us-east-1:111122223333:function:f:alias";
        let arn_field = json!({"Field": "resources.ARN", "Equals": [function]});
        let arn_text = format!("The specified ARN {function} is not valid. Verify that the ARN is properly formatted.");
        let read = json!({"Field": "readOnly", "Equals": ["true"]});
        for (selectors, text) in [
            (data("AWS::IAM::Role", read.clone()), "The resources.type field value is not valid."),
            (data("AWS::Lambda::Function", arn_field), arn_text.as_str()),
            (json!([{"FieldSelectors": []}]), "at least one field selector"),
            (json!([{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Insight"]}]}]), "eventCategory"),
        ] {
            let (code, message) = put_advanced(&fixture, selectors.clone()).await.unwrap_err();
            assert_eq!(code, "InvalidEventSelectorsException", "{selectors}");
            assert!(message.contains(text), "{selectors}: {message}");
        }
        let got = fixture.call("GetEventSelectors", json!({"TrailName": "main"})).await.unwrap();
        assert_eq!(got["EventSelectors"][0]["ReadWriteType"], "All");
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
