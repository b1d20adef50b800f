//! `DeleteTrail` removes a trail. What it delivered stays, and a last digest is still written.

use serde::{Deserialize, Serialize};

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
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail_at_home(request.name.as_deref())?;
        cx.services.catalog.delete_trail(&trail.id, cx.stop_now()).await?;
        Ok(Response {})
    }
}
