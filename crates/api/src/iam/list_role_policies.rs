//! `ListRolePolicies` names the policies of a role's own.

use super::inline_policies::{PolicyNamesRequest, PolicyNamesResponse};
use super::named::RoleName;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListRolePolicies;

impl Operation for ListRolePolicies {
    const NAME: &'static str = "ListRolePolicies";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = PolicyNamesRequest<RoleName>;
    type Response = PolicyNamesResponse;

    fn asks(cx: &Context, request: &PolicyNamesRequest<RoleName>) -> Vec<Ask> {
        request.asks(cx)
    }

    async fn run(cx: &Context, request: PolicyNamesRequest<RoleName>) -> Result<PolicyNamesResponse, ApiError> {
        request.run::<Self>(cx)
    }
}
