//! Where keys live: an account in a Region.

use cairn_model::{AccountId, Region, partition};
use serde::{Deserialize, Serialize};

/// An account in a Region. Keys and aliases are found there and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The account that owns them.
    pub account: AccountId,
    /// The Region.
    pub region: Region,
}

impl Place {
    /// `arn:{partition}:kms:{Region}:{account}:{resource}`
    pub fn arn(&self, resource: &str) -> String {
        format!("arn:{}:kms:{}:{}:{resource}", partition(&self.region), self.region.as_str(), self.account)
    }
}
