//! `PutInsightSelectors` replaces the Insights selectors of a trail; an empty list switches Insights off.

use serde::{Deserialize, Serialize};

use super::insight_shape::{InsightShape, InsightsShape, parse_insights};
use super::trail_or_store::{TrailOrStore, combination, no_stores_yet};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutInsightSelectors;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
    insight_selectors: Option<Vec<InsightShape>>,
    event_data_store: Option<String>,
    insights_destination: Option<String>,
}

impl Operation for PutInsightSelectors {
    const NAME: &'static str = "PutInsightSelectors";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::InvalidHomeRegionException,
        ErrorCode::InvalidInsightSelectorsException,
        ErrorCode::InvalidParameterCombinationException,
        ErrorCode::InvalidParameterException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::NotOrganizationMasterAccountException,
        ErrorCode::OperationNotPermittedException,
        ErrorCode::TrailNotFoundException,
        ErrorCode::UnsupportedOperationException,
    ];
    type Request = Request;
    type Response = InsightsShape;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_either(request.trail_name.as_deref(), request.event_data_store.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<InsightsShape, ApiError> {
        let of = TrailOrStore::of(request.trail_name.as_deref(), request.event_data_store.as_deref())?;
        let has_destination = request.insights_destination.is_some_and(|text| !text.is_empty());
        let name = match of {
            TrailOrStore::Trail(_) if has_destination => {
                return Err(combination("InsightsDestination can be specified with EventDataStore only."));
            }
            TrailOrStore::Trail(name) => name,
            TrailOrStore::EventDataStore(_) => return Err(no_stores_yet()),
        };
        let trail = cx.trail_at_home(Some(name))?;
        let Some(shapes) = request.insight_selectors else {
            let message = "InsightSelectors is required; an empty list switches Insights off.";
            return Err(ApiError::new(ErrorCode::InvalidParameterException, message));
        };
        let selectors = parse_insights(shapes, &trail.event_selectors)?;
        let answer = InsightsShape::of_trail(trail.arn(), &selectors);
        cx.catalog().put_insight_selectors(&trail.id, selectors).await?;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, arn, refused};

    async fn put(fixture: &Fixture, selectors: Value) -> Result<Value, (String, String)> {
        fixture.call("PutInsightSelectors", json!({"TrailName": "main", "InsightSelectors": selectors})).await
    }

    #[tokio::test]
    async fn insights_are_switched_on_shown_and_switched_off() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let selectors = json!([
            {"InsightType": "ApiCallRateInsight"},
            {"InsightType": "ApiErrorRateInsight", "EventCategories": ["Management"]},
        ]);
        let expected = json!({"TrailARN": arn("main"), "InsightSelectors": selectors});
        assert_eq!(put(&fixture, selectors.clone()).await.unwrap(), expected);
        assert_eq!(fixture.call("GetInsightSelectors", json!({"TrailName": arn("main")})).await.unwrap(), expected);
        let shown = |trail: Value| trail["Trail"]["HasInsightSelectors"].clone();
        assert_eq!(shown(fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap()), true);
        let off = json!({"TrailARN": arn("main"), "InsightSelectors": []});
        assert_eq!(put(&fixture, json!([])).await.unwrap(), off);
        assert_eq!(shown(fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap()), false);
        let text = format!(
            "Trail {} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the \
             operation again.",
            arn("main")
        );
        let got = fixture.call("GetInsightSelectors", json!({"TrailName": "main"})).await;
        assert_eq!(got, refused("InsightNotEnabledException", &text));
    }

    #[tokio::test]
    async fn each_broken_rule_has_its_error_and_changes_nothing() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let invalid = "InvalidInsightSelectorsException";
        let rate = |categories: Value| json!([{"InsightType": "ApiCallRateInsight", "EventCategories": categories}]);
        for (selectors, code) in [
            (json!(null), "InvalidParameterException"),
            (json!("all"), "SerializationException"),
            (json!([{}]), invalid),
            (json!([{"InsightType": "apiCallRateInsight"}]), invalid),
            (json!([{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiCallRateInsight"}]), invalid),
            (rate(json!([])), invalid),
            (rate(json!(["Insight"])), invalid),
            (rate(json!(["Management", "Management"])), invalid),
            (rate(json!(["Data"])), invalid),
        ] {
            let (got, message) = put(&fixture, selectors.clone()).await.unwrap_err();
            assert_eq!(got, code, "{selectors}: {message}");
        }
        let (code, _) = fixture.call("GetInsightSelectors", json!({"TrailName": "main"})).await.unwrap_err();
        assert_eq!(code, "InsightNotEnabledException");
    }

    #[tokio::test]
    async fn a_trail_must_log_what_insights_look_at() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let log = async |selectors: Value| {
            let request = json!({"TrailName": "main", "EventSelectors": selectors});
            fixture.call("PutEventSelectors", request).await.unwrap();
        };
        let of = |kind: &str, category: &str| json!([{"InsightType": kind, "EventCategories": [category]}]);
        let objects = json!([{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]);
        log(json!([{"ReadWriteType": "ReadOnly"}])).await;
        assert!(put(&fixture, of("ApiCallRateInsight", "Management")).await.is_err());
        assert!(put(&fixture, of("ApiErrorRateInsight", "Management")).await.is_ok());
        log(json!([{"IncludeManagementEvents": false, "DataResources": objects}])).await;
        assert!(put(&fixture, of("ApiErrorRateInsight", "Management")).await.is_err());
        assert!(put(&fixture, of("ApiCallRateInsight", "Data")).await.is_ok());
    }

    #[tokio::test]
    async fn a_request_is_about_a_trail_or_a_store_and_at_home() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("main").await;
        let store = "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/11111111-2222-3333-4444-555555555555";
        let combination = "InvalidParameterCombinationException";
        for (region, mut request, code) in [
            ("us-east-1", json!({}), combination),
            ("us-east-1", json!({"TrailName": "main", "EventDataStore": store}), combination),
            ("us-east-1", json!({"TrailName": "main", "InsightsDestination": store}), combination),
            ("us-east-1", json!({"EventDataStore": store}), "UnsupportedOperationException"),
            ("us-east-1", json!({"TrailName": "x"}), "InvalidTrailNameException"),
            ("us-east-1", json!({"TrailName": "arn:x"}), "CloudTrailARNInvalidException"),
            ("us-east-1", json!({"TrailName": "absent"}), "TrailNotFoundException"),
            ("eu-west-1", json!({"TrailName": "main"}), "InvalidHomeRegionException"),
        ] {
            request["InsightSelectors"] = json!([]);
            let (got, message) = fixture.call_in(region, "PutInsightSelectors", request).await.unwrap_err();
            assert_eq!(got, code, "{message}");
        }
    }
}
