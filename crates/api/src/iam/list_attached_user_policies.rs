//! `ListAttachedUserPolicies` names the managed policies of a user.

use super::attaching::{AttachedRequest, AttachedResponse};
use super::named::UserName;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListAttachedUserPolicies;

impl Operation for ListAttachedUserPolicies {
    const NAME: &'static str = "ListAttachedUserPolicies";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = AttachedRequest<UserName>;
    type Response = AttachedResponse;

    fn asks(cx: &Context, request: &AttachedRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: AttachedRequest<UserName>) -> Result<AttachedResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
