//! `GetInsightSelectors` shows which unusual activity a trail looks for. Where Insights are off, that is an error.

use serde::{Deserialize, Serialize};

use super::insight_shape::InsightsShape;
use super::trail_or_store::{TrailOrStore, no_stores_yet};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetInsightSelectors;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
    event_data_store: Option<String>,
}

impl Operation for GetInsightSelectors {
    const NAME: &'static str = "GetInsightSelectors";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::InsightNotEnabledException,
        ErrorCode::InvalidParameterCombinationException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::TrailNotFoundException,
        ErrorCode::UnsupportedOperationException,
    ];
    type Request = Request;
    type Response = InsightsShape;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_either(request.trail_name.as_deref(), request.event_data_store.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<InsightsShape, ApiError> {
        let name = match TrailOrStore::of(request.trail_name.as_deref(), request.event_data_store.as_deref())? {
            TrailOrStore::Trail(name) => name,
            TrailOrStore::EventDataStore(_) => return Err(no_stores_yet()),
        };
        let trail = cx.trail(Some(name))?;
        if trail.insight_selectors.is_empty() {
            let message = format!(
                "Trail {} does not have Insights enabled. Edit the trail settings to enable Insights, and then try the \
                 operation again.",
                trail.arn()
            );
            return Err(ApiError::new(ErrorCode::InsightNotEnabledException, message));
        }
        Ok(InsightsShape::of_trail(trail.arn(), &trail.insight_selectors))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::Fixture;

    #[tokio::test]
    async fn each_wrong_name_and_a_trail_without_insights_have_their_errors() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("main").await;
        for (request, code) in [
            (json!({"TrailName": "main"}), "InsightNotEnabledException"),
            (json!({"TrailName": "x"}), "InvalidTrailNameException"),
            (json!({"TrailName": "arn:x"}), "CloudTrailARNInvalidException"),
            (json!({"TrailName": "absent"}), "TrailNotFoundException"),
            (json!({}), "InvalidParameterCombinationException"),
            (json!({"TrailName": "main", "EventDataStore": "store"}), "InvalidParameterCombinationException"),
            (json!({"EventDataStore": "store"}), "UnsupportedOperationException"),
        ] {
            let got = fixture.call_in("eu-west-1", "GetInsightSelectors", request.clone()).await.unwrap_err();
            assert_eq!(got.0, code, "{request}: {}", got.1);
        }
    }
}
