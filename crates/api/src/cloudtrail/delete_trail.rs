//! `DeleteTrail` removes a trail. What it delivered stays, and a last digest is still written.

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteTrail;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    name: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeleteTrail {
    const NAME: &'static str = "DeleteTrail";
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
        cx.catalog().delete_trail(&trail.id, cx.stop_now()).await?;
        Ok(Response {})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Fixture, refused};

    #[tokio::test]
    async fn a_deleted_trail_is_gone_and_its_name_is_free() {
        let fixture = Fixture::new().await;
        let arn = fixture.create_trail("main").await;
        fixture.call("StartLogging", json!({"Name": "main"})).await.unwrap();
        assert_eq!(fixture.call("DeleteTrail", json!({"Name": arn})).await.unwrap(), json!({}));
        let again = fixture.call("DeleteTrail", json!({"Name": "main"})).await;
        assert_eq!(again, refused("TrailNotFoundException", "Unknown trail: main for the user: 123456789012"));
        fixture.create_trail("main").await;
        let status = fixture.call("GetTrailStatus", json!({"Name": "main"})).await.unwrap();
        assert_eq!(status["IsLogging"], false);
    }

    #[tokio::test]
    async fn a_shadow_trail_and_bad_names_are_not_deleted() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("main").await;
        let (code, _) = fixture.call_in("eu-west-1", "DeleteTrail", json!({"Name": "main"})).await.unwrap_err();
        assert_eq!(code, "InvalidHomeRegionException");
        for (name, code) in [("", "InvalidTrailNameException"), ("arn:aws:s3:::x", "CloudTrailARNInvalidException")] {
            assert_eq!(fixture.call("DeleteTrail", json!({"Name": name})).await.unwrap_err().0, code);
        }
        fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
    }
}
