//! `PutUserPolicy` gives a user a policy of its own.

use super::inline_policies::PutPolicyRequest;
use super::named::UserName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutUserPolicy;

impl Operation for PutUserPolicy {
    const NAME: &'static str = "PutUserPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::LimitExceeded, ErrorCode::MalformedPolicyDocument, ErrorCode::NoSuchEntity];
    type Request = PutPolicyRequest<UserName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &PutPolicyRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PutPolicyRequest<UserName>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
