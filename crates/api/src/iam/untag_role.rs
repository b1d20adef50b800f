//! `UntagRole` takes tags from a role.

use super::named::RoleName;
use super::shapes::Nothing;
use super::tagging::UntagRequest;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UntagRole;

impl Operation for UntagRole {
    const NAME: &'static str = "UntagRole";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::ConcurrentModification, ErrorCode::NoSuchEntity];
    type Request = UntagRequest<RoleName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &UntagRequest<RoleName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: UntagRequest<RoleName>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
