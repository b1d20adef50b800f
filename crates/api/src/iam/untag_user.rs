//! `UntagUser` takes tags from a user.

use super::named::UserName;
use super::shapes::Nothing;
use super::tagging::UntagRequest;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UntagUser;

impl Operation for UntagUser {
    const NAME: &'static str = "UntagUser";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::ConcurrentModification, ErrorCode::NoSuchEntity];
    type Request = UntagRequest<UserName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &UntagRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: UntagRequest<UserName>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
