//! `TagOpenIDConnectProvider` adds tags to an identity provider.

use super::named::ProviderArn;
use super::shapes::Nothing;
use super::tagging::{TAG_ERRORS, TagRequest};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct TagOpenIDConnectProvider;

impl Operation for TagOpenIDConnectProvider {
    const NAME: &'static str = "TagOpenIDConnectProvider";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = TAG_ERRORS;
    type Request = TagRequest<ProviderArn>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &TagRequest<ProviderArn>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: TagRequest<ProviderArn>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
