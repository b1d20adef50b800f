//! `DeleteRolePolicy` takes a policy of its own from a role.

use super::inline_policies::PolicyRequest;
use super::named::RoleName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteRolePolicy;

impl Operation for DeleteRolePolicy {
    const NAME: &'static str = "DeleteRolePolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity, ErrorCode::UnmodifiableEntity];
    type Request = PolicyRequest<RoleName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &PolicyRequest<RoleName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PolicyRequest<RoleName>) -> Result<Nothing, ApiError> {
        request.delete::<Self>(cx).await
    }
}
