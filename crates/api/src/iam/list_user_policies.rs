//! `ListUserPolicies` names the policies of a user's own.

use super::inline_policies::{PolicyNamesRequest, PolicyNamesResponse};
use super::named::UserName;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListUserPolicies;

impl Operation for ListUserPolicies {
    const NAME: &'static str = "ListUserPolicies";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = PolicyNamesRequest<UserName>;
    type Response = PolicyNamesResponse;

    fn asks(cx: &Context, request: &PolicyNamesRequest<UserName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PolicyNamesRequest<UserName>) -> Result<PolicyNamesResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
