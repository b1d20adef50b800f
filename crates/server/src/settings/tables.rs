//! The repeated tables of the settings file: accounts with their keys, and buckets elsewhere.

use cairn_model::AccountId;
use serde::Deserialize;

use super::declared::{GroupTable, PolicyTable, RoleTable, UserTable};

/// `[[accounts]]`: an account, its keys, and what is declared of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountTable {
    /// Twelve digits.
    pub(crate) id: AccountId,
    /// `[[accounts.keys]]`: its root's key pairs.
    #[serde(default)]
    pub(crate) keys: Vec<KeyTable>,
    /// `[[accounts.users]]`
    #[serde(default)]
    pub(super) users: Vec<UserTable>,
    /// `[[accounts.groups]]`
    #[serde(default)]
    pub(super) groups: Vec<GroupTable>,
    /// `[[accounts.roles]]`
    #[serde(default)]
    pub(super) roles: Vec<RoleTable>,
    /// `[[accounts.policies]]`
    #[serde(default)]
    pub(super) policies: Vec<PolicyTable>,
}

/// `[[accounts.keys]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyTable {
    /// Such as `AKIA…`.
    pub(crate) access_key_id: String,
    /// Its secret.
    pub(crate) secret_access_key: String,
}

impl std::fmt::Debug for KeyTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyTable({}, hidden)", self.access_key_id)
    }
}

/// `[[buckets]]`: a bucket on another S3 endpoint, for trails to deliver to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BucketTable {
    /// The bucket's name, there and here.
    pub(crate) name: String,
    /// Such as `http://127.0.0.1:8333`.
    pub(crate) endpoint_url: String,
    /// The Region that requests are signed for.
    #[serde(default = "us_east_1")]
    pub(crate) region: String,
    /// Whether its name goes into the path of URLs, or else into their host.
    #[serde(default = "yes")]
    pub(crate) path_style: bool,
    /// Whether objects are put with `x-amz-acl: bucket-owner-full-control`, as in AWS.
    #[serde(default = "yes")]
    pub(crate) sets_acl: bool,
    /// Whether a name in `endpoint_url` may lead to this machine or its link; an address, and `localhost`, always may.
    #[serde(default)]
    pub(crate) allow_local: bool,
    /// Whose KMS keys trails name: `cairn`, or `endpoint` for those of the other side.
    #[serde(default)]
    pub(crate) kms_keys: KeysOf,
    /// The key that writes there.
    pub(crate) access_key_id: String,
    /// Its secret.
    pub(crate) secret_access_key: String,
}

impl std::fmt::Debug for BucketTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BucketTable({} at {})", self.name, self.endpoint_url)
    }
}

/// Whose KMS keys trails name for a bucket elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeysOf {
    /// Of the built-in kms.
    #[default]
    Cairn,
    /// Of the endpoint's.
    Endpoint,
}

fn yes() -> bool {
    true
}

fn us_east_1() -> String {
    "us-east-1".to_owned()
}
