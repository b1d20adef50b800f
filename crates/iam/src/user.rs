//! A user of an account.

use std::collections::BTreeSet;

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Grants, LoginProfile, StoredKey, Tags};

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Whose user it is.
    pub account: AccountId,
    /// The unique id: `AIDA…`
    pub id: String,
    /// The name, which is unique in the account, whatever its case.
    pub name: String,
    /// `/`, or such as `/ops/`.
    pub path: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Its own policies and its boundary.
    #[serde(default)]
    pub grants: Grants,
    /// The unique ids of its groups.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<String>,
    /// Its access keys, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<StoredKey>,
    /// Its password, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<LoginProfile>,
    /// When it last signed in with its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_last_used: Option<Timestamp>,
    /// The settings file that declares it, where one does: then calls do not change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_in: Option<String>,
}

impl User {
    /// `arn:aws:iam::{account}:user{path}{name}`
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user{}{}", self.account, self.path, self.name)
    }
}
