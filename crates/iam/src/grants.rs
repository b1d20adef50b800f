//! What a user, group or role is given: policies, and the most that they may add up to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_policy::Policy;
use serde::{Deserialize, Serialize};

use crate::Document;

/// The policies of a user, group or role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// The ARNs of the managed policies attached to it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub attached: BTreeSet<String>,
    /// Its own policies by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inline: BTreeMap<String, Document>,
    /// The ARN of the managed policy that is its permissions boundary. Groups have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
}

impl Grants {
    /// The characters of its own policies that count against its quota.
    pub fn inline_size(&self) -> usize {
        self.inline.values().map(Document::size).sum()
    }
}

/// The policies of a user or role, compiled, with those of the user's groups.
#[derive(Debug, Clone, Default)]
pub struct Attached {
    /// Each policy.
    pub policies: Vec<Arc<Policy>>,
    /// Where each of them is: the ARN of a managed one, `{user|group|role}/{name}/{policy name}` of an inline one.
    pub sources: Vec<String>,
    /// The permissions boundary.
    pub boundary: Option<Arc<Policy>>,
}
