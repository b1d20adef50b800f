//! Reads one digest and checks what it says of itself: its place, its key and its signature (reference section 5.4).

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use cairn_model::Timestamp;
use serde::Deserialize;

use crate::PublicKey;
use crate::member::sha256_hex;

/// A digest document, as far as it is checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Digest {
    pub(crate) aws_account_id: String,
    #[serde(rename = "digestStartTime")]
    start_time: String,
    #[serde(rename = "digestEndTime")]
    end_time: String,
    #[serde(rename = "digestS3Bucket")]
    pub(crate) bucket: String,
    #[serde(rename = "digestS3Object")]
    pub(crate) key: String,
    #[serde(rename = "digestPublicKeyFingerprint")]
    pub(crate) fingerprint: String,
    #[serde(rename = "previousDigestS3Bucket")]
    pub(crate) previous_bucket: Option<String>,
    #[serde(rename = "previousDigestS3Object")]
    pub(crate) previous_key: Option<String>,
    #[serde(rename = "previousDigestHashValue")]
    pub(crate) previous_hash: Option<String>,
    pub(crate) previous_digest_signature: Option<String>,
    pub(crate) log_files: Vec<ListedLog>,
    #[serde(skip)]
    pub(crate) start: Timestamp,
    #[serde(skip)]
    pub(crate) end: Timestamp,
    /// SHA-256 of the content.
    #[serde(skip)]
    pub(crate) hash: String,
}

/// A log file as a digest lists it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedLog {
    #[serde(rename = "s3Bucket")]
    pub(crate) bucket: String,
    #[serde(rename = "s3Object")]
    pub(crate) key: String,
    pub(crate) hash_value: String,
    pub(crate) newest_event_time: Option<String>,
    pub(crate) oldest_event_time: Option<String>,
}

/// Why a signature proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureFault {
    #[error("it is signed with the key {0}, which is not among the known ones")]
    KeyUnknown(String),
    #[error("its signature is not that of its content")]
    Wrong,
}

impl Digest {
    /// Reads the content of a digest file.
    pub(crate) fn read(content: &[u8]) -> Result<Self, String> {
        let mut digest: Self = serde_json::from_slice(content).map_err(|e| e.to_string())?;
        digest.start = Timestamp::parse(&digest.start_time).map_err(|e| e.to_string())?;
        digest.end = Timestamp::parse(&digest.end_time).map_err(|e| e.to_string())?;
        digest.hash = sha256_hex(content);
        Ok(digest)
    }

    /// Whether the digest begins a chain.
    pub(crate) fn is_starting(&self) -> bool {
        self.previous_key.is_none()
    }

    /// Checks `signature`, in lower-case hexadecimal.
    pub(crate) fn check_signature(&self, signature: &str, keys: &[PublicKey]) -> Result<(), SignatureFault> {
        let mut known = keys.iter().filter(|key| key.fingerprint == self.fingerprint).peekable();
        if known.peek().is_none() {
            return Err(SignatureFault::KeyUnknown(self.fingerprint.clone()));
        }
        let previous = self.previous_digest_signature.as_deref().unwrap_or("null");
        let signed = format!("{}\n{}/{}\n{}\n{previous}", self.end_time, self.bucket, self.key, self.hash);
        let signature = hex::decode(signature).map_err(|_| SignatureFault::Wrong)?;
        let verifies = |key: &PublicKey| {
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &key.value)
                .verify(signed.as_bytes(), &signature)
                .is_ok()
        };
        if known.any(verifies) { Ok(()) } else { Err(SignatureFault::Wrong) }
    }
}
