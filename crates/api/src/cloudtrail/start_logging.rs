//! `StartLogging` begins recording and delivery. The call itself is the first event that is recorded.

use serde::{Deserialize, Serialize};

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
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail_at_home(request.name.as_deref())?;
        let from = cx.services.journal.end();
        cx.services.catalog.start_logging(&trail.id, from, cx.received_at).await?;
        Ok(Response {})
    }
}
