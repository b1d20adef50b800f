//! `ListOpenIDConnectProviderTags` names the tags of an identity provider.

use super::named::ProviderArn;
use super::tagging::{TagsRequest, TagsResponse};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListOpenIDConnectProviderTags;

impl Operation for ListOpenIDConnectProviderTags {
    const NAME: &'static str = "ListOpenIDConnectProviderTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = TagsRequest<ProviderArn>;
    type Response = TagsResponse;

    fn asks(cx: &Context, request: &TagsRequest<ProviderArn>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagsRequest<ProviderArn>) -> Result<TagsResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
