//! Organization trails: who may make, change and convert them (reference sections 1.3 and 4.7). The service-linked role
//! that AWS wants is there as soon as CloudTrail has trusted access.

use cairn_catalog::{CLOUDTRAIL_PRINCIPAL, FeatureSet, Organization, Trail};
use cairn_model::AccountId;

use crate::{ApiError, Context, ErrorCode};

/// Whose a trail is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) account: AccountId,
    /// The id of the organization whose events it records, if it does.
    pub(super) organization: Option<String>,
}

impl Context {
    /// Whose a new trail is: the caller's, or for an organization trail the management account's.
    pub(super) fn owner_of_new_trail(&self, is_organization_trail: Option<bool>) -> Result<Owner, ApiError> {
        if is_organization_trail != Some(true) {
            return Ok(Owner { account: self.caller.account, organization: None });
        }
        let organization = self.organization_with_trails()?;
        Ok(Owner { account: organization.management_account, organization: Some(organization.id) })
    }

    /// The organization of a trail that an update leaves. Only the management account turns one kind into the other.
    pub(super) fn organization_after_update(
        &self,
        before: &Trail,
        is_organization_trail: Option<bool>,
    ) -> Result<Option<String>, ApiError> {
        let wanted = is_organization_trail.unwrap_or(before.organization.is_some());
        if wanted == before.organization.is_some() {
            return Ok(before.organization.clone());
        }
        let after = if wanted { Some(self.organization_with_trails()?) } else { None };
        let manages = after.as_ref().is_none_or(|organization| organization.management_account == self.caller.account);
        if !manages || before.account != self.caller.account {
            return Err(not_management("convert a trail"));
        }
        Ok(after.map(|organization| organization.id))
    }

    /// Whether the caller may change `trail`: its owner may, and for an organization trail a delegated administrator.
    pub(super) fn check_may_change(&self, trail: &Trail) -> Result<(), ApiError> {
        let account = self.caller.account;
        let organizations = self.services.catalog.organizations();
        let organization = trail.organization.as_deref().and_then(|id| organizations.find(id));
        let is_delegated = organization.is_some_and(|of| of.is_delegated(account, CLOUDTRAIL_PRINCIPAL));
        if trail.account == account || is_delegated {
            return Ok(());
        }
        Err(not_management("change an organization trail"))
    }

    fn organization_with_trails(&self) -> Result<Organization, ApiError> {
        let account = self.caller.account;
        let organizations = self.services.catalog.organizations();
        let organization = organizations.of(account).ok_or_else(|| not_in_use(account))?;
        let is_delegated = organization.is_delegated(account, CLOUDTRAIL_PRINCIPAL);
        if organization.management_account != account && !is_delegated {
            return Err(not_management("create an organization trail"));
        }
        check_trusted(organization)?;
        Ok(organization.clone())
    }
}

/// Whether the organization lets CloudTrail in.
pub(super) fn check_trusted(organization: &Organization) -> Result<(), ApiError> {
    if organization.feature_set != FeatureSet::All {
        let message = "The organization must have all features enabled.";
        return Err(ApiError::new(ErrorCode::OrganizationNotInAllFeaturesModeException, message));
    }
    if !organization.service_access.contains_key(CLOUDTRAIL_PRINCIPAL) {
        let message = "Trusted access for CloudTrail is not enabled in the organization.";
        return Err(ApiError::new(ErrorCode::CloudTrailAccessNotEnabledException, message));
    }
    Ok(())
}

/// `OrganizationsNotInUseException`
pub(super) fn not_in_use(account: AccountId) -> ApiError {
    let message = format!("The account {account} is not a member of an organization.");
    ApiError::new(ErrorCode::OrganizationsNotInUseException, message)
}

fn not_management(what: &str) -> ApiError {
    let message = format!("The account must be the management account of the organization to {what}.");
    ApiError::new(ErrorCode::NotOrganizationMasterAccountException, message)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, arn};

    const MEMBER: &str = "111122223333";
    const ADMIN: &str = "444455556666";

    fn request(name: &str) -> Value {
        json!({"Name": name, "S3BucketName": "logs", "IsOrganizationTrail": true, "IsMultiRegionTrail": true})
    }

    async fn delegate(fixture: &Fixture, account: &str) {
        fixture.call("RegisterOrganizationDelegatedAdmin", json!({"MemberAccountId": account})).await.unwrap();
    }

    #[tokio::test]
    async fn each_missing_condition_of_an_organization_trail_has_its_error() {
        let fixture = Fixture::new().await;
        let principal = json!({"ServicePrincipal": "cloudtrail.amazonaws.com"});
        let refused =
            async |account: &str| fixture.call_as(account, "CreateTrail", request("t-1")).await.unwrap_err().0;
        assert_eq!(refused("123456789012").await, "OrganizationsNotInUseException");
        fixture.create_organization(&[MEMBER]).await;
        assert_eq!(refused(MEMBER).await, "NotOrganizationMasterAccountException");
        fixture.call("DisableAWSServiceAccess", principal).await.unwrap();
        assert_eq!(refused("123456789012").await, "CloudTrailAccessNotEnabledException");
        fixture.call_as(ADMIN, "CreateOrganization", json!({"FeatureSet": "CONSOLIDATED_BILLING"})).await.unwrap();
        assert_eq!(refused(ADMIN).await, "OrganizationNotInAllFeaturesModeException");
        assert_eq!(fixture.call("ListTrails", json!({})).await.unwrap(), json!({"Trails": []}));
    }

    #[tokio::test]
    async fn the_management_account_owns_also_what_a_delegated_administrator_creates() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&[MEMBER, ADMIN]).await;
        delegate(&fixture, ADMIN).await;
        let made = fixture.call_as(ADMIN, "CreateTrail", request("all")).await.unwrap();
        assert_eq!((&made["TrailARN"], &made["IsOrganizationTrail"]), (&json!(arn("all")), &json!(true)));
        let shown = fixture.call("GetTrail", json!({"Name": "all"})).await.unwrap();
        assert_eq!(shown["Trail"]["IsOrganizationTrail"], true);
        let update = json!({"Name": arn("all"), "EnableLogFileValidation": true});
        fixture.call_as(ADMIN, "UpdateTrail", update).await.unwrap();
        fixture.call_as(ADMIN, "StartLogging", json!({"Name": arn("all")})).await.unwrap();
        let convert = json!({"Name": arn("all"), "IsOrganizationTrail": false});
        let (code, _) = fixture.call_as(ADMIN, "UpdateTrail", convert.clone()).await.unwrap_err();
        assert_eq!(code, "NotOrganizationMasterAccountException");
        let converted = fixture.call("UpdateTrail", convert).await.unwrap();
        assert_eq!(converted["IsOrganizationTrail"], false);
        let (code, _) = fixture.call_as(ADMIN, "DeleteTrail", json!({"Name": arn("all")})).await.unwrap_err();
        assert_eq!(code, "TrailNotFoundException");
        let back = json!({"Name": "all", "IsOrganizationTrail": true});
        assert_eq!(fixture.call("UpdateTrail", back).await.unwrap()["IsOrganizationTrail"], true);
        fixture.call_as(ADMIN, "DeleteTrail", json!({"Name": arn("all")})).await.unwrap();
        assert_eq!(fixture.call("ListTrails", json!({})).await.unwrap(), json!({"Trails": []}));
    }

    #[tokio::test]
    async fn members_see_an_organization_trail_by_its_arn_and_cannot_change_it() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&[MEMBER]).await;
        fixture.call("CreateTrail", request("all")).await.unwrap();
        fixture.call("StartLogging", json!({"Name": "all"})).await.unwrap();
        let name = json!({"Name": arn("all")});
        let call = |operation: &'static str, request: Value| fixture.call_as(MEMBER, operation, request);
        for operation in ["GetTrail", "GetTrailStatus"] {
            call(operation, name.clone()).await.unwrap();
            assert_eq!(call(operation, json!({"Name": "all"})).await.unwrap_err().0, "TrailNotFoundException");
            let stranger = fixture.call_as(ADMIN, operation, name.clone()).await;
            assert_eq!(stranger.unwrap_err().0, "TrailNotFoundException");
        }
        assert_eq!(call("GetTrailStatus", name.clone()).await.unwrap()["IsLogging"], true);
        call("GetEventSelectors", json!({"TrailName": arn("all")})).await.unwrap();
        assert_eq!(call("ListTrails", json!({})).await.unwrap()["Trails"][0]["TrailARN"], arn("all"));
        for (request, count) in [
            (json!({}), 1),
            (json!({"includeShadowTrails": false}), 0),
            (json!({"trailNameList": ["all"]}), 0),
            (json!({"trailNameList": [arn("all")]}), 1),
        ] {
            let described = call("DescribeTrails", request.clone()).await.unwrap();
            assert_eq!(described["trailList"].as_array().unwrap().len(), count, "{request}");
        }
        for (operation, request) in [
            ("StopLogging", name.clone()),
            ("StartLogging", name.clone()),
            ("DeleteTrail", name.clone()),
            ("UpdateTrail", name),
            ("PutEventSelectors", json!({"TrailName": arn("all"), "EventSelectors": [{}]})),
            ("PutInsightSelectors", json!({"TrailName": arn("all"), "InsightSelectors": []})),
            ("PutEventConfiguration", json!({"TrailName": arn("all"), "AggregationConfigurations": []})),
            ("AddTags", json!({"ResourceId": arn("all"), "TagsList": [{"Key": "k"}]})),
            ("RemoveTags", json!({"ResourceId": arn("all"), "TagsList": [{"Key": "k"}]})),
        ] {
            let (code, _) = call(operation, request).await.unwrap_err();
            assert_eq!(code, "NotOrganizationMasterAccountException", "{operation}");
        }
    }

    #[tokio::test]
    async fn an_organization_trail_takes_a_place_in_its_members_and_goes_with_the_membership() {
        let fixture = Fixture::new().await;
        fixture.create_organization(&[MEMBER]).await;
        for name in ["t-1", "t-2", "t-3", "t-4", "t-5"] {
            fixture.call("CreateTrail", request(name)).await.unwrap();
        }
        fixture
            .buckets
            .create("theirs", cairn_model::AccountId::parse(MEMBER).unwrap(), &fixture.cx.region)
            .await
            .unwrap();
        let own = json!({"Name": "t-1", "S3BucketName": "theirs"});
        let (code, _) = fixture.call_as(MEMBER, "CreateTrail", own.clone()).await.unwrap_err();
        assert_eq!(code, "MaximumNumberOfTrailsExceededException");
        fixture.call("DeleteTrail", json!({"Name": "t-5"})).await.unwrap();
        fixture.call_as(MEMBER, "CreateTrail", own).await.unwrap();
        assert_eq!(
            fixture.call_as(MEMBER, "ListTrails", json!({})).await.unwrap()["Trails"].as_array().unwrap().len(),
            5
        );
        fixture.call_as(MEMBER, "LeaveOrganization", json!({})).await.unwrap();
        assert_eq!(
            fixture.call_as(MEMBER, "ListTrails", json!({})).await.unwrap()["Trails"].as_array().unwrap().len(),
            1
        );
        fixture.call("DisableAWSServiceAccess", json!({"ServicePrincipal": "cloudtrail.amazonaws.com"})).await.unwrap();
        let shown = fixture.call("GetTrail", json!({"Name": "t-1"})).await.unwrap();
        assert_eq!(shown["Trail"]["IsOrganizationTrail"], false);
    }
}
