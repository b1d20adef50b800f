//! `ListUserTags` names the tags of a user.

use serde::{Deserialize, Serialize};

use super::requests::{Page, required};
use super::shapes::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListUserTags;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    tags: Option<Vec<TagShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListUserTags {
    const NAME: &'static str = "ListUserTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("userName", request.user_name)?;
        let absent = || ApiError::new(ErrorCode::NoSuchEntity, format!("The user with name {name} cannot be found."));
        let tags: Vec<_> = TagShape::of(&cx.services.iam.user(cx.caller.account, &name).ok_or_else(absent)?.tags);
        let page = Page::of(tags, request.max_items, request.marker.as_deref(), TagShape::key)?;
        Ok(Response { tags: Some(page.items), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
