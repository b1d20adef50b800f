//! Managed policies: made, found, their versions, deleted.

use std::sync::Arc;

use cairn_model::AccountId;

use crate::image::{Change, Image};
use crate::limits::{MANAGED_POLICY_SIZE, VERSIONS_PER_POLICY};
use crate::names::{check_name, check_path};
use crate::unmodifiable::check_own;
use crate::{Attachments, Document, Iam, IamError, IdKind, ManagedPolicy, PolicyVersion, Tags, tags};

const NAME_LENGTH_MAX: usize = 128;

impl Iam {
    /// The managed policy of this ARN, which the account can see: its own or AWS's.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], and [`IamError::InvalidInput`] for what is no ARN.
    pub fn policy(&self, account: AccountId, arn: &str) -> Result<Arc<ManagedPolicy>, IamError> {
        existing(&self.read(), account, arn)
    }

    /// The managed policies of an account in the order of their names; AWS's for `None`.
    pub fn list_policies(&self, account: Option<AccountId>) -> Vec<Arc<ManagedPolicy>> {
        self.read().policies.of(account).cloned().collect()
    }

    /// Which users, groups and roles of the account a managed policy is attached to.
    pub fn attachments(&self, account: AccountId, arn: &str) -> Attachments {
        let image = self.read();
        Attachments::of(&image, image.attached(arn)).within(account)
    }

    /// Whose permissions boundary in the account a managed policy is.
    pub fn bounded_by(&self, account: AccountId, arn: &str) -> Attachments {
        let image = self.read();
        Attachments::of(&image, image.bounded(arn)).within(account)
    }

    /// Makes a managed policy with its first version.
    ///
    /// # Errors
    /// [`IamError::EntityAlreadyExists`], [`IamError::LimitExceeded`], [`IamError::MalformedPolicyDocument`],
    /// [`IamError::InvalidInput`] and [`IamError::Validation`].
    pub async fn create_policy(
        &self,
        account: AccountId,
        (path, name): (&str, &str),
        text: &str,
        (description, new_tags): (Option<String>, &[(String, String)]),
    ) -> Result<Arc<ManagedPolicy>, IamError> {
        check_name("policyName", name, NAME_LENGTH_MAX)?;
        check_path(path)?;
        let mut tags = Tags::new();
        tags::add(&mut tags, new_tags)?;
        let created_at = self.now();
        let policy = ManagedPolicy {
            account: Some(account),
            id: IdKind::ManagedPolicy.generate(&self.environment().random),
            name: name.to_owned(),
            path: path.to_owned(),
            description,
            created_at,
            updated_at: created_at,
            tags,
            versions: vec![PolicyVersion { number: 1, document: checked(text)?, created_at }],
            default_version: 1,
            last_number: 1,
            declared_in: None,
        };
        let most = self.limits().policies_max;
        self.change(|image, changes| {
            if image.policies.by_name(Some(account), name).is_some() {
                let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
                return Err(IamError::EntityAlreadyExists(message));
            }
            if image.policies.count(account) >= most {
                return Err(IamError::LimitExceeded(format!("Cannot exceed quota for PoliciesPerAccount: {most}")));
            }
            changes.push(Change::PutPolicy(policy.clone()));
            Ok(Arc::new(policy))
        })
        .await
    }

    /// Deletes a managed policy that nobody has and that has no other versions.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::DeleteConflict`], and [`IamError::AccessDenied`] for AWS's own.
    pub async fn delete_policy(&self, account: AccountId, arn: &str) -> Result<(), IamError> {
        self.change(|image, changes| {
            let policy = changeable(image, account, arn)?;
            check_own(&*policy)?;
            let conflict = |message: &str| Err(IamError::DeleteConflict(message.to_owned()));
            if image.attached(arn).chain(image.bounded(arn)).next().is_some() {
                return conflict("Cannot delete a policy attached to entities.");
            }
            if policy.versions.len() > 1 {
                return conflict(
                    "This policy has more than one version. Before you delete a policy, you must delete the policy's \
                     versions. The default version is deleted with the policy.",
                );
            }
            changes.push(Change::RemovePolicy(policy.id.clone()));
            Ok(())
        })
        .await
    }

    /// Adds a version, which may become the default at once.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::LimitExceeded`], [`IamError::MalformedPolicyDocument`], and
    /// [`IamError::AccessDenied`] for AWS's own.
    pub async fn create_policy_version(
        &self,
        account: AccountId,
        arn: &str,
        text: &str,
        is_default: bool,
    ) -> Result<PolicyVersion, IamError> {
        let document = checked(text)?;
        let created_at = self.now();
        self.change_policy(account, arn, |policy| {
            if policy.versions.len() >= VERSIONS_PER_POLICY {
                return Err(IamError::LimitExceeded(format!(
                    "A managed policy can have up to {VERSIONS_PER_POLICY} versions. Before you create a new version, \
                     you must delete an existing version."
                )));
            }
            policy.last_number = policy.last_number().saturating_add(1);
            let version = PolicyVersion { number: policy.last_number, document, created_at };
            if is_default {
                policy.default_version = version.number;
            }
            policy.updated_at = created_at;
            policy.versions.push(version.clone());
            Ok(version)
        })
        .await
    }

    /// Deletes a version that is not the default.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::DeleteConflict`], and [`IamError::AccessDenied`] for AWS's own.
    pub async fn delete_policy_version(&self, account: AccountId, arn: &str, version: &str) -> Result<(), IamError> {
        let now = self.now();
        self.change_policy(account, arn, |policy| {
            let number = number_of(policy, version)?;
            if number == policy.default_version {
                let message = "Cannot delete the default version of a policy.";
                return Err(IamError::DeleteConflict(message.to_owned()));
            }
            policy.last_number = policy.last_number();
            policy.versions.retain(|version| version.number != number);
            policy.updated_at = now;
            Ok(())
        })
        .await
    }

    /// Lets another version count.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], and [`IamError::AccessDenied`] for AWS's own.
    pub async fn set_default_policy_version(
        &self,
        account: AccountId,
        arn: &str,
        version: &str,
    ) -> Result<(), IamError> {
        let now = self.now();
        self.change_policy(account, arn, |policy| {
            policy.default_version = number_of(policy, version)?;
            policy.updated_at = now;
            Ok(())
        })
        .await
    }

    pub(crate) async fn change_policy<T>(
        &self,
        account: AccountId,
        arn: &str,
        change: impl FnOnce(&mut ManagedPolicy) -> Result<T, IamError>,
    ) -> Result<T, IamError> {
        self.change(|image, changes| {
            let before = changeable(image, account, arn)?;
            let mut policy = ManagedPolicy::clone(&before);
            let answer = change(&mut policy)?;
            if policy != *before {
                changes.push(Change::PutPolicy(policy));
            }
            Ok(answer)
        })
        .await
    }
}

/// The number of the version that `v1` names.
///
/// # Errors
/// [`IamError::NoSuchEntity`]
fn number_of(policy: &ManagedPolicy, version: &str) -> Result<u32, IamError> {
    policy.version_by_id(version).map(|version| version.number)
}

pub(crate) fn existing(image: &Image, account: AccountId, arn: &str) -> Result<Arc<ManagedPolicy>, IamError> {
    if !arn.starts_with("arn:") {
        return Err(IamError::InvalidInput(format!("ARN {arn} is not valid.")));
    }
    let found = image.policy(arn).filter(|policy| policy.account.is_none_or(|owner| owner == account));
    found.cloned().ok_or_else(|| IamError::NoSuchEntity(format!("Policy {arn} was not found.")))
}

/// The same where it is the account's to change.
fn changeable(image: &Image, account: AccountId, arn: &str) -> Result<Arc<ManagedPolicy>, IamError> {
    let policy = existing(image, account, arn)?;
    if policy.account.is_some() {
        return Ok(policy);
    }
    Err(IamError::AccessDenied(format!("The policy {arn} is managed by AWS and cannot be changed.")))
}

fn checked(text: &str) -> Result<Document, IamError> {
    let document = Document::identity(text)?;
    if document.size() > MANAGED_POLICY_SIZE {
        return Err(IamError::LimitExceeded(format!("Cannot exceed quota for PolicySize: {MANAGED_POLICY_SIZE}")));
    }
    Ok(document)
}
