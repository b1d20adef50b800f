//! Conflicting events, kept aside: nobody has to decide at once which of two events with one id is the true one.

use bytes::Bytes;
use cairn_model::AccountId;
use cairn_objects::{Bucket, ObjectError, PutOptions};
use sha2::{Digest, Sha256};

use crate::IngestError;

/// Keeps `event` under a name that follows from it, so that bringing it again changes nothing. Gives the key.
///
/// # Errors
/// [`IngestError::Quarantine`] when the bucket does not take it.
pub(crate) async fn keep(bucket: &Bucket, account: AccountId, event: &Bytes) -> Result<String, IngestError> {
    let key = format!("conflicts/{account}/{}.json", hex::encode(Sha256::digest(event)));
    let options =
        PutOptions { only_if_absent: true, content_type: Some("application/json".to_owned()), ..PutOptions::default() };
    match bucket.put(&key, event.clone(), options).await {
        Ok(_) | Err(ObjectError::AlreadyExists) => Ok(key),
        Err(error) => Err(IngestError::Quarantine(error.to_string())),
    }
}
