//! `RegisterDelegatedAdministrator` lets a member account administer a service for the organization.

use cairn_catalog::Delegation;
use serde::{Deserialize, Serialize};

use super::input::{account_id, service_principal};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct RegisterDelegatedAdministrator;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    account_id: Option<String>,
    service_principal: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for RegisterDelegatedAdministrator {
    const NAME: &'static str = "RegisterDelegatedAdministrator";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::AccountAlreadyRegisteredException,
        ErrorCode::AccountNotFoundException,
        ErrorCode::ConstraintViolationException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let account = account_id(request.account_id.as_deref(), "AccountId")?;
        let service_principal = service_principal(request.service_principal.as_deref())?;
        let (by, enabled_at) = (cx.caller.account, cx.received_at);
        let delegation = Delegation { account, service_principal, enabled_at };
        let most = cx.services.catalog.settings().delegated_administrators_max;
        cx.change_organizations(move |all| all.register(by, delegation, most)).await?;
        Ok(Response {})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::Fixture;

    const MEMBERS: [&str; 4] = ["111111111111", "222222222222", "333333333333", "444444444444"];
    const SERVICE: &str = "cloudtrail.amazonaws.com";

    fn request(account: &str, service: &str) -> Value {
        json!({"AccountId": account, "ServicePrincipal": service})
    }

    #[tokio::test]
    async fn a_delegated_administrator_is_listed_and_may_look_at_the_organization() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&MEMBERS[..1]).await;
        fixture.call("RegisterDelegatedAdministrator", request(MEMBERS[0], SERVICE)).await.unwrap();
        let listed =
            fixture.call_as(MEMBERS[0], "ListDelegatedAdministrators", json!({"ServicePrincipal": SERVICE})).await;
        assert_eq!(listed.unwrap()["DelegatedAdministrators"][0]["Id"], MEMBERS[0]);
        let other = json!({"ServicePrincipal": "config.amazonaws.com"});
        let listed = fixture.call("ListDelegatedAdministrators", other).await.unwrap();
        assert_eq!(listed["DelegatedAdministrators"], json!([]));
        let services = fixture.call("ListDelegatedServicesForAccount", json!({"AccountId": MEMBERS[0]})).await.unwrap();
        assert_eq!(services["DelegatedServices"][0]["ServicePrincipal"], SERVICE);
        let leave = fixture.call_as(MEMBERS[0], "LeaveOrganization", json!({})).await;
        assert_eq!(leave.unwrap_err().0, "ConstraintViolationException");
        let disable = fixture.call("DisableAWSServiceAccess", json!({"ServicePrincipal": SERVICE})).await;
        assert_eq!(disable.unwrap_err().0, "ConstraintViolationException");
        fixture.call("DeregisterDelegatedAdministrator", request(MEMBERS[0], SERVICE)).await.unwrap();
        fixture.call("DisableAWSServiceAccess", json!({"ServicePrincipal": SERVICE})).await.unwrap();
        let enabled = fixture.call("ListAWSServiceAccessForOrganization", json!({})).await.unwrap();
        assert_eq!(enabled, json!({"EnabledServicePrincipals": []}));
    }

    #[tokio::test]
    async fn each_broken_rule_of_delegation_has_its_error() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&MEMBERS).await;
        for account in &MEMBERS[..3] {
            fixture.call("RegisterDelegatedAdministrator", request(account, SERVICE)).await.unwrap();
        }
        for (by, account, service, code) in [
            ("123456789012", MEMBERS[0], SERVICE, "AccountAlreadyRegisteredException"),
            ("123456789012", MEMBERS[3], SERVICE, "ConstraintViolationException"),
            ("123456789012", MEMBERS[3], "config.amazonaws.com", "ConstraintViolationException"),
            ("123456789012", "123456789012", SERVICE, "ConstraintViolationException"),
            ("123456789012", "999999999999", SERVICE, "AccountNotFoundException"),
            ("123456789012", "12", SERVICE, "InvalidInputException"),
            ("123456789012", MEMBERS[3], "cloudtrail", "InvalidInputException"),
            ("123456789012", MEMBERS[3], "", "InvalidInputException"),
            (MEMBERS[0], MEMBERS[3], SERVICE, "AccessDeniedException"),
        ] {
            let refused = fixture.call_as(by, "RegisterDelegatedAdministrator", request(account, service)).await;
            assert_eq!(refused.unwrap_err().0, code, "{by} {account} {service}");
        }
        let refused = fixture.call("DeregisterDelegatedAdministrator", request(MEMBERS[3], SERVICE)).await;
        assert_eq!(refused.unwrap_err().0, "AccountNotRegisteredException");
        let refused = fixture.call("ListDelegatedServicesForAccount", json!({"AccountId": MEMBERS[3]})).await;
        assert_eq!(refused.unwrap_err().0, "AccountNotRegisteredException");
    }
}
