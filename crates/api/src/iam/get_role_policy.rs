//! `GetRolePolicy` shows a policy of a role's own.

use super::inline_policies::{PolicyRequest, PolicyResponse};
use super::named::RoleName;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetRolePolicy;

impl Operation for GetRolePolicy {
    const NAME: &'static str = "GetRolePolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = PolicyRequest<RoleName>;
    type Response = PolicyResponse<RoleName>;

    fn asks(cx: &Context, request: &PolicyRequest<RoleName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PolicyRequest<RoleName>) -> Result<PolicyResponse<RoleName>, ApiError> {
        request.get::<Self>(cx)
    }
}
