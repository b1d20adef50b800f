//! Long-term access keys of users.

use std::fmt;

use cairn_model::{AccountId, Timestamp};
use cairn_signing::SecretKey;
use serde::{Deserialize, Serialize};

/// Whether a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyStatus {
    /// It does.
    Active,
    /// It does not until it is made active again.
    Inactive,
}

impl KeyStatus {
    /// AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }
}

/// A key as a signature is checked with it.
#[derive(Clone)]
pub struct AccessKey {
    /// `AKIA…`
    pub id: String,
    /// The account of its user.
    pub account: AccountId,
    /// The unique id of its user: `AIDA…`
    pub user_id: String,
    /// Whether it signs.
    pub status: KeyStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its secret half.
    pub secret: SecretKey,
}

/// A key as its user's record keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredKey {
    /// `AKIA…`
    pub id: String,
    /// Whether it signs.
    pub status: KeyStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last use that is in the file; of a later one [`crate::Iam::key_last_used`] knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_use: Option<LastUse>,
    /// The secret half, sealed.
    pub(crate) sealed: String,
    /// Whether the settings declare it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_declared: bool,
}

/// When, where and for what a key signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// For which service: `cloudtrail`.
    pub service: String,
    /// In which Region.
    pub region: String,
}

/// A key that was made this moment: the only time that its secret is shown.
#[derive(Debug, Clone)]
pub struct NewAccessKey {
    /// `AKIA…`
    pub id: String,
    /// The name of its user.
    pub user_name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its secret half.
    pub secret: SecretKey,
}

impl StoredKey {
    /// What the secret of the key with this id is bound to.
    pub(crate) fn bound(id: &str) -> String {
        format!("access-key:{id}")
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").field("id", &self.id).field("user_id", &self.user_id).finish_non_exhaustive()
    }
}
