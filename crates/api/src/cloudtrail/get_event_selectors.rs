//! `GetEventSelectors` shows which events a trail asks for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::selector_shape::SelectorShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetEventSelectors;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    #[serde(rename = "TrailARN")]
    trail_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_selectors: Option<Vec<SelectorShape>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advanced_event_selectors: Option<Vec<Value>>,
}

impl Operation for GetEventSelectors {
    const NAME: &'static str = "GetEventSelectors";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail(request.trail_name.as_deref())?;
        let event_selectors = trail.event_selectors.iter().map(SelectorShape::from).collect();
        Ok(Response { trail_arn: trail.arn(), event_selectors: Some(event_selectors), advanced_event_selectors: None })
    }
}
