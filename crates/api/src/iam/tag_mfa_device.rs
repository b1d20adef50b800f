//! `TagMFADevice` adds tags to a virtual MFA device.

use super::named::SerialNumber;
use super::shapes::Nothing;
use super::tagging::{TAG_ERRORS, TagRequest};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct TagMFADevice;

impl Operation for TagMFADevice {
    const NAME: &'static str = "TagMFADevice";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = TAG_ERRORS;
    type Request = TagRequest<SerialNumber>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &TagRequest<SerialNumber>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagRequest<SerialNumber>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
