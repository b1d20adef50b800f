//! The signing key of a day, Region and service: derived from a secret, zeroed on drop.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::SecretKey;
use crate::scope::{Scope, TERMINATOR};

/// A signature of version 4. Requests carry it in lower-case hex.
pub type Signature = [u8; 32];

/// A key that makes the signatures of one secret in one scope. It may be kept: it changes once a day.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// Derives the key of `secret` in `scope`.
    pub fn derive(secret: &SecretKey, scope: &Scope<'_>) -> Self {
        let mut start = Vec::with_capacity(4 + secret.expose().len());
        start.extend_from_slice(b"AWS4");
        start.extend_from_slice(secret.expose().as_bytes());
        let mut key = hmac(&start, scope.day.as_bytes());
        start.zeroize();
        for step in [&*scope.region, &*scope.service, TERMINATOR] {
            key = hmac(&key, step.as_bytes());
        }
        Self(key)
    }

    /// The signature of a string to sign.
    pub(crate) fn signature(&self, string_to_sign: &str) -> Signature {
        hmac(&self.0, string_to_sign.as_bytes())
    }

    /// The signature of `string_to_sign` if `given` is its hex, in a time that does not depend on where they differ.
    pub(crate) fn accepts(&self, string_to_sign: &str, given: &str) -> Option<Signature> {
        let signature = self.signature(string_to_sign);
        bool::from(hex::encode(signature).as_bytes().ct_eq(given.as_bytes())).then_some(signature)
    }
}

fn hmac(key: &[u8], message: &[u8]) -> Signature {
    // HMAC takes keys of any length, so the error cannot occur; an all-zero key would merely match nothing.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().into())
        .unwrap_or_default()
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_of_the_user_guide_is_met() {
        let secret = SecretKey::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        let scope = Scope { day: "20150830".into(), region: "us-east-1".into(), service: "iam".into() };
        let key = SigningKey::derive(&secret, &scope);
        assert_eq!(hex::encode(key.0), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
        let (right, other) = (key.signature("x"), key.signature("y"));
        assert_eq!(key.accepts("x", &hex::encode(right)), Some(right));
        assert_eq!(key.accepts("x", &hex::encode(other)), None);
        assert_eq!(key.accepts("x", ""), None);
    }
}
