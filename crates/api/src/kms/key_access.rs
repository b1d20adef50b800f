//! How operations come to the keys that requests name.

use std::ops::RangeInclusive;
use std::sync::Arc;

use cairn_kms::{EncryptionContext, Key, KmsError, Place};
use cairn_model::AccountId;
use zeroize::Zeroizing;

use super::failure::refuse;
use super::requests::{number_within, required};
use crate::{ApiError, Context, ErrorCode};

/// A key made for a caller.
pub(crate) struct DataKey {
    pub(crate) key: Arc<Key>,
    pub(crate) plaintext: Zeroizing<Vec<u8>>,
    pub(crate) sealed: Vec<u8>,
}

const DATA_KEY_BYTES: RangeInclusive<u32> = 1..=1024;

impl Context {
    /// Where the caller's keys are.
    pub(crate) fn key_place(&self) -> Place {
        Place { account: self.caller.account, region: self.region.clone() }
    }

    /// The key that the member `KeyId` of a request means.
    pub(super) fn key(&self, reference: Option<&str>) -> Result<Arc<Key>, ApiError> {
        self.services.kms.find(&self.key_place(), required("keyId", reference)?).map_err(refuse)
    }

    /// The same for an operation that uses a key, which may be another account's: its policy was asked.
    pub(super) fn usable_key(&self, reference: Option<&str>) -> Result<Arc<Key>, ApiError> {
        self.services.kms.find_of_any_account(&self.key_place(), required("keyId", reference)?).map_err(refuse)
    }

    /// Whose the key is that `reference` means.
    pub(super) fn key_owner(&self, reference: Option<&str>) -> Option<AccountId> {
        self.services.kms.find_of_any_account(&self.key_place(), reference?).ok().map(|key| key.place.account)
    }

    /// Changes the key that the member `KeyId` of a request means.
    pub(super) async fn change_key(
        &self,
        reference: Option<&str>,
        change: impl FnOnce(&mut Key) -> Result<(), KmsError> + Send,
    ) -> Result<Arc<Key>, ApiError> {
        let reference = required("keyId", reference)?;
        self.services.kms.change_key(&self.key_place(), reference, change).await.map_err(refuse)
    }

    /// A new data key, of the specification or the number of bytes that is wanted.
    pub(super) fn new_data_key(
        &self,
        reference: Option<&str>,
        (specification, bytes): (Option<&str>, Option<u32>),
        context: &EncryptionContext,
    ) -> Result<DataKey, ApiError> {
        let length = match (specification, bytes) {
            (Some("AES_256"), None) => 32,
            (Some("AES_128"), None) => 16,
            (None, Some(bytes)) => number_within("numberOfBytes", bytes, DATA_KEY_BYTES).map(|()| bytes)?,
            _ => {
                let message = "Please specify either number of bytes or key spec.";
                return Err(ApiError::new(ErrorCode::ValidationException, message));
            }
        };
        let key = self.usable_key(reference)?;
        let mut plaintext = Zeroizing::new(vec![0; usize::try_from(length).unwrap_or_default()]);
        self.services.environment.random.fill(&mut plaintext);
        let sealed = self.services.kms.encrypt(&key, &plaintext, context).map_err(refuse)?;
        Ok(DataKey { key, plaintext, sealed })
    }
}
