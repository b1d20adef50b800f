//! `ListAttachedRolePolicies` names the managed policies of a role.

use super::attaching::{AttachedRequest, AttachedResponse};
use super::named::RoleName;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListAttachedRolePolicies;

impl Operation for ListAttachedRolePolicies {
    const NAME: &'static str = "ListAttachedRolePolicies";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = AttachedRequest<RoleName>;
    type Response = AttachedResponse;

    fn asks(cx: &Context, request: &AttachedRequest<RoleName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: AttachedRequest<RoleName>) -> Result<AttachedResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
