//! `GetTrail` shows the settings of one trail, by name where it is seen and by ARN everywhere.

use serde::{Deserialize, Serialize};

use super::trail_shape::TrailShape;
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

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail(request.name.as_deref())?;
        Ok(Response { trail: TrailShape::from(&trail) })
    }
}
