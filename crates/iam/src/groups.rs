//! Groups: made, found, changed, deleted, and who is in them.

use std::sync::Arc;

use cairn_model::AccountId;

use crate::image::{Change, Image};
use crate::names::{check_name, check_path};
use crate::unmodifiable::check_own;
use crate::{Grants, Group, Holder, Iam, IamError, IdKind, User};

const NAME_LENGTH_MAX: usize = 128;

impl Iam {
    /// The group of this name.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub fn group(&self, account: AccountId, name: &str) -> Result<Arc<Group>, IamError> {
        existing(&self.read(), account, name)
    }

    /// The groups of an account in the order of their names.
    pub fn list_groups(&self, account: AccountId) -> Vec<Arc<Group>> {
        self.read().groups.of(Some(account)).cloned().collect()
    }

    /// The users of a group in the order of their names.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub fn users_of_group(&self, account: AccountId, name: &str) -> Result<Vec<Arc<User>>, IamError> {
        let image = self.read();
        existing(&image, account, name).map(|group| image.members(&group.id))
    }

    /// Makes a group.
    ///
    /// # Errors
    /// [`IamError::EntityAlreadyExists`], [`IamError::LimitExceeded`] and [`IamError::Validation`].
    pub async fn create_group(&self, account: AccountId, (path, name): (&str, &str)) -> Result<Arc<Group>, IamError> {
        check_name("groupName", name, NAME_LENGTH_MAX)?;
        check_path(path)?;
        let group = Group {
            account,
            id: IdKind::Group.generate(&self.environment().random),
            name: name.to_owned(),
            path: path.to_owned(),
            created_at: self.now(),
            grants: Grants::default(),
            declared_in: None,
        };
        let most = self.limits().groups_max;
        self.change(|image, changes| {
            check_free(image, account, name)?;
            if image.groups.count(account) >= most {
                return Err(IamError::LimitExceeded(format!("Cannot exceed quota for GroupsPerAccount: {most}")));
            }
            changes.push(Change::PutGroup(group.clone()));
            Ok(Arc::new(group))
        })
        .await
    }

    /// Gives a group another name or path.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::EntityAlreadyExists`] and [`IamError::Validation`].
    pub async fn update_group(
        &self,
        account: AccountId,
        name: &str,
        (new_path, new_name): (Option<&str>, Option<&str>),
    ) -> Result<(), IamError> {
        new_name.map(|name| check_name("newGroupName", name, NAME_LENGTH_MAX)).transpose()?;
        new_path.map(check_path).transpose()?;
        self.change(|image, changes| {
            let mut group = Group::clone(&*existing(image, account, name)?);
            if let Some(new_name) = new_name {
                if !new_name.eq_ignore_ascii_case(name) {
                    check_free(image, account, new_name)?;
                }
                new_name.clone_into(&mut group.name);
            }
            if let Some(path) = new_path {
                path.clone_into(&mut group.path);
            }
            changes.push(Change::PutGroup(group));
            Ok(())
        })
        .await
    }

    /// Deletes a group that has nothing any more.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::DeleteConflict`].
    pub async fn delete_group(&self, account: AccountId, name: &str) -> Result<(), IamError> {
        self.change(|image, changes| {
            let group = existing(image, account, name)?;
            check_own(&*group)?;
            let first = if image.has_members(&group.id) {
                Some("remove users from group")
            } else if !group.grants.inline.is_empty() {
                Some("delete policies")
            } else if !group.grants.attached.is_empty() {
                Some("detach all policies")
            } else {
                None
            };
            if let Some(first) = first {
                return Err(IamError::DeleteConflict(format!("Cannot delete entity, must {first} first.")));
            }
            changes.push(Change::RemoveGroup(group.id.clone()));
            Ok(())
        })
        .await
    }

    /// Puts a user into a group. One who is in it already stays.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::LimitExceeded`].
    pub async fn add_user_to_group(&self, account: AccountId, group: &str, user: &str) -> Result<(), IamError> {
        let most = self.limits().groups_per_user_max;
        self.change_user(account, user, |image, user| {
            user.groups.insert(existing(image, account, group)?.id.clone());
            if user.groups.len() > most {
                return Err(IamError::LimitExceeded(format!("Cannot exceed quota for GroupsPerUser: {most}")));
            }
            Ok(())
        })
        .await
    }

    /// Takes a user out of a group. One who is not in it stays out.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub async fn remove_user_from_group(&self, account: AccountId, group: &str, user: &str) -> Result<(), IamError> {
        self.change_user(account, user, |image, user| {
            user.groups.remove(&existing(image, account, group)?.id);
            Ok(())
        })
        .await
    }
}

fn existing(image: &Image, account: AccountId, name: &str) -> Result<Arc<Group>, IamError> {
    let found = image.groups.by_name(Some(account), name).cloned();
    found.ok_or_else(|| Holder::Group(name.to_owned()).absent())
}

fn check_free(image: &Image, account: AccountId, name: &str) -> Result<(), IamError> {
    match image.groups.by_name(Some(account), name) {
        None => Ok(()),
        Some(_) => Err(IamError::EntityAlreadyExists(format!("Group with name {name} already exists."))),
    }
}
