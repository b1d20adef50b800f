//! `GetUserPolicy` shows a policy of a user's own.

use super::inline_policies::{PolicyRequest, PolicyResponse};
use super::named::UserName;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetUserPolicy;

impl Operation for GetUserPolicy {
    const NAME: &'static str = "GetUserPolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = PolicyRequest<UserName>;
    type Response = PolicyResponse<UserName>;

    fn asks(cx: &Context, request: &PolicyRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PolicyRequest<UserName>) -> Result<PolicyResponse<UserName>, ApiError> {
        request.get::<Self>(cx)
    }
}
