//! `GetTrail` shows the settings of one trail, by name where it is seen and by ARN everywhere.

use serde::{Deserialize, Serialize};

use super::trail_shape::TrailShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetTrail;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    name: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    trail: TrailShape,
}

impl Operation for GetTrail {
    const NAME: &'static str = "GetTrail";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_trail(request.name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail(request.name.as_deref())?;
        Ok(Response { trail: TrailShape::from(&trail) })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Fixture, answer, arn, refused};

    #[tokio::test]
    async fn a_trail_is_shown_whole_and_leaves_no_response_in_the_event() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let expected = json!({"Trail": {
            "Name": "main", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": false,
            "HomeRegion": "us-east-1", "TrailARN": arn("main"), "LogFileValidationEnabled": false,
            "HasCustomEventSelectors": false, "HasInsightSelectors": false, "IsOrganizationTrail": false,
            "RecursiveLogging": true,
        }});
        assert_eq!(fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap(), expected);
        assert_eq!(fixture.call_in("eu-west-1", "GetTrail", json!({"Name": arn("main")})).await.unwrap(), expected);
        assert_eq!(answer(&fixture.cx, "GetTrail", &json!({"Name": "main"})).await.response_elements, None);
    }

    #[tokio::test]
    async fn what_is_not_seen_from_here_is_unknown() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let unknown = |name: &str| {
            refused("TrailNotFoundException", &format!("Unknown trail: {name} for the user: 123456789012"))
        };
        assert_eq!(fixture.call_in("eu-west-1", "GetTrail", json!({"Name": "main"})).await, unknown("main"));
        let stranger = arn("main").replace("123456789012", "111122223333");
        assert_eq!(fixture.call("GetTrail", json!({"Name": stranger})).await, unknown(&stranger));
        let wrong = fixture.call("GetTrail", json!({"Name": "arn:aws:s3:::b"})).await.unwrap_err();
        assert_eq!(wrong.0, "CloudTrailARNInvalidException");
        assert_eq!(
            fixture.call("GetTrail", json!({})).await,
            refused("InvalidTrailNameException", "Trail name cannot be blank!")
        );
        let wrong = fixture.call("GetTrail", json!({"Name": ["main"]})).await;
        assert_eq!(wrong, refused("SerializationException", "Start of list can not be converted to a string: Name"));
    }
}
