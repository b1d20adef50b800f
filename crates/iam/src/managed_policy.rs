//! A managed policy: one that many can be given, with its versions.

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Document, IamError, Tags};

/// A managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// Whose policy it is; `None` for those that every account finds under `arn:aws:iam::aws:policy/`.
    pub account: Option<AccountId>,
    /// The unique id: `ANPA…`
    pub id: String,
    /// The name, which is unique in the account, whatever its case.
    pub name: String,
    /// `/`, or such as `/ops/`.
    pub path: String,
    /// Words for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a version was last made or removed, or another one became the default.
    pub updated_at: Timestamp,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Its versions, oldest first. There is always one.
    pub versions: Vec<PolicyVersion>,
    /// The number of the version that counts.
    pub default_version: u32,
    /// The highest number that any version ever had; 0 where that is the newest one's.
    #[serde(default)]
    pub(crate) last_number: u32,
    /// The settings file that declares it, where one does: then calls do not change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_in: Option<String>,
}

/// A version of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// From 1; never given twice.
    pub number: u32,
    /// What it says.
    pub document: Document,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ManagedPolicy {
    /// `arn:aws:iam::{account}:policy{path}{name}`
    pub fn arn(&self) -> String {
        let account = self.account.as_ref().map_or("aws", AccountId::as_str);
        format!("arn:aws:iam::{account}:policy{}{}", self.path, self.name)
    }

    /// The version that counts.
    pub fn default_document(&self) -> Option<&Document> {
        self.version(self.default_version).map(|version| &version.document)
    }

    /// The version of this number.
    pub fn version(&self, number: u32) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The version that `v1` names.
    ///
    /// # Errors
    /// [`IamError::NoSuchEntity`]
    pub fn version_by_id(&self, id: &str) -> Result<&PolicyVersion, IamError> {
        let absent = || {
            let arn = self.arn();
            IamError::NoSuchEntity(format!("Policy {arn} version {id} does not exist or is not attachable."))
        };
        self.versions.iter().find(|version| version.id() == id).ok_or_else(absent)
    }

    /// The highest number that any version ever had.
    pub(crate) fn last_number(&self) -> u32 {
        self.versions.iter().map(|version| version.number).max().unwrap_or(0).max(self.last_number)
    }
}

impl PolicyVersion {
    /// `v1`
    pub fn id(&self) -> String {
        format!("v{}", self.number)
    }
}
