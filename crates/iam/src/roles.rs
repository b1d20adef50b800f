//! Roles: made, found, changed, deleted.

use std::sync::Arc;

use cairn_model::AccountId;

use crate::holder::attachable;
use crate::image::{Change, Image};
use crate::limits::TRUST_POLICY_SIZE;
use crate::names::{check_name, check_path};
use crate::unmodifiable::check_own;
use crate::{Document, Grants, Holder, Iam, IamError, IdKind, NewRole, Role, Tags, tags};

const NAME_LENGTH_MAX: usize = 64;
const DESCRIPTION_LENGTH_MAX: usize = 1000;
const SESSION_SECONDS: std::ops::RangeInclusive<u32> = 3600..=43_200;

impl Iam {
    /// The role of this name.
    pub fn role(&self, account: AccountId, name: &str) -> Option<Arc<Role>> {
        self.read().roles.by_name(Some(account), name).cloned()
    }

    /// The role of this unique id.
    pub fn role_by_id(&self, id: &str) -> Option<Arc<Role>> {
        self.read().roles.by_id(id).cloned()
    }

    /// The roles of an account in the order of their names.
    pub fn list_roles(&self, account: AccountId) -> Vec<Arc<Role>> {
        self.read().roles.of(Some(account)).cloned().collect()
    }

    /// Makes a role.
    ///
    /// # Errors
    /// [`IamError::EntityAlreadyExists`], [`IamError::LimitExceeded`], [`IamError::MalformedPolicyDocument`],
    /// [`IamError::Validation`], [`IamError::InvalidInput`], and [`IamError::NoSuchEntity`] for a boundary that is not there.
    pub async fn create_role(&self, account: AccountId, new: NewRole) -> Result<Arc<Role>, IamError> {
        check_name("roleName", &new.name, NAME_LENGTH_MAX)?;
        check_path(&new.path)?;
        check_description(new.description.as_deref())?;
        let mut tags = Tags::new();
        tags::add(&mut tags, &new.tags)?;
        let boundary = new.boundary;
        let role = Role {
            account,
            id: IdKind::Role.generate(&self.environment().random),
            created_at: self.now(),
            description: new.description,
            trust: checked_trust(&new.trust)?,
            max_session_seconds: checked_session(new.max_session_seconds.unwrap_or(3600))?,
            tags,
            grants: Grants { boundary: boundary.clone(), ..Grants::default() },
            last_use: None,
            declared_in: None,
            name: new.name,
            path: new.path,
        };
        let most = self.limits().roles_max;
        self.change(|image, changes| {
            if image.roles.by_name(Some(account), &role.name).is_some() {
                let message = format!("Role with name {} already exists.", role.name);
                return Err(IamError::EntityAlreadyExists(message));
            }
            if image.roles.count(account) >= most {
                return Err(IamError::LimitExceeded(format!("Cannot exceed quota for RolesPerAccount: {most}")));
            }
            boundary.map(|arn| attachable(image, account, &arn)).transpose()?;
            changes.push(Change::PutRole(role.clone()));
            Ok(Arc::new(role))
        })
        .await
    }

    /// Gives a role another description or longest session.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::Validation`].
    pub async fn update_role(
        &self,
        account: AccountId,
        name: &str,
        (description, max_session_seconds): (Option<String>, Option<u32>),
    ) -> Result<Arc<Role>, IamError> {
        check_description(description.as_deref())?;
        let max_session_seconds = max_session_seconds.map(checked_session).transpose()?;
        self.change_role(account, name, |role| {
            if description.is_some() {
                role.description = description;
            }
            role.max_session_seconds = max_session_seconds.unwrap_or(role.max_session_seconds);
            Ok(())
        })
        .await
    }

    /// Says anew who may assume a role.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::MalformedPolicyDocument`] and [`IamError::LimitExceeded`].
    pub async fn update_assume_role_policy(&self, account: AccountId, name: &str, text: &str) -> Result<(), IamError> {
        let trust = checked_trust(text)?;
        self.change_role(account, name, |role| {
            role.trust = trust;
            Ok(())
        })
        .await
        .map(drop)
    }

    /// Deletes a role that has nothing any more.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::DeleteConflict`].
    pub async fn delete_role(&self, account: AccountId, name: &str) -> Result<(), IamError> {
        self.change(|image, changes| {
            let role = existing(image, account, name)?;
            check_own(&*role)?;
            let first = if !role.grants.inline.is_empty() {
                Some("delete policies")
            } else if !role.grants.attached.is_empty() {
                Some("detach all policies")
            } else {
                None
            };
            if let Some(first) = first {
                return Err(IamError::DeleteConflict(format!("Cannot delete entity, must {first} first.")));
            }
            changes.push(Change::RemoveRole(role.id.clone()));
            Ok(())
        })
        .await
    }

    pub(crate) async fn change_role(
        &self,
        account: AccountId,
        name: &str,
        change: impl FnOnce(&mut Role) -> Result<(), IamError>,
    ) -> Result<Arc<Role>, IamError> {
        self.change(|image, changes| {
            let before = existing(image, account, name)?;
            let mut role = Role::clone(&before);
            change(&mut role)?;
            if role != *before {
                changes.push(Change::PutRole(role.clone()));
            }
            Ok(Arc::new(role))
        })
        .await
    }
}

pub(crate) fn existing(image: &Image, account: AccountId, name: &str) -> Result<Arc<Role>, IamError> {
    let found = image.roles.by_name(Some(account), name).cloned();
    found.ok_or_else(|| Holder::Role(name.to_owned()).absent())
}

pub(crate) fn check_description(text: Option<&str>) -> Result<(), IamError> {
    if text.is_none_or(|text| text.chars().count() <= DESCRIPTION_LENGTH_MAX) {
        return Ok(());
    }
    Err(IamError::Validation(format!(
        "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length \
         less than or equal to {DESCRIPTION_LENGTH_MAX}"
    )))
}

pub(crate) fn checked_session(seconds: u32) -> Result<u32, IamError> {
    if SESSION_SECONDS.contains(&seconds) {
        return Ok(seconds);
    }
    let (least, most) = (SESSION_SECONDS.start(), SESSION_SECONDS.end());
    Err(IamError::Validation(format!(
        "1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member \
         must have value between {least} and {most}"
    )))
}

fn checked_trust(text: &str) -> Result<Document, IamError> {
    let document = Document::trust(text)?;
    if document.size() > TRUST_POLICY_SIZE {
        return Err(IamError::LimitExceeded(format!("Cannot exceed quota for ACLSizePerRole: {TRUST_POLICY_SIZE}")));
    }
    Ok(document)
}
