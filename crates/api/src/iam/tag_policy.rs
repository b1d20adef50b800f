//! `TagPolicy` adds tags to a policy.

use super::named::PolicyArn;
use super::shapes::Nothing;
use super::tagging::{TAG_ERRORS, TagRequest};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct TagPolicy;

impl Operation for TagPolicy {
    const NAME: &'static str = "TagPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = TAG_ERRORS;
    type Request = TagRequest<PolicyArn>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &TagRequest<PolicyArn>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagRequest<PolicyArn>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
