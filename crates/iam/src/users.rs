//! Users: made, found, changed, deleted.

use std::sync::Arc;

use cairn_model::AccountId;

use crate::holder::attachable;
use crate::image::{Change, Image};
use crate::names::{check_name, check_path};
use crate::unmodifiable::check_own;
use crate::{Grants, Group, Holder, Iam, IamError, IdKind, Tags, User, tags};

const NAME_LENGTH_MAX: usize = 64;

impl Iam {
    /// The user of this name.
    pub fn user(&self, account: AccountId, name: &str) -> Option<Arc<User>> {
        self.read().users.by_name(Some(account), name).cloned()
    }

    /// The user of this unique id.
    pub fn user_by_id(&self, id: &str) -> Option<Arc<User>> {
        self.read().users.by_id(id).cloned()
    }

    /// The users of an account in the order of their names.
    pub fn list_users(&self, account: AccountId) -> Vec<Arc<User>> {
        self.read().users.of(Some(account)).cloned().collect()
    }

    /// The groups of a user in the order of their names.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub fn groups_of_user(&self, account: AccountId, name: &str) -> Result<Vec<Arc<Group>>, IamError> {
        let image = self.read();
        let user = existing(&image, account, name)?;
        let mut groups: Vec<_> = user.groups.iter().filter_map(|id| image.groups.by_id(id)).cloned().collect();
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(groups)
    }

    /// Makes a user. `tags` are keys and values; `boundary` is the ARN of a managed policy.
    ///
    /// # Errors
    /// [`IamError::EntityAlreadyExists`], [`IamError::LimitExceeded`], [`IamError::Validation`], and
    /// [`IamError::NoSuchEntity`] for a boundary that is not there.
    pub async fn create_user(
        &self,
        account: AccountId,
        (path, name): (&str, &str),
        new_tags: &[(String, String)],
        boundary: Option<&str>,
    ) -> Result<Arc<User>, IamError> {
        check_name("userName", name, NAME_LENGTH_MAX)?;
        check_path(path)?;
        let mut tags = Tags::new();
        tags::add(&mut tags, new_tags)?;
        let user = User {
            account,
            id: IdKind::User.generate(&self.environment().random),
            name: name.to_owned(),
            path: path.to_owned(),
            created_at: self.now(),
            tags,
            grants: Grants { boundary: boundary.map(str::to_owned), ..Grants::default() },
            groups: std::collections::BTreeSet::new(),
            keys: Vec::new(),
            login: None,
            password_last_used: None,
            declared_in: None,
        };
        let most = self.limits().users_max;
        self.change(|image, changes| {
            check_free(image, account, name)?;
            if image.users.count(account) >= most {
                return Err(IamError::LimitExceeded(format!("Cannot exceed quota for UsersPerAccount: {most}")));
            }
            boundary.map(|arn| attachable(image, account, arn)).transpose()?;
            changes.push(Change::PutUser(user.clone()));
            Ok(Arc::new(user))
        })
        .await
    }

    /// Gives a user another name or path.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::EntityAlreadyExists`] and [`IamError::Validation`].
    pub async fn update_user(
        &self,
        account: AccountId,
        name: &str,
        (new_path, new_name): (Option<&str>, Option<&str>),
    ) -> Result<(), IamError> {
        new_name.map(|name| check_name("newUserName", name, NAME_LENGTH_MAX)).transpose()?;
        new_path.map(check_path).transpose()?;
        self.change_user(account, name, |image, user| {
            if let Some(new_name) = new_name {
                if !new_name.eq_ignore_ascii_case(name) {
                    check_free(image, account, new_name)?;
                }
                new_name.clone_into(&mut user.name);
            }
            if let Some(path) = new_path {
                path.clone_into(&mut user.path);
            }
            Ok(())
        })
        .await
    }

    /// Deletes a user that has nothing any more.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::DeleteConflict`].
    pub async fn delete_user(&self, account: AccountId, name: &str) -> Result<(), IamError> {
        self.change(|image, changes| {
            let user = existing(image, account, name)?;
            check_own(&*user)?;
            let first = if !user.keys.is_empty() {
                Some("delete access keys")
            } else if !user.grants.inline.is_empty() {
                Some("delete policies")
            } else if !user.grants.attached.is_empty() {
                Some("detach all policies")
            } else if !user.groups.is_empty() {
                Some("remove users from group")
            } else if user.login.is_some() {
                Some("delete login profile")
            } else if image.devices_of(&user.id).next().is_some() {
                Some("deactivate MFA devices")
            } else {
                None
            };
            if let Some(first) = first {
                return Err(IamError::DeleteConflict(format!("Cannot delete entity, must {first} first.")));
            }
            changes.push(Change::RemoveUser(user.id.clone()));
            Ok(())
        })
        .await
    }

    pub(crate) async fn change_user<T>(
        &self,
        account: AccountId,
        name: &str,
        change: impl FnOnce(&Image, &mut User) -> Result<T, IamError>,
    ) -> Result<T, IamError> {
        self.change(|image, changes| {
            let before = existing(image, account, name)?;
            let mut user = User::clone(&before);
            let answer = change(image, &mut user)?;
            if user != *before {
                changes.push(Change::PutUser(user));
            }
            Ok(answer)
        })
        .await
    }
}

pub(crate) fn existing(image: &Image, account: AccountId, name: &str) -> Result<Arc<User>, IamError> {
    let found = image.users.by_name(Some(account), name).cloned();
    found.ok_or_else(|| Holder::User(name.to_owned()).absent())
}

fn check_free(image: &Image, account: AccountId, name: &str) -> Result<(), IamError> {
    match image.users.by_name(Some(account), name) {
        None => Ok(()),
        Some(_) => Err(IamError::EntityAlreadyExists(format!("User with name {name} already exists."))),
    }
}
