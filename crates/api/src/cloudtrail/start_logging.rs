//! `StartLogging` begins recording and delivery. The call itself is the first event that is recorded.

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct StartLogging;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    name: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for StartLogging {
    const NAME: &'static str = "StartLogging";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::InvalidHomeRegionException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::NotOrganizationMasterAccountException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_trail(request.name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail_at_home(request.name.as_deref())?;
        let from = cx.services.journal.end();
        cx.services.catalog.start_logging(&trail.id, from, cx.received_at).await?;
        Ok(Response {})
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::Sequence;
    use serde_json::json;

    use crate::fixture::{Fixture, NOW, answer};

    #[tokio::test]
    async fn logging_starts_behind_all_that_is_durable_and_only_once() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        fixture.append(&json!({"eventTime": "2026-10-01T08:00:00Z"})).await;
        let answer = answer(&fixture.cx, "StartLogging", &json!({"Name": "main"})).await;
        assert_eq!(answer.result.unwrap().write().unwrap(), "{}");
        assert_eq!((answer.request_parameters, answer.response_elements), (Some(json!({"name": "main"})), None));
        fixture.append(&json!({"eventTime": "2026-10-01T08:00:00Z"})).await;
        fixture.call("StartLogging", json!({"Name": "main"})).await.unwrap();
        let logging = &fixture.cx.services.catalog.list_trails(fixture.cx.caller.account)[0].logging;
        assert_eq!(logging.len(), 1);
        assert_eq!((logging[0].from, logging[0].started_at), (Sequence(1), NOW));
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
            let request = json!({"Name": name});
            assert_eq!(fixture.call_in(region, "StartLogging", request).await.unwrap_err().0, code);
        }
    }
}
