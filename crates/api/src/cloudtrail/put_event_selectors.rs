//! `PutEventSelectors` replaces the selectors of a trail. So far these are basic ones, for management events.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::selector_shape::{SelectorShape, invalid, parse_selectors};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutEventSelectors;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    trail_name: Option<String>,
    event_selectors: Option<Vec<SelectorShape>>,
    advanced_event_selectors: Option<Vec<Value>>,
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

impl Operation for PutEventSelectors {
    const NAME: &'static str = "PutEventSelectors";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::InvalidEventSelectorsException,
        ErrorCode::InvalidHomeRegionException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::TrailNotFoundException,
        ErrorCode::UnsupportedOperationException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail_at_home(request.trail_name.as_deref())?;
        let advanced = request.advanced_event_selectors.unwrap_or_default();
        let basic = request.event_selectors.unwrap_or_default();
        if !advanced.is_empty() && !basic.is_empty() {
            return Err(invalid("Specify either event selectors or advanced event selectors, not both.".into()));
        }
        if !advanced.is_empty() {
            let message = "Advanced event selectors are not supported yet.";
            return Err(ApiError::new(ErrorCode::UnsupportedOperationException, message));
        }
        let selectors = parse_selectors(basic)?;
        let event_selectors = selectors.iter().map(SelectorShape::from).collect();
        cx.services.catalog.put_event_selectors(&trail.id, selectors).await?;
        Ok(Response { trail_arn: trail.arn(), event_selectors: Some(event_selectors), advanced_event_selectors: None })
    }
}
