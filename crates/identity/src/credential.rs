//! Credentials: an access key, its secret and the account that they stand for.

use cairn_model::AccountId;
use cairn_signing::SecretKey;

/// An access key with which an account's root signs.
#[derive(Debug, Clone)]
pub struct Credential {
    /// The account.
    pub account: AccountId,
    /// The public half, such as `AKIAIOSFODNN7EXAMPLE`.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: SecretKey,
}

impl Credential {
    /// A root key of `account`.
    pub fn root(account: AccountId, access_key_id: impl Into<String>, secret_access_key: SecretKey) -> Self {
        Self { account, access_key_id: access_key_id.into(), secret_access_key }
    }
}
