//! `UntagPolicy` takes tags from a policy.

use super::named::PolicyArn;
use super::shapes::Nothing;
use super::tagging::UntagRequest;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UntagPolicy;

impl Operation for UntagPolicy {
    const NAME: &'static str = "UntagPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::ConcurrentModification, ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = UntagRequest<PolicyArn>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &UntagRequest<PolicyArn>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: UntagRequest<PolicyArn>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
