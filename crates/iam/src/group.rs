//! A group of users.

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Grants;

/// A group. Who is in it stands with the users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Whose group it is.
    pub account: AccountId,
    /// The unique id: `AGPA…`
    pub id: String,
    /// The name, which is unique in the account, whatever its case.
    pub name: String,
    /// `/`, or such as `/ops/`.
    pub path: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its policies.
    #[serde(default)]
    pub grants: Grants,
    /// The settings file that declares it, where one does: then calls do not change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_in: Option<String>,
}

impl Group {
    /// `arn:aws:iam::{account}:group{path}{name}`
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:group{}{}", self.account, self.path, self.name)
    }
}
