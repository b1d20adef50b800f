//! `KeyMetadata` of the service model.

use cairn_kms::{Key, KeyState, ManagedBy};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::requests::SYMMETRIC;
use crate::wire_time::WireTime;

/// What is known about a key. Members that only keys of other kinds have are never written.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct KeyShape {
    #[serde(rename = "AWSAccountId")]
    account: Option<String>,
    key_id: Option<String>,
    arn: Option<String>,
    creation_date: Option<WireTime>,
    enabled: Option<bool>,
    description: Option<String>,
    key_usage: Option<String>,
    key_state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_date: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_deletion_window_in_days: Option<u32>,
    origin: Option<String>,
    key_manager: Option<String>,
    customer_master_key_spec: Option<String>,
    key_spec: Option<String>,
    encryption_algorithms: Option<Vec<String>>,
    multi_region: Option<bool>,
    current_key_material_id: Option<String>,
    #[serde(flatten)]
    of_other_kinds: OfOtherKinds,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct OfOtherKinds {
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_key_store_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_hsm_cluster_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_algorithms: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_agreement_algorithms: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encapsulation_algorithms: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac_algorithms: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    multi_region_configuration: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    xks_key_configuration: Option<Value>,
}

impl KeyShape {
    pub(crate) fn of(key: &Key) -> Self {
        let text = |text: &str| Some(text.to_owned());
        let (state, deletion) = match key.state {
            KeyState::Enabled => ("Enabled", None),
            KeyState::Disabled => ("Disabled", None),
            KeyState::PendingDeletion { at, .. } => ("PendingDeletion", Some(WireTime(at))),
        };
        Self {
            account: text(key.place.account.as_str()),
            key_id: text(&key.id),
            arn: Some(key.arn()),
            creation_date: Some(WireTime(key.created_at)),
            enabled: Some(key.state == KeyState::Enabled),
            description: text(&key.description),
            key_usage: text("ENCRYPT_DECRYPT"),
            key_state: text(state),
            deletion_date: deletion,
            pending_deletion_window_in_days: None,
            origin: text("AWS_KMS"),
            key_manager: text(match key.manager {
                ManagedBy::Customer => "CUSTOMER",
                ManagedBy::Aws => "AWS",
            }),
            customer_master_key_spec: text(SYMMETRIC),
            key_spec: text(SYMMETRIC),
            encryption_algorithms: Some(vec![SYMMETRIC.to_owned()]),
            multi_region: Some(false),
            current_key_material_id: text(key.material_id()),
            of_other_kinds: OfOtherKinds::default(),
        }
    }
}
