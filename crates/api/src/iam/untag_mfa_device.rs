//! `UntagMFADevice` takes tags from a virtual MFA device.

use super::named::SerialNumber;
use super::shapes::Nothing;
use super::tagging::UntagRequest;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UntagMFADevice;

impl Operation for UntagMFADevice {
    const NAME: &'static str = "UntagMFADevice";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::ConcurrentModification, ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = UntagRequest<SerialNumber>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &UntagRequest<SerialNumber>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: UntagRequest<SerialNumber>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
