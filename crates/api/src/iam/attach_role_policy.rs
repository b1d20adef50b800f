//! `AttachRolePolicy` attaches a managed policy to a role.

use super::attaching::AttachmentRequest;
use super::named::RoleName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct AttachRolePolicy;

impl Operation for AttachRolePolicy {
    const NAME: &'static str = "AttachRolePolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::InvalidInput,
        ErrorCode::LimitExceeded,
        ErrorCode::NoSuchEntity,
        ErrorCode::PolicyNotAttachable,
        ErrorCode::UnmodifiableEntity,
    ];
    type Request = AttachmentRequest<RoleName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &AttachmentRequest<RoleName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: AttachmentRequest<RoleName>) -> Result<Nothing, ApiError> {
        request.attach::<Self>(cx).await
    }
}
