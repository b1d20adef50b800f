//! The master key: the one secret that is not kept in the database, and wraps all that are.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_environment::Random;
use zeroize::Zeroizing;

use crate::KmsError;
use crate::sealing::{self, Secret};

/// 32 bytes, which wipe themselves. Clones are the same key.
#[derive(Clone)]
pub struct MasterKey(Secret);

/// The text is no master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is the base64 of 32 bytes")]
pub struct InvalidMasterKey;

impl MasterKey {
    /// A new one.
    pub fn generate(random: &Random) -> Self {
        Self(Zeroizing::new(random.bytes()))
    }

    /// The key that `text` is the base64 of; white space around it does not count.
    ///
    /// # Errors
    /// [`InvalidMasterKey`] when it is not that of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, InvalidMasterKey> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| InvalidMasterKey)?);
        let secret: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| InvalidMasterKey)?;
        Ok(Self(Zeroizing::new(*secret)))
    }

    /// Its base64, for the file that keeps it.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.as_slice()))
    }

    /// A key wrapped, which only opens again with the same `bound`.
    ///
    /// # Errors
    /// When the cipher fails, which is no fault of the input.
    pub fn wrap(&self, bound: &[u8], key: &[u8], random: &Random) -> Result<Vec<u8>, KmsError> {
        sealing::seal(&self.0, bound, key, random).map_err(|_| KmsError::InvalidCiphertext)
    }

    /// A text of any length sealed, which only opens again with the same `bound`.
    ///
    /// # Errors
    /// When the cipher fails, which is no fault of the input.
    pub fn seal(&self, bound: &[u8], plain: &[u8], random: &Random) -> Result<Vec<u8>, KmsError> {
        sealing::seal(&self.0, bound, plain, random).map_err(|_| KmsError::InvalidCiphertext)
    }

    /// What [`MasterKey::seal`] sealed.
    ///
    /// # Errors
    /// [`KmsError::InvalidCiphertext`] when it was changed, bound to something else, or sealed by another master key.
    pub fn open(&self, bound: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KmsError> {
        sealing::open(&self.0, bound, sealed).map_err(|_| KmsError::InvalidCiphertext)
    }

    /// The key of 32 bytes that [`MasterKey::wrap`] wrapped.
    ///
    /// # Errors
    /// [`KmsError::InvalidCiphertext`] when it was changed, bound to something else, or wrapped by another master key.
    pub fn unwrap(&self, bound: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, KmsError> {
        let plain = sealing::open(&self.0, bound, wrapped).map_err(|_| KmsError::InvalidCiphertext)?;
        let key: &[u8; 32] = plain.as_slice().try_into().map_err(|_| KmsError::InvalidCiphertext)?;
        Ok(Zeroizing::new(*key))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;

    use super::*;

    #[test]
    fn only_the_base64_of_32_bytes_is_a_master_key_and_it_is_never_shown() {
        let random = Environment::real().random;
        let made = MasterKey::generate(&random);
        let text = made.to_base64();
        let read = MasterKey::parse(&format!("{}\n", text.as_str())).unwrap();
        let wrapped = made.wrap(b"x", &[7; 32], &random).unwrap();
        assert_eq!(*read.unwrap(b"x", &wrapped).unwrap(), [7; 32]);
        for bad in ["", "AAAA", "not base64", &STANDARD.encode([0; 31]), &STANDARD.encode([0; 33])] {
            assert!(MasterKey::parse(bad).is_err(), "{bad}");
        }
        assert!(!format!("{made:?}").contains(text.as_str()));
    }
}
