//! `PutEventConfiguration` says which summaries of its data events a trail asks for; an empty list asks for none.

use serde::{Deserialize, Serialize};

use super::event_configuration_shape::{
    AggregationShape, ContextKeyShape, EventConfigurationShape, invalid, parse_aggregation,
};
use super::trail_or_store::{TrailOrStore, combination, no_such_store};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutEventConfiguration;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
    event_data_store: Option<String>,
    max_event_size: Option<String>,
    context_key_selectors: Option<Vec<ContextKeyShape>>,
    aggregation_configurations: Option<Vec<AggregationShape>>,
}

impl Operation for PutEventConfiguration {
    const NAME: &'static str = "PutEventConfiguration";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::EventDataStoreARNInvalidException,
        ErrorCode::EventDataStoreNotFoundException,
        ErrorCode::InvalidHomeRegionException,
        ErrorCode::InvalidParameterCombinationException,
        ErrorCode::InvalidParameterException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::NotOrganizationMasterAccountException,
        ErrorCode::OperationNotPermittedException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = EventConfigurationShape;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_either(request.trail_name.as_deref(), request.event_data_store.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<EventConfigurationShape, ApiError> {
        let of = TrailOrStore::of(request.trail_name.as_deref(), request.event_data_store.as_deref())?;
        let for_stores = request.max_event_size.is_some() || request.context_key_selectors.is_some();
        let name = match of {
            TrailOrStore::EventDataStore(_) if request.aggregation_configurations.is_some() => {
                return Err(combination("AggregationConfigurations can be specified with TrailName only."));
            }
            TrailOrStore::EventDataStore(store) => return Err(no_such_store(store)),
            TrailOrStore::Trail(_) if for_stores => {
                let message = "MaxEventSize and ContextKeySelectors can be specified with EventDataStore only.";
                return Err(combination(message));
            }
            TrailOrStore::Trail(name) => name,
        };
        let trail = cx.trail_at_home(Some(name))?;
        let Some(shapes) = request.aggregation_configurations else {
            return Err(invalid("AggregationConfigurations is required for a trail."));
        };
        let configurations = parse_aggregation(shapes)?;
        if !configurations.is_empty() && !trail.event_selectors.ask_for_data() {
            return Err(invalid("Aggregation requires that the trail logs data events."));
        }
        let answer = EventConfigurationShape::of_trail(trail.arn(), &configurations);
        cx.catalog().put_aggregation(&trail.id, configurations).await?;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, arn};

    async fn put(fixture: &Fixture, configurations: Value) -> Result<Value, (String, String)> {
        let request = json!({"TrailName": "main", "AggregationConfigurations": configurations});
        fixture.call("PutEventConfiguration", request).await
    }

    async fn log_objects(fixture: &Fixture) {
        let objects = json!([{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]);
        let request = json!({"TrailName": "main", "EventSelectors": [{"DataResources": objects}]});
        fixture.call("PutEventSelectors", request).await.unwrap();
    }

    #[tokio::test]
    async fn summaries_are_kept_shown_and_taken_away() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        log_objects(&fixture).await;
        let one = json!([{"Templates": ["USER_ACTIONS", "API_ACTIVITY"], "EventCategory": "Data"}]);
        let expected = json!({"TrailARN": arn("main"), "AggregationConfigurations": one});
        assert_eq!(put(&fixture, one).await.unwrap(), expected);
        let get = || fixture.call("GetEventConfiguration", json!({"TrailName": "main"}));
        assert_eq!(get().await.unwrap(), expected);
        let none = json!({"TrailARN": arn("main"), "AggregationConfigurations": []});
        assert_eq!(put(&fixture, json!([])).await.unwrap(), none);
        assert_eq!(get().await.unwrap(), none);
    }

    #[tokio::test]
    async fn each_broken_rule_has_its_error_and_changes_nothing() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let invalid = "InvalidParameterException";
        let of = |templates: Value| json!([{"Templates": templates, "EventCategory": "Data"}]);
        assert_eq!(put(&fixture, of(json!(["API_ACTIVITY"]))).await.unwrap_err().0, invalid, "no data events");
        log_objects(&fixture).await;
        for (configurations, code) in [
            (json!(null), invalid),
            (json!("none"), "SerializationException"),
            (json!([{}]), invalid),
            (json!([{"Templates": ["API_ACTIVITY"], "EventCategory": "Management"}]), invalid),
            (of(json!([])), invalid),
            (of(json!(["api_activity"])), invalid),
            (of(json!(["API_ACTIVITY", "API_ACTIVITY"])), invalid),
            (json!([of(json!(["API_ACTIVITY"]))[0], of(json!(["USER_ACTIONS"]))[0]]), invalid),
        ] {
            let (got, message) = put(&fixture, configurations.clone()).await.unwrap_err();
            assert_eq!(got, code, "{configurations}: {message}");
        }
        let got = fixture.call("GetEventConfiguration", json!({"TrailName": "main"})).await.unwrap();
        assert_eq!(got["AggregationConfigurations"], json!([]));
    }

    #[tokio::test]
    async fn a_request_is_about_a_trail_or_a_store_and_at_home() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("main").await;
        let combination = "InvalidParameterCombinationException";
        for (region, request, code) in [
            ("us-east-1", json!({}), combination),
            ("us-east-1", json!({"TrailName": "main", "EventDataStore": "s"}), combination),
            ("us-east-1", json!({"TrailName": "main", "MaxEventSize": "Large"}), combination),
            ("us-east-1", json!({"TrailName": "main", "ContextKeySelectors": []}), combination),
            ("us-east-1", json!({"EventDataStore": "s", "AggregationConfigurations": []}), combination),
            ("us-east-1", json!({"EventDataStore": "s"}), "EventDataStoreNotFoundException"),
            ("us-east-1", json!({"EventDataStore": arn("x")}), "EventDataStoreARNInvalidException"),
            ("us-east-1", json!({"TrailName": "x"}), "InvalidTrailNameException"),
            ("us-east-1", json!({"TrailName": "arn:x"}), "CloudTrailARNInvalidException"),
            ("us-east-1", json!({"TrailName": "absent"}), "TrailNotFoundException"),
            ("eu-west-1", json!({"TrailName": "main"}), "InvalidHomeRegionException"),
        ] {
            let got = fixture.call_in(region, "PutEventConfiguration", request.clone()).await.unwrap_err();
            assert_eq!(got.0, code, "{request}: {}", got.1);
        }
    }
}
