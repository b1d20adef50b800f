//! `AddTags` adds tags to a resource, or gives those that are there new values.

use serde::{Deserialize, Serialize};

use super::tag_shape::{TagShape, tags_by_key};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct AddTags;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    resource_id: Option<String>,
    tags_list: Option<Vec<TagShape>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for AddTags {
    const NAME: &'static str = "AddTags";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::InvalidTagParameterException,
        ErrorCode::ResourceNotFoundException,
        ErrorCode::ResourceTypeNotSupportedException,
        ErrorCode::TagsLimitExceededException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.tagged_trail_at_home(request.resource_id.as_deref())?;
        let tags = tags_by_key(request.tags_list.unwrap_or_default())?;
        cx.services.catalog.add_tags(&trail.id, tags).await?;
        Ok(Response {})
    }
}
