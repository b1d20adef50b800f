//! `GetEventConfiguration` shows which summaries of its data events a trail asks for.

use serde::{Deserialize, Serialize};

use super::event_configuration_shape::EventConfigurationShape;
use super::trail_or_store::{TrailOrStore, no_such_store};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetEventConfiguration;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
    event_data_store: Option<String>,
}

impl Operation for GetEventConfiguration {
    const NAME: &'static str = "GetEventConfiguration";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::EventDataStoreARNInvalidException,
        ErrorCode::EventDataStoreNotFoundException,
        ErrorCode::InvalidParameterCombinationException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = EventConfigurationShape;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_either(request.trail_name.as_deref(), request.event_data_store.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<EventConfigurationShape, ApiError> {
        match TrailOrStore::of(request.trail_name.as_deref(), request.event_data_store.as_deref())? {
            TrailOrStore::Trail(name) => {
                let trail = cx.trail(Some(name))?;
                Ok(EventConfigurationShape::of_trail(trail.arn(), &trail.aggregation_configurations))
            }
            TrailOrStore::EventDataStore(store) => Err(no_such_store(store)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Fixture, arn};

    #[tokio::test]
    async fn a_new_trail_has_no_summaries_and_is_seen_from_its_shadow() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("main").await;
        let got = fixture.call_in("eu-west-1", "GetEventConfiguration", json!({"TrailName": "main"})).await;
        assert_eq!(got.unwrap(), json!({"TrailARN": arn("main"), "AggregationConfigurations": []}));
    }

    #[tokio::test]
    async fn each_wrong_name_has_its_error() {
        let fixture = Fixture::new().await;
        let store = "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/x";
        for (request, code) in [
            (json!({}), "InvalidParameterCombinationException"),
            (json!({"TrailName": "x"}), "InvalidTrailNameException"),
            (json!({"TrailName": "arn:x"}), "CloudTrailARNInvalidException"),
            (json!({"TrailName": "absent"}), "TrailNotFoundException"),
            (json!({"EventDataStore": store}), "EventDataStoreNotFoundException"),
            (json!({"EventDataStore": "arn:x"}), "EventDataStoreARNInvalidException"),
        ] {
            let got = fixture.call("GetEventConfiguration", request.clone()).await.unwrap_err();
            assert_eq!(got.0, code, "{request}: {}", got.1);
        }
    }
}
