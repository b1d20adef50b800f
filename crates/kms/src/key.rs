//! A key: what is known about it, and its wrapped material.

use std::collections::BTreeMap;

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{KmsError, Place};

/// A symmetric key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// A UUID.
    pub id: String,
    /// Where it lives.
    pub place: Place,
    /// Words for people.
    pub description: String,
    /// Whether it can be used.
    pub state: KeyState,
    /// Whose it is to look after.
    pub manager: ManagedBy,
    /// When it was created.
    pub created_at: Timestamp,
    /// How often it gets new material, if it does by itself.
    pub rotation: Option<Rotation>,
    /// Its policy's JSON text.
    pub policy: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Every material that it ever had, oldest first: version 1 and on. There is always one.
    pub(crate) materials: Vec<Material>,
}

/// What a new key is made of besides its material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Where it is to live.
    pub place: Place,
    /// Words for people.
    pub description: String,
    /// Its policy's JSON text; [`Key::default_policy`] when `None`.
    pub policy: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// Whether a key can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyState {
    /// It can.
    Enabled,
    /// Not until someone enables it.
    Disabled,
    /// Not any more, and then it is gone.
    PendingDeletion {
        /// When it is gone.
        at: Timestamp,
        /// The days that were asked for.
        window_days: u32,
    },
}

/// Who looks after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManagedBy {
    /// Whoever created it.
    Customer,
    /// A service, which made it when it needed one: `alias/aws/s3`.
    Aws,
}

/// When a key gets new material by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// From 90 to 2560.
    pub period_days: u32,
    /// When it is due.
    pub next_at: Timestamp,
}

/// One material of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Material {
    /// 64 hexadecimal digits.
    pub(crate) id: String,
    /// 256 bits under the master key, in base64.
    pub(crate) wrapped: String,
    /// Since when it is there.
    pub(crate) created_at: Timestamp,
}

impl Key {
    /// `arn:{partition}:kms:{Region}:{account}:key/{id}`
    pub fn arn(&self) -> String {
        self.place.arn(&format!("key/{}", self.id))
    }

    /// The id of the material that seals now: 64 hexadecimal digits.
    pub fn material_id(&self) -> &str {
        self.materials.last().map_or("", |material| &material.id)
    }

    /// Whether it can encrypt and decrypt.
    ///
    /// # Errors
    /// [`KmsError::Disabled`] and [`KmsError::PendingDeletion`].
    pub fn check_usable(&self) -> Result<(), KmsError> {
        match self.state {
            KeyState::Enabled => Ok(()),
            KeyState::Disabled => Err(KmsError::Disabled { arn: self.arn() }),
            KeyState::PendingDeletion { .. } => Err(KmsError::PendingDeletion { arn: self.arn() }),
        }
    }

    /// Whether it can be changed.
    ///
    /// # Errors
    /// [`KmsError::PendingDeletion`].
    pub fn check_changeable(&self) -> Result<(), KmsError> {
        match self.state {
            KeyState::Enabled | KeyState::Disabled => Ok(()),
            KeyState::PendingDeletion { .. } => Err(KmsError::PendingDeletion { arn: self.arn() }),
        }
    }

    /// The policy of a key for which none was given: everything is up to the account.
    pub fn default_policy(place: &Place) -> String {
        let partition = cairn_model::partition(&place.region);
        let account = place.account;
        format!(
            "{{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {{\n    \
             \"Sid\" : \"Enable IAM User Permissions\",\n    \"Effect\" : \"Allow\",\n    \"Principal\" : {{\n      \
             \"AWS\" : \"arn:{partition}:iam::{account}:root\"\n    }},\n    \"Action\" : \"kms:*\",\n    \
             \"Resource\" : \"*\"\n  }} ]\n}}"
        )
    }
}
