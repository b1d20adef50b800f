//! `ListDelegatedServicesForAccount` shows the services that an account administers.

use cairn_catalog::OrganizationError;
use serde::{Deserialize, Serialize};

use super::input::account_id;
use super::page::page;
use super::standing::account_not_found;
use crate::operation::Operation;
use crate::wire_time::WireTime;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListDelegatedServicesForAccount;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    account_id: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    delegated_services: Vec<Delegated>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `DelegatedService` of the service model.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delegated {
    service_principal: String,
    delegation_enabled_date: WireTime,
}

impl Operation for ListDelegatedServicesForAccount {
    const NAME: &'static str = "ListDelegatedServicesForAccount";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::AccountNotFoundException,
        ErrorCode::AccountNotRegisteredException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let organization = cx.overseen_organization()?;
        let account = account_id(request.account_id.as_deref(), "AccountId")?;
        organization.member(account).ok_or_else(account_not_found)?;
        let own = organization.delegations.iter().filter(|one| one.account == account);
        let services: Vec<_> = own
            .map(|one| Delegated {
                service_principal: one.service_principal.clone(),
                delegation_enabled_date: WireTime(one.enabled_at),
            })
            .collect();
        if services.is_empty() {
            return Err(OrganizationError::NotRegistered.into());
        }
        let (delegated_services, next_token) = page(services, request.next_token.as_deref(), request.max_results)?;
        Ok(Response { delegated_services, next_token })
    }
}
