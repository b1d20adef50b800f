//! A role of an account.

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Document, Grants, Tags};

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Whose role it is.
    pub account: AccountId,
    /// The unique id: `AROA…`
    pub id: String,
    /// The name, which is unique in the account, whatever its case.
    pub name: String,
    /// `/`, or such as `/ops/`.
    pub path: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Words for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who may assume it.
    pub trust: Document,
    /// How long a session may last, from 3600 to 43200.
    pub max_session_seconds: u32,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Its policies and its boundary.
    #[serde(default)]
    pub grants: Grants,
    /// The last use that is in the file; of a later one [`crate::Iam::role_last_used`] knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<RoleUse>,
    /// The settings file that declares it, where one does: then calls do not change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_in: Option<String>,
}

/// When and where a session of a role last signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleUse {
    /// When.
    pub at: Timestamp,
    /// In which Region.
    pub region: String,
}

/// What a new role is made of.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// Its name.
    pub name: String,
    /// `/`, or such as `/ops/`.
    pub path: String,
    /// Words for people.
    pub description: Option<String>,
    /// The text of the policy that says who may assume it.
    pub trust: String,
    /// How long a session may last; 3600 seconds when `None`.
    pub max_session_seconds: Option<u32>,
    /// Its tags.
    pub tags: Vec<(String, String)>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
}

impl Role {
    /// `arn:aws:iam::{account}:role{path}{name}`
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:role{}{}", self.account, self.path, self.name)
    }
}
