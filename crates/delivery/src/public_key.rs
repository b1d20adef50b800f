//! The public half of a signing key, as `ListPublicKeys` gives it.

use bytes::Bytes;
use cairn_model::Timestamp;

/// A key that verifies digests (reference section 5.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// PKCS#1 `RSAPublicKey` in DER: `Value` before base64.
    pub value: Bytes,
    /// First moment at which it signs.
    pub validity_start: Timestamp,
    /// Last moment at which it signs.
    pub validity_end: Timestamp,
    /// MD5 of `value` in lower-case hexadecimal.
    pub fingerprint: String,
}
