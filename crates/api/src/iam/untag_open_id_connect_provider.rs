//! `UntagOpenIDConnectProvider` takes tags from an identity provider.

use super::named::ProviderArn;
use super::shapes::Nothing;
use super::tagging::UntagRequest;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UntagOpenIDConnectProvider;

impl Operation for UntagOpenIDConnectProvider {
    const NAME: &'static str = "UntagOpenIDConnectProvider";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::ConcurrentModification, ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = UntagRequest<ProviderArn>;
    type Response = Nothing;

    fn asks(cx: &Context, request: &UntagRequest<ProviderArn>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: UntagRequest<ProviderArn>) -> Result<Nothing, ApiError> {
        request.run::<Self>(cx).await
    }
}
