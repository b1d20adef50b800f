//! `ListRoleTags` names the tags of a role.

use super::named::RoleName;
use super::tagging::{TagsRequest, TagsResponse};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListRoleTags;

impl Operation for ListRoleTags {
    const NAME: &'static str = "ListRoleTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = TagsRequest<RoleName>;
    type Response = TagsResponse;

    fn asks(cx: &Context, request: &TagsRequest<RoleName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagsRequest<RoleName>) -> Result<TagsResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
