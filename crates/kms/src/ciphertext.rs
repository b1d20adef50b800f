//! The ciphertexts that callers keep: a form of our own, which names its key and the version of its material.

use crate::KmsError;

/// The first bytes of every ciphertext. The last one is the version of the form.
const MAGIC: [u8; 4] = [b'C', b'K', b'M', 1];

/// Which key and which of its materials sealed a ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// The bits of the key's id, a UUID.
    pub(crate) key: u128,
    /// The version of the material, from 1.
    pub(crate) version: u32,
}

impl Header {
    /// Of the key with this id.
    pub(crate) fn of(key_id: &str, version: u32) -> Option<Self> {
        let digits: String = key_id.chars().filter(|letter| *letter != '-').collect();
        Some(Self { key: u128::from_str_radix(&digits, 16).ok()?, version })
    }

    /// The header and what follows it.
    pub(crate) fn split(ciphertext: &[u8]) -> Result<(Self, &[u8]), KmsError> {
        let read = || {
            let (key, rest) = ciphertext.strip_prefix(&MAGIC[..])?.split_first_chunk::<16>()?;
            let (version, sealed) = rest.split_first_chunk::<4>()?;
            let header = Self { key: u128::from_be_bytes(*key), version: u32::from_be_bytes(*version) };
            Some((header, sealed))
        };
        read().ok_or(KmsError::InvalidCiphertext)
    }

    /// The header's bytes.
    pub(crate) fn bytes(self) -> Vec<u8> {
        [&MAGIC[..], &self.key.to_be_bytes(), &self.version.to_be_bytes()].concat()
    }

    /// The id of the key.
    pub(crate) fn key_id(self) -> String {
        let digits = format!("{:032x}", self.key);
        let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
        format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_comes_back_and_anything_shorter_or_foreign_is_refused() {
        let id = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
        let header = Header::of(id, 7).unwrap();
        assert_eq!(header.key_id(), id);
        let bytes = [header.bytes(), b"rest".to_vec()].concat();
        assert_eq!(Header::split(&bytes).unwrap(), (header, &b"rest"[..]));
        for cut in 0..header.bytes().len() {
            assert!(Header::split(&bytes[..cut]).is_err(), "{cut}");
        }
        assert!(Header::split(&[b"X", &bytes[1..]].concat()).is_err());
        assert!(Header::of("no id", 1).is_none());
    }
}
