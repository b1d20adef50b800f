//! `ListPolicyTags` names the tags of a policy.

use super::named::PolicyArn;
use super::tagging::{TagsRequest, TagsResponse};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListPolicyTags;

impl Operation for ListPolicyTags {
    const NAME: &'static str = "ListPolicyTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = TagsRequest<PolicyArn>;
    type Response = TagsResponse;

    fn asks(cx: &Context, request: &TagsRequest<PolicyArn>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagsRequest<PolicyArn>) -> Result<TagsResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
