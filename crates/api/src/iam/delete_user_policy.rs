//! `DeleteUserPolicy` takes a policy of its own from a user.

use super::inline_policies::PolicyRequest;
use super::named::UserName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteUserPolicy;

impl Operation for DeleteUserPolicy {
    const NAME: &'static str = "DeleteUserPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = PolicyRequest<UserName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &PolicyRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PolicyRequest<UserName>) -> Result<Nothing, ApiError> {
        request.delete::<Self>(cx).await
    }
}
