//! `ListResourceTags` shows the tags of a key.

use serde::{Deserialize, Serialize};

use super::requests::Page;
use super::tag_shape::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListResourceTags;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    limit: Option<u32>,
    marker: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    tags: Vec<TagShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    truncated: bool,
}

impl Operation for ListResourceTags {
    const NAME: &'static str = "ListResourceTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidMarkerException, ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let key = cx.key(request.key_id.as_deref())?;
        let tags: Vec<_> = key.tags.iter().collect();
        let page = Page::of(tags, request.limit.unwrap_or(50), request.marker.as_deref(), |(name, _)| name)?;
        let tags = page.items.into_iter().map(|(name, value)| TagShape::of(name, value)).collect();
        Ok(Response { tags, next_marker: page.next_marker, truncated: page.truncated })
    }
}
