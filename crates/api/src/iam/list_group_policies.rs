//! `ListGroupPolicies` names the policies of a group's own.

use super::inline_policies::{PolicyNamesRequest, PolicyNamesResponse};
use super::named::GroupName;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListGroupPolicies;

impl Operation for ListGroupPolicies {
    const NAME: &'static str = "ListGroupPolicies";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = PolicyNamesRequest<GroupName>;
    type Response = PolicyNamesResponse;

    fn asks(cx: &Context, request: &PolicyNamesRequest<GroupName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PolicyNamesRequest<GroupName>) -> Result<PolicyNamesResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
