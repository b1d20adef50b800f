//! The shapes of organizations and accounts in answers.

use cairn_catalog::{AccountRequest, FeatureSet, Joined, Member, NewMember, Organization};
use cairn_model::AccountId;
use serde::{Deserialize, Serialize};

use crate::wire_time::WireTime;

/// `Organization` of the service model.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct OrganizationShape {
    id: String,
    arn: String,
    feature_set: String,
    master_account_arn: String,
    master_account_id: String,
    master_account_email: String,
    available_policy_types: Vec<PolicyTypeShape>,
}

/// `PolicyTypeSummary` of the service model. No organization has policies here.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PolicyTypeShape {
    r#type: String,
    status: String,
}

/// `Account` of the service model, and of `DelegatedAdministrator` all but its date.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AccountShape {
    id: String,
    arn: String,
    email: String,
    name: String,
    status: String,
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    paths: Option<Vec<String>>,
    joined_method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    joined_timestamp: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delegation_enabled_date: Option<WireTime>,
}

/// `CreateAccountStatus` of the service model.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct CreateAccountStatusShape {
    id: String,
    account_name: String,
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_timestamp: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_timestamp: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gov_cloud_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
}

/// `arn:aws:organizations::{management account}:{kind}/{organization}{rest}`
pub(crate) fn arn(organization: &Organization, kind: &str, rest: &str) -> String {
    format!("arn:aws:organizations::{}:{kind}/{}{rest}", organization.management_account, organization.id)
}

/// The ARN of an account of `organization`.
pub(crate) fn account_arn(organization: &Organization, account: AccountId) -> String {
    arn(organization, "account", &format!("/{account}"))
}

/// `FeatureSet` of the service model.
pub(crate) const fn feature_set(organization: &Organization) -> &'static str {
    match organization.feature_set {
        FeatureSet::All => "ALL",
        FeatureSet::ConsolidatedBilling => "CONSOLIDATED_BILLING",
    }
}

/// The name and address of an account about which nobody has said anything.
pub(crate) fn unnamed(account: AccountId) -> NewMember {
    NewMember { account, name: format!("account-{account}"), email: format!("{account}@accounts.invalid") }
}

impl From<&Organization> for OrganizationShape {
    fn from(organization: &Organization) -> Self {
        let management = organization.management_account;
        let email = organization.member(management).map(|member| member.email.clone());
        Self {
            id: organization.id.clone(),
            arn: arn(organization, "organization", ""),
            feature_set: feature_set(organization).to_owned(),
            master_account_arn: account_arn(organization, management),
            master_account_id: management.to_string(),
            master_account_email: email.unwrap_or_default(),
            available_policy_types: Vec::new(),
        }
    }
}

impl AccountShape {
    /// An account of `organization`.
    pub(crate) fn of(organization: &Organization, member: &Member) -> Self {
        let joined = match member.joined {
            Joined::Invited => "INVITED",
            Joined::Created => "CREATED",
        };
        Self {
            id: member.account.to_string(),
            arn: account_arn(organization, member.account),
            email: member.email.clone(),
            name: member.name.clone(),
            status: "ACTIVE".to_owned(),
            state: "ACTIVE".to_owned(),
            paths: Some(vec![format!("{}/{}/{}/", organization.id, organization.root_id, member.account)]),
            joined_method: joined.to_owned(),
            joined_timestamp: Some(WireTime(member.joined_at())),
            delegation_enabled_date: None,
        }
    }

    /// The same as a delegated administrator since then.
    pub(crate) fn delegated_since(self, enabled_at: cairn_model::Timestamp) -> Self {
        Self { paths: None, delegation_enabled_date: Some(WireTime(enabled_at)), ..self }
    }
}

impl From<&AccountRequest> for CreateAccountStatusShape {
    fn from(request: &AccountRequest) -> Self {
        Self {
            state: if request.result.is_ok() { "SUCCEEDED" } else { "FAILED" }.to_owned(),
            completed_timestamp: Some(WireTime(request.requested_at)),
            account_id: request.result.as_ref().ok().map(ToString::to_string),
            failure_reason: request.result.as_ref().err().cloned(),
            ..Self::in_progress(request)
        }
    }
}

impl CreateAccountStatusShape {
    /// As the request itself is answered: what came of it is asked for later.
    pub(crate) fn in_progress(request: &AccountRequest) -> Self {
        Self {
            id: request.id.clone(),
            account_name: request.name.clone(),
            state: "IN_PROGRESS".to_owned(),
            requested_timestamp: Some(WireTime(request.requested_at)),
            ..Self::default()
        }
    }

    /// `IN_PROGRESS`, `SUCCEEDED` or `FAILED`.
    pub(crate) fn state(&self) -> &str {
        &self.state
    }
}
