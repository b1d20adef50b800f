//! `RemoveTags` removes tags by their keys; keys that are not there are fine.

use serde::{Deserialize, Serialize};

use super::tag_shape::{TagShape, tags_by_key};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct RemoveTags;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    resource_id: Option<String>,
    tags_list: Option<Vec<TagShape>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for RemoveTags {
    const NAME: &'static str = "RemoveTags";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::InvalidTagParameterException,
        ErrorCode::ResourceNotFoundException,
        ErrorCode::ResourceTypeNotSupportedException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.tagged_trail_at_home(request.resource_id.as_deref())?;
        let keys = tags_by_key(request.tags_list.unwrap_or_default())?.into_keys().collect();
        cx.services.catalog.remove_tags(&trail.id, keys).await?;
        Ok(Response {})
    }
}
