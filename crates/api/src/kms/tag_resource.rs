//! `TagResource` gives a key tags, or those that it has new values.

use serde::{Deserialize, Serialize};

use super::tag_shape::{TagShape, check_tag_count, tags_by_key};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct TagResource;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::KMSInvalidStateException,
        ErrorCode::LimitExceededException,
        ErrorCode::NotFoundException,
        ErrorCode::TagException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref()).requesting(request.tags.iter().flatten().map(TagShape::pair))]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let tags = tags_by_key(request.tags.unwrap_or_default())?;
        let key = cx.key(request.key_id.as_deref())?;
        check_tag_count(&key.tags.keys().chain(tags.keys()).collect())?;
        cx.change_key(request.key_id.as_deref(), |key| {
            key.check_changeable()?;
            key.tags.extend(tags);
            Ok(())
        })
        .await?;
        Ok(Response {})
    }
}
