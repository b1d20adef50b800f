//! Those who hold policies: users, groups and roles alike.

use std::sync::Arc;

use cairn_model::AccountId;

use crate::image::{Change, Image};
use crate::limits::{GROUP_POLICIES_SIZE, ROLE_POLICIES_SIZE, USER_POLICIES_SIZE};
use crate::names::check_name;
use crate::{Attached, Document, Grants, Group, Iam, IamError, ManagedPolicy, Role, User};

/// A user, group or role by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A user.
    User(String),
    /// A group.
    Group(String),
    /// A role.
    Role(String),
}

/// The same by its unique id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum HolderId {
    User(String),
    Group(String),
    Role(String),
}

/// Who has a managed policy.
#[derive(Debug, Clone, Default)]
pub struct Attachments {
    /// Users in the order of their names.
    pub users: Vec<Arc<User>>,
    /// Groups in the order of their names.
    pub groups: Vec<Arc<Group>>,
    /// Roles in the order of their names.
    pub roles: Vec<Arc<Role>>,
}

impl Attachments {
    pub(crate) fn of<'h, I: Iterator<Item = &'h HolderId>>(image: &Image, holders: I) -> Self {
        let mut found = Self::default();
        for holder in holders {
            match holder {
                HolderId::User(id) => found.users.extend(image.users.by_id(id).cloned()),
                HolderId::Group(id) => found.groups.extend(image.groups.by_id(id).cloned()),
                HolderId::Role(id) => found.roles.extend(image.roles.by_id(id).cloned()),
            }
        }
        found.users.sort_by(|one, other| one.name.cmp(&other.name));
        found.groups.sort_by(|one, other| one.name.cmp(&other.name));
        found.roles.sort_by(|one, other| one.name.cmp(&other.name));
        found
    }

    /// Those of one account.
    pub(crate) fn within(mut self, account: AccountId) -> Self {
        self.users.retain(|user| user.account == account);
        self.groups.retain(|group| group.account == account);
        self.roles.retain(|role| role.account == account);
        self
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.users.len() + self.groups.len() + self.roles.len()
    }
}

impl Holder {
    /// `user`, `group` or `role`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Role(_) => "role",
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Group(name) | Self::Role(name) => name,
        }
    }

    /// There is none of this name.
    pub(crate) fn absent(&self) -> IamError {
        IamError::NoSuchEntity(format!("The {} with name {} cannot be found.", self.kind(), self.name()))
    }

    /// Characters that its own policies may have together.
    pub(crate) fn inline_size_max(&self) -> usize {
        match self {
            Self::User(_) => USER_POLICIES_SIZE,
            Self::Group(_) => GROUP_POLICIES_SIZE,
            Self::Role(_) => ROLE_POLICIES_SIZE,
        }
    }

    fn kind_in_quotas(&self) -> &'static str {
        match self {
            Self::User(_) => "User",
            Self::Group(_) => "Group",
            Self::Role(_) => "Role",
        }
    }

    fn grants(&self, image: &Image, account: AccountId) -> Result<Grants, IamError> {
        let account = Some(account);
        let found = match self {
            Self::User(name) => image.users.by_name(account, name).map(|user| &user.grants),
            Self::Group(name) => image.groups.by_name(account, name).map(|group| &group.grants),
            Self::Role(name) => image.roles.by_name(account, name).map(|role| &role.grants),
        };
        found.cloned().ok_or_else(|| self.absent())
    }

    fn with(&self, image: &Image, account: AccountId, grants: Grants) -> Result<Change, IamError> {
        let account = Some(account);
        let change = match self {
            Self::User(name) => {
                image.users.by_name(account, name).map(|user| Change::PutUser(User { grants, ..User::clone(user) }))
            }
            Self::Group(name) => image
                .groups
                .by_name(account, name)
                .map(|group| Change::PutGroup(Group { grants, ..Group::clone(group) })),
            Self::Role(name) => {
                image.roles.by_name(account, name).map(|role| Change::PutRole(Role { grants, ..Role::clone(role) }))
            }
        };
        change.ok_or_else(|| self.absent())
    }
}

impl Iam {
    /// The policies of a user, group or role.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub fn grants(&self, account: AccountId, holder: &Holder) -> Result<Grants, IamError> {
        holder.grants(&self.read(), account)
    }

    /// Attaches a managed policy. One that is attached already stays.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`] and [`IamError::LimitExceeded`].
    pub async fn attach_policy(&self, account: AccountId, holder: &Holder, arn: &str) -> Result<(), IamError> {
        let most = self.limits().attached_policies_max;
        self.change_grants(account, holder, |image, grants| {
            attachable(image, account, arn)?;
            grants.attached.insert(arn.to_owned());
            if grants.attached.len() > most {
                let kind = holder.kind_in_quotas();
                return Err(IamError::LimitExceeded(format!("Cannot exceed quota for PoliciesPer{kind}: {most}")));
            }
            Ok(())
        })
        .await
    }

    /// Takes a managed policy away.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], also where it is not attached.
    pub async fn detach_policy(&self, account: AccountId, holder: &Holder, arn: &str) -> Result<(), IamError> {
        self.change_grants(account, holder, |_, grants| {
            let absent = || IamError::NoSuchEntity(format!("Policy {arn} was not found."));
            if grants.attached.remove(arn) { Ok(()) } else { Err(absent()) }
        })
        .await
    }

    /// Gives a policy of its own, in place of one of the same name.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], [`IamError::MalformedPolicyDocument`], [`IamError::LimitExceeded`] and
    /// [`IamError::Validation`].
    pub async fn put_inline_policy(
        &self,
        account: AccountId,
        holder: &Holder,
        name: &str,
        text: &str,
    ) -> Result<(), IamError> {
        check_name("policyName", name, 128)?;
        let document = Document::identity(text)?;
        self.change_grants(account, holder, |_, grants| {
            grants.inline.insert(name.to_owned(), document);
            let most = holder.inline_size_max();
            if grants.inline_size() > most {
                let (kind, name) = (holder.kind(), holder.name());
                let message = format!("Maximum policy size of {most} bytes exceeded for {kind} {name}");
                return Err(IamError::LimitExceeded(message));
            }
            Ok(())
        })
        .await
    }

    /// Takes a policy of its own away.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub async fn delete_inline_policy(&self, account: AccountId, holder: &Holder, name: &str) -> Result<(), IamError> {
        self.change_grants(account, holder, |_, grants| match grants.inline.remove(name) {
            Some(_) => Ok(()),
            None => Err(no_inline_policy(holder, name)),
        })
        .await
    }

    /// A policy of its own.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub fn inline_policy(&self, account: AccountId, holder: &Holder, name: &str) -> Result<Document, IamError> {
        let mut grants = self.grants(account, holder)?;
        grants.inline.remove(name).ok_or_else(|| no_inline_policy(holder, name))
    }

    /// Gives or takes the permissions boundary of a user or role.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`], also where there is none to take, and [`IamError::InvalidInput`].
    pub async fn set_boundary(&self, account: AccountId, holder: &Holder, arn: Option<&str>) -> Result<(), IamError> {
        self.change_grants(account, holder, |image, grants| {
            if let Some(arn) = arn {
                attachable(image, account, arn)?;
            } else if grants.boundary.is_none() {
                let (kind, name) = (holder.kind(), holder.name());
                let message = format!("There is no permissions boundary for the {kind} with name {name}.");
                return Err(IamError::NoSuchEntity(message));
            }
            grants.boundary = arn.map(str::to_owned);
            Ok(())
        })
        .await
    }

    /// The policies of a user with those of its groups, compiled; `None` when there is no such user.
    pub fn policies_of_user(&self, user_id: &str) -> Option<Attached> {
        let image = self.read();
        let user = image.users.by_id(user_id)?;
        let mut attached = Attached::default();
        gather(&image, &mut attached, ("user", &user.name), &user.grants);
        for group in user.groups.iter().filter_map(|id| image.groups.by_id(id)) {
            gather(&image, &mut attached, ("group", &group.name), &group.grants);
        }
        attached.boundary = boundary(&image, &user.grants);
        Some(attached)
    }

    /// The policies of a role, compiled; `None` when there is no such role.
    pub fn policies_of_role(&self, role_id: &str) -> Option<Attached> {
        let image = self.read();
        let role = image.roles.by_id(role_id)?;
        let mut attached = Attached::default();
        gather(&image, &mut attached, ("role", &role.name), &role.grants);
        attached.boundary = boundary(&image, &role.grants);
        Some(attached)
    }

    /// The policies of a group, compiled.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub fn policies_of_group(&self, account: AccountId, group: &Holder) -> Result<Attached, IamError> {
        let image = self.read();
        let mut attached = Attached::default();
        gather(&image, &mut attached, (group.kind(), group.name()), &group.grants(&image, account)?);
        Ok(attached)
    }

    async fn change_grants(
        &self,
        account: AccountId,
        holder: &Holder,
        change: impl FnOnce(&Image, &mut Grants) -> Result<(), IamError>,
    ) -> Result<(), IamError> {
        self.change(|image, changes| {
            let before = holder.grants(image, account)?;
            let mut grants = before.clone();
            change(image, &mut grants)?;
            if grants != before {
                changes.push(holder.with(image, account, grants)?);
            }
            Ok(())
        })
        .await
    }
}

/// The managed policy of this ARN, which the account may attach: its own or AWS's.
pub(crate) fn attachable(image: &Image, account: AccountId, arn: &str) -> Result<Arc<ManagedPolicy>, IamError> {
    if !arn.starts_with("arn:") {
        return Err(IamError::InvalidInput(format!("ARN {arn} is not valid.")));
    }
    let found = image.policy(arn).filter(|policy| policy.account.is_none_or(|owner| owner == account));
    found.cloned().ok_or_else(|| IamError::NoSuchEntity(format!("Policy {arn} does not exist or is not attachable.")))
}

fn no_inline_policy(holder: &Holder, name: &str) -> IamError {
    IamError::NoSuchEntity(format!("The {} policy with name {name} cannot be found.", holder.kind()))
}

/// What one holder has. A boundary or policy that is gone cannot be: what is attached is not deleted.
fn gather(image: &Image, attached: &mut Attached, (kind, holder): (&str, &str), grants: &Grants) {
    for (name, document) in &grants.inline {
        attached.policies.push(document.identity_policy());
        attached.sources.push(format!("{kind}/{holder}/{name}"));
    }
    for arn in &grants.attached {
        if let Some(document) = image.policy(arn).and_then(|policy| policy.default_document()) {
            attached.policies.push(document.identity_policy());
            attached.sources.push(arn.clone());
        }
    }
}

fn boundary(image: &Image, grants: &Grants) -> Option<Arc<cairn_policy::Policy>> {
    let arn = grants.boundary.as_ref()?;
    let document = image.policy(arn).and_then(|policy| policy.default_document().cloned());
    // Without its boundary a principal would be allowed more: then rather nothing.
    let document = document.or_else(|| serde_json::from_str("\"\"").ok());
    document.map(|document| document.identity_policy())
}
