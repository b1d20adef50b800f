//! `ListAttachedGroupPolicies` names the managed policies of a group.

use super::attaching::{AttachedRequest, AttachedResponse};
use super::named::GroupName;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListAttachedGroupPolicies;

impl Operation for ListAttachedGroupPolicies {
    const NAME: &'static str = "ListAttachedGroupPolicies";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = AttachedRequest<GroupName>;
    type Response = AttachedResponse;

    fn asks(cx: &Context, request: &AttachedRequest<GroupName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: AttachedRequest<GroupName>) -> Result<AttachedResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
