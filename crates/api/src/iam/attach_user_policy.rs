//! `AttachUserPolicy` attaches a managed policy to a user.

use super::attaching::AttachmentRequest;
use super::named::UserName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct AttachUserPolicy;

impl Operation for AttachUserPolicy {
    const NAME: &'static str = "AttachUserPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::InvalidInput, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity, ErrorCode::PolicyNotAttachable];
    type Request = AttachmentRequest<UserName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &AttachmentRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: AttachmentRequest<UserName>) -> Result<Nothing, ApiError> {
        request.attach::<Self>(cx).await
    }
}
