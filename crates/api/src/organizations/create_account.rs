//! `CreateAccount` adds a new account to the organization. It has no keys until the settings give it some.

use cairn_catalog::NewMember;
use cairn_model::AccountId;
use serde::{Deserialize, Serialize};

use super::account_shape::CreateAccountStatusShape;
use super::input::{email, invalid, length, required};
use crate::cloudtrail::TagShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateAccount;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    email: Option<String>,
    account_name: Option<String>,
    role_name: Option<String>,
    iam_user_access_to_billing: Option<String>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    create_account_status: CreateAccountStatusShape,
}

impl Operation for CreateAccount {
    const NAME: &'static str = "CreateAccount";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::ConstraintViolationException,
        ErrorCode::InvalidInputException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let email = email(request.email.as_deref())?;
        let name = required(request.account_name.as_deref(), "AccountName")?.to_owned();
        length(&name, "AccountName", 50)?;
        check_choices(&request)?;
        let account = new_account(cx)?;
        let (request_id, new) = (cx.new_id("car-", 32), NewMember { account, name, email });
        let (by, now) = (cx.caller.account, cx.stop_now());
        let (accounts_max, asked) = (cx.services.catalog.settings().organization_accounts_max, request_id.clone());
        cx.change_organizations(move |all| all.create_account(by, (asked, new), accounts_max, now)).await?;
        let organization = cx.managed_organization()?;
        let made = organization.account_requests.iter().find(|made| made.id == request_id);
        let create_account_status = made.map(CreateAccountStatusShape::in_progress).ok_or_else(ApiError::internal)?;
        Ok(Response { create_account_status })
    }
}

/// A role's name and the access to billing change nothing here, and are checked all the same.
fn check_choices(request: &Request) -> Result<(), ApiError> {
    if let Some(role) = &request.role_name {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
        if role.is_empty() || role.len() > 64 || !role.bytes().all(allowed) {
            return Err(invalid("INVALID_ROLE_NAME", "The role name is malformed."));
        }
    }
    match request.iam_user_access_to_billing.as_deref() {
        None | Some("ALLOW" | "DENY") => Ok(()),
        Some(_) => Err(invalid("INVALID_ENUM", "IamUserAccessToBilling must be ALLOW or DENY.")),
    }
}

fn new_account(cx: &Context) -> Result<AccountId, ApiError> {
    let digits = cx.services.environment.random.text(b"0123456789", 12);
    AccountId::parse(&digits).map_err(|_| ApiError::internal())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::Fixture;

    #[tokio::test]
    async fn a_new_account_is_in_progress_first_and_then_a_member() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&[]).await;
        let request = json!({"Email": "team@example.com", "AccountName": "team"});
        let asked = fixture.call("CreateAccount", request.clone()).await.unwrap();
        assert_eq!(asked["CreateAccountStatus"]["State"], "IN_PROGRESS");
        assert!(asked["CreateAccountStatus"].get("AccountId").is_none());
        let id = json!({"CreateAccountRequestId": asked["CreateAccountStatus"]["Id"]});
        let done = fixture.call("DescribeCreateAccountStatus", id).await.unwrap();
        assert_eq!(done["CreateAccountStatus"]["State"], "SUCCEEDED");
        let account = json!({"AccountId": done["CreateAccountStatus"]["AccountId"]});
        let described = fixture.call("DescribeAccount", account).await.unwrap();
        assert_eq!(described["Account"]["Email"], "team@example.com");
        assert_eq!(described["Account"]["JoinedMethod"], "CREATED");
        fixture.call("CreateAccount", request).await.unwrap();
        let failed = fixture.call("ListCreateAccountStatus", json!({"States": ["FAILED"]})).await.unwrap();
        assert_eq!(failed["CreateAccountStatuses"][0]["FailureReason"], "EMAIL_ALREADY_EXISTS");
        assert_eq!(failed["CreateAccountStatuses"].as_array().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn each_wrong_request_has_its_error_and_the_tenth_account_is_the_last() {
        let fixture = Fixture::new().await;
        let good = json!({"Email": "a@b.example", "AccountName": "n"});
        let (code, _) = fixture.call("CreateAccount", good.clone()).await.unwrap_err();
        assert_eq!(code, "AWSOrganizationsNotInUseException");
        fixture.create_organization(&["111122223333"]).await;
        for request in [
            json!({"AccountName": "n"}),
            json!({"Email": "a@b.example"}),
            json!({"Email": "nobody", "AccountName": "n"}),
            json!({"Email": "a@b@c.example", "AccountName": "n"}),
            json!({"Email": "a@b.example", "AccountName": "n".repeat(51)}),
            json!({"Email": "a@b.example", "AccountName": "n", "RoleName": "a b"}),
            json!({"Email": "a@b.example", "AccountName": "n", "IamUserAccessToBilling": "MAYBE"}),
        ] {
            let (code, _) = fixture.call("CreateAccount", request.clone()).await.unwrap_err();
            assert_eq!(code, "InvalidInputException", "{request}");
        }
        let (code, _) = fixture.call_as("111122223333", "CreateAccount", good).await.unwrap_err();
        assert_eq!(code, "AccessDeniedException");
        let request = |n: usize| json!({"Email": format!("a{n}@b.example"), "AccountName": "n"});
        for n in 0..8 {
            fixture.call("CreateAccount", request(n)).await.unwrap();
        }
        let (code, _) = fixture.call("CreateAccount", request(8)).await.unwrap_err();
        assert_eq!(code, "ConstraintViolationException");
        let missing = json!({"CreateAccountRequestId": "car-1"});
        let (code, _) = fixture.call("DescribeCreateAccountStatus", missing).await.unwrap_err();
        assert_eq!(code, "CreateAccountStatusNotFoundException");
    }
}
