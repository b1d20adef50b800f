//! `DetachUserPolicy` takes a managed policy from a user.

use super::attaching::AttachmentRequest;
use super::named::UserName;
use super::shapes::Nothing;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DetachUserPolicy;

impl Operation for DetachUserPolicy {
    const NAME: &'static str = "DetachUserPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = AttachmentRequest<UserName>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &AttachmentRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: AttachmentRequest<UserName>) -> Result<Nothing, ApiError> {
        request.detach::<Self>(cx).await
    }
}
