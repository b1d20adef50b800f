//! `ListUserTags` names the tags of a user.

use super::named::UserName;
use super::tagging::{TagsRequest, TagsResponse};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListUserTags;

impl Operation for ListUserTags {
    const NAME: &'static str = "ListUserTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = TagsRequest<UserName>;
    type Response = TagsResponse;

    fn asks(cx: &Context, request: &TagsRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagsRequest<UserName>) -> Result<TagsResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
