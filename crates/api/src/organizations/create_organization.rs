//! `CreateOrganization` makes the caller's account the management account of a new organization.

use cairn_catalog::FeatureSet;
use serde::{Deserialize, Serialize};

use super::account_shape::{OrganizationShape, unnamed};
use super::input::invalid;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateOrganization;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    feature_set: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    organization: OrganizationShape,
}

impl Operation for CreateOrganization {
    const NAME: &'static str = "CreateOrganization";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::AlreadyInOrganizationException, ErrorCode::InvalidInputException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let feature_set = match request.feature_set.as_deref() {
            None | Some("ALL") => FeatureSet::All,
            Some("CONSOLIDATED_BILLING") => FeatureSet::ConsolidatedBilling,
            Some(_) => return Err(invalid("INVALID_ENUM", "FeatureSet must be ALL or CONSOLIDATED_BILLING.")),
        };
        let ids = (cx.new_id("o-", 10), cx.new_id("r-", 4));
        let (management, now) = (unnamed(cx.caller.account), cx.stop_now());
        cx.change_organizations(move |all| all.create(ids, feature_set, management, now)).await?;
        Ok(Response { organization: OrganizationShape::from(&cx.organization()?) })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::Fixture;

    #[tokio::test]
    async fn an_organization_is_answered_with_its_ids_and_arns_and_seen_by_its_members() {
        let fixture = Fixture::new().await;
        let made = fixture.call("CreateOrganization", json!({"FeatureSet": "ALL"})).await.unwrap();
        let organization = &made["Organization"];
        let id = organization["Id"].as_str().unwrap();
        assert!(id.starts_with("o-") && id.len() == 12, "{id}");
        let account = format!("arn:aws:organizations::123456789012:account/{id}/123456789012");
        let expected = json!({
            "Id": id, "Arn": format!("arn:aws:organizations::123456789012:organization/{id}"), "FeatureSet": "ALL",
            "MasterAccountArn": account, "MasterAccountId": "123456789012",
            "MasterAccountEmail": "123456789012@accounts.invalid", "AvailablePolicyTypes": [],
        });
        assert_eq!(*organization, expected);
        fixture.invite("111122223333").await;
        let seen = fixture.call_as("111122223333", "DescribeOrganization", json!({})).await.unwrap();
        assert_eq!(seen, made);
        let listed = fixture.call("ListAccounts", json!({})).await.unwrap();
        let member = &listed["Accounts"][1];
        assert_eq!(
            (&member["Id"], &member["Status"], &member["JoinedMethod"]),
            (&json!("111122223333"), &json!("ACTIVE"), &json!("INVITED"))
        );
        assert_eq!(listed["Accounts"].as_array().unwrap().len(), 2);
        let roots = fixture.call("ListRoots", json!({})).await.unwrap();
        assert!(roots["Roots"][0]["Id"].as_str().unwrap().starts_with("r-"));
    }

    #[tokio::test]
    async fn each_wrong_way_into_an_organization_has_its_error() {
        let fixture = Fixture::new().await;
        let code = |answer: Result<_, (String, String)>| answer.unwrap_err().0;
        assert_eq!(code(fixture.call("DescribeOrganization", json!({})).await), "AWSOrganizationsNotInUseException");
        assert_eq!(
            code(fixture.call("CreateOrganization", json!({"FeatureSet": "SOME"})).await),
            "InvalidInputException"
        );
        fixture.create_organization(&["111122223333"]).await;
        for account in ["123456789012", "111122223333"] {
            let again = fixture.call_as(account, "CreateOrganization", json!({})).await;
            assert_eq!(code(again), "AlreadyInOrganizationException");
        }
        for operation in ["ListAccounts", "ListRoots", "DeleteOrganization", "ListDelegatedAdministrators"] {
            assert_eq!(code(fixture.call_as("111122223333", operation, json!({})).await), "AccessDeniedException");
            let stranger = fixture.call_as("444455556666", operation, json!({})).await;
            assert_eq!(code(stranger), "AWSOrganizationsNotInUseException");
        }
    }

    #[tokio::test]
    async fn only_an_empty_organization_is_deleted_and_its_account_is_free_again() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&["111122223333"]).await;
        let (code, _) = fixture.call("DeleteOrganization", json!({})).await.unwrap_err();
        assert_eq!(code, "OrganizationNotEmptyException");
        fixture.call_as("111122223333", "LeaveOrganization", json!({})).await.unwrap();
        fixture.call("DeleteOrganization", json!({})).await.unwrap();
        let (code, _) = fixture.call("DescribeOrganization", json!({})).await.unwrap_err();
        assert_eq!(code, "AWSOrganizationsNotInUseException");
        fixture.call("CreateOrganization", json!({"FeatureSet": "CONSOLIDATED_BILLING"})).await.unwrap();
        let principal = json!({"ServicePrincipal": "cloudtrail.amazonaws.com"});
        let (code, _) = fixture.call("EnableAWSServiceAccess", principal).await.unwrap_err();
        assert_eq!(code, "ConstraintViolationException");
    }
}
