//! Credentials: an access key, its secret and whom they stand for.

use cairn_model::AccountId;
use cairn_signing::SecretKey;

use crate::Caller;

/// An access key that does not lie in the directory of an account: a root's.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Whom it stands for.
    pub caller: Caller,
    /// The secret half.
    pub secret_access_key: SecretKey,
}

impl Credential {
    /// A root key of `account`.
    pub fn root(account: AccountId, access_key_id: &str, secret_access_key: SecretKey) -> Self {
        Self { caller: Caller::root(account, access_key_id), secret_access_key }
    }
}
