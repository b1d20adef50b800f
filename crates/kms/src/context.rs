//! The encryption context: pairs that are not secret, and without which a ciphertext does not open.

use std::collections::BTreeMap;

/// Names and values, in whatever order they were given.
pub type EncryptionContext = BTreeMap<String, String>;

/// The one form of a context in bytes: each text behind its length, in the order of the names. No two contexts share it.
pub(crate) fn bytes(context: &EncryptionContext) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in context.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_run_into_each_other_are_told_apart() {
        let context = |pairs: &[(&str, &str)]| -> Vec<u8> {
            bytes(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        assert_eq!(context(&[("a", "1"), ("b", "2")]), context(&[("b", "2"), ("a", "1")]));
        assert_ne!(context(&[("ab", "c")]), context(&[("a", "bc")]));
        assert_ne!(context(&[("a", "1b2")]), context(&[("a", "1"), ("b", "2")]));
        assert_ne!(context(&[]), context(&[("", "")]));
    }
}
