//! `DeleteGroupPolicy` takes a policy of its own from a group.

use super::inline_policies::PolicyRequest;
use super::named::GroupName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteGroupPolicy;

impl Operation for DeleteGroupPolicy {
    const NAME: &'static str = "DeleteGroupPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = PolicyRequest<GroupName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &PolicyRequest<GroupName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PolicyRequest<GroupName>) -> Result<Nothing, ApiError> {
        request.delete::<Self>(cx).await
    }
}
