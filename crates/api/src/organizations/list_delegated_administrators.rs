//! `ListDelegatedAdministrators` shows the accounts that administer a service, or any.

use cairn_catalog::Delegation;
use serde::{Deserialize, Serialize};

use super::account_shape::AccountShape;
use super::input::service_principal;
use super::page::page;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListDelegatedAdministrators;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    service_principal: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    delegated_administrators: Vec<AccountShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListDelegatedAdministrators {
    const NAME: &'static str = "ListDelegatedAdministrators";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::AWSOrganizationsNotInUseException, ErrorCode::InvalidInputException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let organization = cx.overseen_organization()?;
        let principal = match request.service_principal.as_deref() {
            None => None,
            named @ Some(_) => Some(service_principal(named)?),
        };
        let shown = organization.current().filter_map(|member| {
            let of_service = |one: &&Delegation| principal.as_ref().is_none_or(|named| one.service_principal == *named);
            let mut own = organization.delegations.iter().filter(|one| one.account == member.account);
            let delegation = own.find(of_service)?;
            Some(AccountShape::of(&organization, member).delegated_since(delegation.enabled_at))
        });
        let (delegated_administrators, next_token) =
            page(shown.collect(), request.next_token.as_deref(), request.max_results)?;
        Ok(Response { delegated_administrators, next_token })
    }
}
