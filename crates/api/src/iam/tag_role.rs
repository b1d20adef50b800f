//! `TagRole` adds tags to a role.

use super::named::RoleName;
use super::shapes::Nothing;
use super::tagging::{TAG_ERRORS, TagRequest};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct TagRole;

impl Operation for TagRole {
    const NAME: &'static str = "TagRole";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = TAG_ERRORS;
    type Request = TagRequest<RoleName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &TagRequest<RoleName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagRequest<RoleName>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
