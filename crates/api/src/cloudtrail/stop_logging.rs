//! `StopLogging` suspends recording for one trail. The trail and its settings stay; the call is still recorded.

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct StopLogging;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    name: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for StopLogging {
    const NAME: &'static str = "StopLogging";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::InvalidHomeRegionException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::NotOrganizationMasterAccountException,
        ErrorCode::OperationNotPermittedException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_trail(request.name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail_at_home(request.name.as_deref())?;
        cx.catalog().stop_logging(&trail.id, cx.stop_now()).await?;
        Ok(Response {})
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::{Sequence, Timestamp};
    use serde_json::json;

    use crate::fixture::{Fixture, NOW};

    #[tokio::test]
    async fn the_stopping_call_itself_is_still_covered_and_nothing_later() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        fixture.call("StartLogging", json!({"Name": "main"})).await.unwrap();
        fixture.append(&json!({"eventTime": "2026-10-01T08:00:00Z"})).await;
        assert_eq!(fixture.call("StopLogging", json!({"Name": "main"})).await.unwrap(), json!({}));
        fixture.call("StopLogging", json!({"Name": "main"})).await.unwrap();
        let trail = &fixture.cx.services.catalog.list_trails(fixture.cx.caller.account)[0];
        assert!(!trail.is_logging());
        let later = Timestamp::from_unix_ms(NOW.unix_ms() + 1);
        assert!(trail.covers(Sequence(0), later));
        assert!(trail.covers(Sequence(1), NOW));
        assert!(!trail.covers(Sequence(1), later));
    }

    #[tokio::test]
    async fn each_wrong_name_or_region_has_its_error() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("main").await;
        for (region, name, code) in [
            ("us-east-1", "", "InvalidTrailNameException"),
            ("us-east-1", "arn:x", "CloudTrailARNInvalidException"),
            ("us-east-1", "absent", "TrailNotFoundException"),
            ("eu-west-1", "main", "InvalidHomeRegionException"),
        ] {
            let request = json!({"Name": name});
            assert_eq!(fixture.call_in(region, "StopLogging", request).await.unwrap_err().0, code);
        }
    }
}
