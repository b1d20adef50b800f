//! `RemoveAccountFromOrganization` takes another account out of the organization.

use serde::{Deserialize, Serialize};

use super::input::account_id;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct RemoveAccountFromOrganization;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    account_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for RemoveAccountFromOrganization {
    const NAME: &'static str = "RemoveAccountFromOrganization";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::AccountNotFoundException,
        ErrorCode::ConstraintViolationException,
        ErrorCode::InvalidInputException,
        ErrorCode::MasterCannotLeaveOrganizationException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let account = account_id(request.account_id.as_deref(), "AccountId")?;
        cx.managed_organization()?;
        let (by, now) = (cx.caller.account, cx.stop_now());
        cx.change_organizations(move |all| all.remove_account(by, account, now)).await?;
        Ok(Response {})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::Fixture;

    #[tokio::test]
    async fn an_account_that_is_removed_is_in_no_organization_and_may_come_back() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&["111122223333"]).await;
        let account = json!({"AccountId": "111122223333"});
        fixture.call("RemoveAccountFromOrganization", account.clone()).await.unwrap();
        let gone = fixture.call_as("111122223333", "DescribeOrganization", json!({})).await;
        assert_eq!(gone.unwrap_err().0, "AWSOrganizationsNotInUseException");
        let gone = fixture.call("RemoveAccountFromOrganization", account).await;
        assert_eq!(gone.unwrap_err().0, "AccountNotFoundException");
        fixture.invite("111122223333").await;
        fixture.call_as("111122223333", "DescribeOrganization", json!({})).await.unwrap();
    }

    #[tokio::test]
    async fn members_cannot_remove_others_and_the_management_account_stays() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&["111122223333", "444455556666"]).await;
        let remove = |by, account| fixture.call_as(by, "RemoveAccountFromOrganization", json!({"AccountId": account}));
        assert_eq!(remove("111122223333", "444455556666").await.unwrap_err().0, "AccessDeniedException");
        assert_eq!(remove("111122223333", "111122223333").await.unwrap_err().0, "AccessDeniedException");
        let management = remove("123456789012", "123456789012").await;
        assert_eq!(management.unwrap_err().0, "MasterCannotLeaveOrganizationException");
        let leave = fixture.call("LeaveOrganization", json!({})).await;
        assert_eq!(leave.unwrap_err().0, "MasterCannotLeaveOrganizationException");
    }
}
