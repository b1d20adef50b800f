//! How secrets lie in the file: AES-256-GCM under a key of the file's own, which lies under the master key.
//!
//! One key for all, so that 200,000 secrets open at a start within a fraction of a second. Nonces are random: far fewer than
//! 2^32 secrets are ever sealed under it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_environment::Random;
use cairn_kms::MasterKey;
use zeroize::Zeroizing;

use crate::IamError;

/// What the file's key is bound to when it is wrapped.
const BOUND: &[u8] = b"cairn-iam-secrets";

/// Seals and opens secrets.
#[derive(Debug)]
pub(crate) struct Sealer(LessSafeKey);

/// What is wrapped cannot be opened: another master key, or it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tampered;

impl Sealer {
    /// A new one, and its key as the file keeps it.
    pub(crate) fn generate(master: &MasterKey, random: &Random) -> Result<(Self, Vec<u8>), Tampered> {
        let key: Zeroizing<[u8; 32]> = Zeroizing::new(random.bytes());
        let wrapped = master.wrap(BOUND, key.as_slice(), random).map_err(|_| Tampered)?;
        Ok((Self::of(&key)?, wrapped))
    }

    /// The one whose key the file keeps.
    pub(crate) fn unwrap(master: &MasterKey, wrapped: &[u8]) -> Result<Self, Tampered> {
        let key = master.unwrap(BOUND, wrapped).map_err(|_| Tampered)?;
        Self::of(&key)
    }

    fn of(key: &[u8; 32]) -> Result<Self, Tampered> {
        UnboundKey::new(&AES_256_GCM, key).map(|key| Self(LessSafeKey::new(key))).map_err(|_| Tampered)
    }

    /// The secret sealed, in base64. Only with the same `bound` it opens again.
    pub(crate) fn seal(&self, bound: &str, secret: &[u8], random: &Random) -> Result<String, IamError> {
        let nonce: [u8; NONCE_LEN] = random.bytes();
        let mut sealed = secret.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound.as_bytes()), &mut sealed)
            .map_err(|_| IamError::Sealing)?;
        Ok(STANDARD.encode([&nonce[..], &sealed].concat()))
    }

    /// What [`Sealer::seal`] sealed.
    pub(crate) fn open(&self, bound: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, Tampered> {
        let bytes = STANDARD.decode(sealed).map_err(|_| Tampered)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(Tampered)?;
        let mut secret = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.0.open_in_place(nonce, Aad::from(bound.as_bytes()), &mut secret).map_err(|_| Tampered)?.len();
        secret.truncate(length);
        Ok(secret)
    }
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;

    use super::*;

    #[test]
    fn secrets_open_under_their_own_master_key_and_name_only() {
        let random = Environment::real().random;
        let master = MasterKey::generate(&random);
        let (sealer, wrapped) = Sealer::generate(&master, &random).unwrap();
        let hidden = sealer.seal("key:AKIA1", b"secret", &random).unwrap();
        let again = Sealer::unwrap(&master, &wrapped).unwrap();
        assert_eq!(again.open("key:AKIA1", &hidden).unwrap().as_slice(), b"secret");
        assert_eq!(again.open("key:AKIA2", &hidden), Err(Tampered));
        assert_eq!(again.open("key:AKIA1", "AAAA"), Err(Tampered));
        assert_ne!(hidden, sealer.seal("key:AKIA1", b"secret", &random).unwrap());
        assert!(Sealer::unwrap(&MasterKey::generate(&random), &wrapped).is_err());
    }
}
