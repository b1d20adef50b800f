//! Those who have a managed policy, in one list: groups, users and roles as `ListEntitiesForPolicy` shows them.

use std::sync::Arc;

use cairn_iam::{Attachments, Group, Role, User};
use serde::{Deserialize, Serialize};

/// One who has a policy.
#[derive(Debug)]
pub(crate) enum Entity {
    Group(Arc<Group>),
    User(Arc<User>),
    Role(Arc<Role>),
}

impl Entity {
    /// All of them, kind by kind.
    pub(crate) fn all(attachments: Attachments) -> Vec<Self> {
        let groups = attachments.groups.into_iter().map(Self::Group);
        let users = attachments.users.into_iter().map(Self::User);
        let mut all: Vec<Self> = groups.chain(users).chain(attachments.roles.into_iter().map(Self::Role)).collect();
        all.sort_by_key(|entity| entity.key().to_ascii_lowercase());
        all
    }

    /// `Group`, `User` or `Role`: the word of filters.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Group(_) => "Group",
            Self::User(_) => "User",
            Self::Role(_) => "Role",
        }
    }

    pub(crate) fn path(&self) -> &str {
        match self {
            Self::Group(group) => &group.path,
            Self::User(user) => &user.path,
            Self::Role(role) => &role.path,
        }
    }

    /// Where it stands among them.
    pub(crate) fn key(&self) -> String {
        let name = match self {
            Self::Group(group) => &group.name,
            Self::User(user) => &user.name,
            Self::Role(role) => &role.name,
        };
        format!("{} {name}", self.kind())
    }
}

/// `PolicyGroup`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PolicyGroupShape {
    group_name: Option<String>,
    group_id: Option<String>,
}

/// `PolicyUser`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PolicyUserShape {
    user_name: Option<String>,
    user_id: Option<String>,
}

/// `PolicyRole`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PolicyRoleShape {
    role_name: Option<String>,
    role_id: Option<String>,
}

impl PolicyGroupShape {
    pub(crate) fn of(entity: &Entity) -> Option<Self> {
        let Entity::Group(group) = entity else { return None };
        Some(Self { group_name: Some(group.name.clone()), group_id: Some(group.id.clone()) })
    }
}

impl PolicyUserShape {
    pub(crate) fn of(entity: &Entity) -> Option<Self> {
        let Entity::User(user) = entity else { return None };
        Some(Self { user_name: Some(user.name.clone()), user_id: Some(user.id.clone()) })
    }
}

impl PolicyRoleShape {
    pub(crate) fn of(entity: &Entity) -> Option<Self> {
        let Entity::Role(role) = entity else { return None };
        Some(Self { role_name: Some(role.name.clone()), role_id: Some(role.id.clone()) })
    }
}
