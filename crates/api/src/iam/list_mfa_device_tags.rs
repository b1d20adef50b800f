//! `ListMFADeviceTags` names the tags of a virtual MFA device.

use super::named::SerialNumber;
use super::tagging::{TagsRequest, TagsResponse};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListMFADeviceTags;

impl Operation for ListMFADeviceTags {
    const NAME: &'static str = "ListMFADeviceTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = TagsRequest<SerialNumber>;
    type Response = TagsResponse;

    fn asks(cx: &Context, request: &TagsRequest<SerialNumber>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagsRequest<SerialNumber>) -> Result<TagsResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
