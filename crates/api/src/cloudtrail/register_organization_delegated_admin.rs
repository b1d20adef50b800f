//! `RegisterOrganizationDelegatedAdmin` lets a member account administer CloudTrail for the organization.

use cairn_catalog::{CLOUDTRAIL_PRINCIPAL, Delegation, OrganizationError};
use serde::{Deserialize, Serialize};

use super::administration::administration_refused;
use super::trail_ask::TRUSTED_ACCESS;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct RegisterOrganizationDelegatedAdmin;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    member_account_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for RegisterOrganizationDelegatedAdmin {
    const NAME: &'static str = "RegisterOrganizationDelegatedAdmin";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AccountNotFoundException,
        ErrorCode::AccountRegisteredException,
        ErrorCode::CannotDelegateManagementAccountException,
        ErrorCode::CloudTrailAccessNotEnabledException,
        ErrorCode::DelegatedAdminAccountLimitExceededException,
        ErrorCode::InsufficientDependencyServiceAccessPermissionException,
        ErrorCode::InvalidParameterException,
        ErrorCode::NotOrganizationManagementAccountException,
        ErrorCode::OrganizationNotInAllFeaturesModeException,
        ErrorCode::OrganizationsNotInUseException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(_: &Context, _: &Request) -> Vec<Ask> {
        vec![Ask::itself(), Ask::to("organizations:RegisterDelegatedAdministrator"), Ask::to(TRUSTED_ACCESS)]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let account = cx.administered_account(request.member_account_id.as_deref())?;
        let (by, enabled_at) = (cx.caller.account, cx.received_at);
        let delegation = Delegation { account, service_principal: CLOUDTRAIL_PRINCIPAL.to_owned(), enabled_at };
        let most = cx.services.catalog.settings().delegated_administrators_max;
        let catalog = cx.catalog();
        let registered = catalog.change_organizations(move |all| all.register(by, delegation, most));
        registered.await.map_err(|error| refused(error, most))?;
        Ok(Response {})
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "any other refusal keeps the words that it has")]
fn refused(error: OrganizationError, most: usize) -> ApiError {
    match error {
        OrganizationError::AlreadyRegistered => {
            let message = "The account is registered as a delegated administrator of CloudTrail already.";
            ApiError::new(ErrorCode::AccountRegisteredException, message)
        }
        OrganizationError::Constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR") => {
            let message = "The management account cannot be a delegated administrator.";
            ApiError::new(ErrorCode::CannotDelegateManagementAccountException, message)
        }
        OrganizationError::Constraint("MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED") => {
            let message = format!("The organization has {most} delegated administrators of CloudTrail already.");
            ApiError::new(ErrorCode::DelegatedAdminAccountLimitExceededException, message)
        }
        other => administration_refused(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::Fixture;

    const MEMBERS: [&str; 4] = ["111111111111", "222222222222", "333333333333", "444444444444"];
    const MANAGEMENT: &str = "123456789012";

    #[tokio::test]
    async fn a_registered_account_is_a_delegated_administrator_until_it_is_deregistered() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&MEMBERS[..1]).await;
        let request = json!({"MemberAccountId": MEMBERS[0]});
        assert_eq!(fixture.call("RegisterOrganizationDelegatedAdmin", request.clone()).await.unwrap(), json!({}));
        let listed = fixture.call("ListDelegatedAdministrators", json!({})).await.unwrap();
        assert_eq!(listed["DelegatedAdministrators"][0]["Id"], MEMBERS[0]);
        let (code, _) = fixture.call("RegisterOrganizationDelegatedAdmin", request).await.unwrap_err();
        assert_eq!(code, "AccountRegisteredException");
        let request = json!({"DelegatedAdminAccountId": MEMBERS[0]});
        fixture.call("DeregisterOrganizationDelegatedAdmin", request.clone()).await.unwrap();
        let (code, _) = fixture.call("DeregisterOrganizationDelegatedAdmin", request).await.unwrap_err();
        assert_eq!(code, "AccountNotRegisteredException");
    }

    #[tokio::test]
    async fn each_broken_rule_has_its_error() {
        let fixture = Fixture::new().await;
        let register = |by, account: &'static str| {
            fixture.call_as(by, "RegisterOrganizationDelegatedAdmin", json!({"MemberAccountId": account}))
        };
        let deregister = |by, account: &'static str| {
            fixture.call_as(by, "DeregisterOrganizationDelegatedAdmin", json!({"DelegatedAdminAccountId": account}))
        };
        assert_eq!(register(MANAGEMENT, MEMBERS[0]).await.unwrap_err().0, "OrganizationsNotInUseException");
        fixture.create_organization(&MEMBERS).await;
        for account in &MEMBERS[..3] {
            register(MANAGEMENT, account).await.unwrap();
        }
        for (by, account, code) in [
            (MANAGEMENT, MEMBERS[3], "DelegatedAdminAccountLimitExceededException"),
            (MANAGEMENT, MANAGEMENT, "CannotDelegateManagementAccountException"),
            (MANAGEMENT, "999999999999", "AccountNotFoundException"),
            (MANAGEMENT, "12", "InvalidParameterException"),
            (MANAGEMENT, "", "InvalidParameterException"),
            (MEMBERS[0], MEMBERS[3], "NotOrganizationManagementAccountException"),
        ] {
            assert_eq!(register(by, account).await.unwrap_err().0, code, "{by} {account}");
        }
        assert_eq!(deregister(MANAGEMENT, "999999999999").await.unwrap_err().0, "AccountNotFoundException");
        assert_eq!(deregister(MANAGEMENT, "x").await.unwrap_err().0, "InvalidParameterException");
        assert_eq!(
            deregister(MEMBERS[0], MEMBERS[0]).await.unwrap_err().0,
            "NotOrganizationManagementAccountException"
        );
        for account in &MEMBERS[..3] {
            deregister(MANAGEMENT, account).await.unwrap();
        }
        let principal = json!({"ServicePrincipal": "cloudtrail.amazonaws.com"});
        fixture.call("DisableAWSServiceAccess", principal).await.unwrap();
        assert_eq!(register(MANAGEMENT, MEMBERS[0]).await.unwrap_err().0, "CloudTrailAccessNotEnabledException");
        fixture
            .call_as("555555555555", "CreateOrganization", json!({"FeatureSet": "CONSOLIDATED_BILLING"}))
            .await
            .unwrap();
        let billing = register("555555555555", MEMBERS[0]).await.unwrap_err();
        assert_eq!(billing.0, "OrganizationNotInAllFeaturesModeException");
    }
}
