//! `GetGroupPolicy` shows a policy of a group's own.

use super::inline_policies::{PolicyRequest, PolicyResponse};
use super::named::GroupName;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetGroupPolicy;

impl Operation for GetGroupPolicy {
    const NAME: &'static str = "GetGroupPolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = PolicyRequest<GroupName>;
    type Response = PolicyResponse<GroupName>;

    fn asks(cx: &Context, request: &PolicyRequest<GroupName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PolicyRequest<GroupName>) -> Result<PolicyResponse<GroupName>, ApiError> {
        request.get::<Self>(cx)
    }
}
