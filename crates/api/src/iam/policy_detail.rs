//! Inline policies with their texts, as account authorization details show them.

use cairn_iam::Grants;
use serde::{Deserialize, Serialize};

use super::requests::encoded;

/// `PolicyDetail`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PolicyDetailShape {
    policy_name: Option<String>,
    policy_document: Option<String>,
}

impl PolicyDetailShape {
    pub(crate) fn of(grants: &Grants) -> Vec<Self> {
        let shape = |(name, document): (&String, &cairn_iam::Document)| Self {
            policy_name: Some(name.clone()),
            policy_document: Some(encoded(document.text())),
        };
        grants.inline.iter().map(shape).collect()
    }
}
