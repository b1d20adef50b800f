//! `StopLogging` suspends recording for one trail. The trail and its settings stay; the call is still recorded.

use serde::{Deserialize, Serialize};

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
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail_at_home(request.name.as_deref())?;
        cx.services.catalog.stop_logging(&trail.id, cx.stop_now()).await?;
        Ok(Response {})
    }
}
