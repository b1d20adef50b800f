//! `PutGroupPolicy` gives a group a policy of its own.

use super::inline_policies::PutPolicyRequest;
use super::named::GroupName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutGroupPolicy;

impl Operation for PutGroupPolicy {
    const NAME: &'static str = "PutGroupPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::LimitExceeded, ErrorCode::MalformedPolicyDocument, ErrorCode::NoSuchEntity];
    type Request = PutPolicyRequest<GroupName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &PutPolicyRequest<GroupName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PutPolicyRequest<GroupName>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
