//! What is to be verified, and with which keys.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cairn_model::Timestamp;
use serde::Deserialize;

use crate::names::Place;

/// A key that digests may be signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// PKCS#1 `RSAPublicKey` in DER.
    pub value: Vec<u8>,
    /// What digests call it: the MD5 of `value` in lower-case hexadecimal.
    pub fingerprint: String,
}

/// Which digests are looked at; absent members let all through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrailFilter {
    /// The account.
    pub account: Option<String>,
    /// The Region that the digests are for.
    pub region: Option<String>,
    /// The name of the trail.
    pub trail: Option<String>,
}

impl TrailFilter {
    pub(crate) fn lets_through(&self, place: &Place) -> bool {
        let account = self.account.as_ref().is_none_or(|account| *account == place.account);
        account && self.region.as_ref().is_none_or(|region| *region == place.region)
    }
}

/// What is to be verified.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// The trail's key prefix, without a slash at its end; empty for none.
    pub prefix: String,
    /// Which digests are looked at.
    pub filter: TrailFilter,
    /// Every key that may have signed.
    pub keys: Vec<PublicKey>,
    /// Windows that end before are left out.
    pub start: Option<Timestamp>,
    /// Windows that begin after are left out.
    pub end: Option<Timestamp>,
    /// Up to when digests must be there: the present, usually. A chain whose newest digest is more than two windows
    /// older, and is not a trail's last, is incomplete. Without it the newest digests could be missing unnoticed.
    pub expect_until: Option<Timestamp>,
}

/// The text is not what `aws cloudtrail list-public-keys` prints.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPublicKeys {
    /// Not the JSON that is expected.
    #[error("not the output of list-public-keys: {0}")]
    Json(#[from] serde_json::Error),
    /// A value is not base64.
    #[error("the key {0} is not base64")]
    Base64(String),
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "PublicKeyList")]
    keys: Vec<ListedKey>,
}

#[derive(Deserialize)]
struct ListedKey {
    #[serde(rename = "Value")]
    value: String,
    #[serde(rename = "Fingerprint")]
    fingerprint: String,
}

/// Reads keys from what `aws cloudtrail list-public-keys` prints. Outputs of several Regions may follow one another.
///
/// # Errors
/// [`InvalidPublicKeys`] says what cannot be read.
pub fn public_keys(text: &str) -> Result<Vec<PublicKey>, InvalidPublicKeys> {
    let mut keys = Vec::new();
    for listed in serde_json::Deserializer::from_str(text).into_iter::<Listed>() {
        for ListedKey { value, fingerprint } in listed?.keys {
            let decoded = BASE64.decode(&value).map_err(|_| InvalidPublicKeys::Base64(fingerprint.clone()))?;
            keys.push(PublicKey { value: decoded, fingerprint });
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_from_one_or_more_listings() {
        let one =
            r#"{"PublicKeyList":[{"Value":"AQI=","ValidityStartTime":1.0,"ValidityEndTime":"x","Fingerprint":"f"}]}"#;
        let keys = public_keys(&format!("{one}\n{one}")).unwrap();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], PublicKey { value: vec![1, 2], fingerprint: "f".to_owned() });
        assert!(public_keys("{}").is_err());
        assert!(public_keys(&one.replace("AQI=", "*")).is_err());
    }
}
