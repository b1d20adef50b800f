//! `PutRolePolicy` gives a role a policy of its own.

use super::inline_policies::PutPolicyRequest;
use super::named::RoleName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutRolePolicy;

impl Operation for PutRolePolicy {
    const NAME: &'static str = "PutRolePolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::LimitExceeded,
        ErrorCode::MalformedPolicyDocument,
        ErrorCode::NoSuchEntity,
        ErrorCode::UnmodifiableEntity,
    ];
    type Request = PutPolicyRequest<RoleName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &PutPolicyRequest<RoleName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PutPolicyRequest<RoleName>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
