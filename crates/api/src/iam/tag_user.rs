//! `TagUser` adds tags to a user.

use super::named::UserName;
use super::shapes::Nothing;
use super::tagging::{TAG_ERRORS, TagRequest};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct TagUser;

impl Operation for TagUser {
    const NAME: &'static str = "TagUser";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = TAG_ERRORS;
    type Request = TagRequest<UserName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &TagRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagRequest<UserName>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
