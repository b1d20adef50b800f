//! `AttachGroupPolicy` attaches a managed policy to a group.

use super::attaching::AttachmentRequest;
use super::named::GroupName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct AttachGroupPolicy;

impl Operation for AttachGroupPolicy {
    const NAME: &'static str = "AttachGroupPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::InvalidInput, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity, ErrorCode::PolicyNotAttachable];
    type Request = AttachmentRequest<GroupName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &AttachmentRequest<GroupName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: AttachmentRequest<GroupName>) -> Result<Nothing, ApiError> {
        request.attach::<Self>(cx).await
    }
}
