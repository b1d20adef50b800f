//! An alias: a name that stands for a key and may come to stand for another.

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{KmsError, Place};

/// A name for a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// `alias/…`
    pub name: String,
    /// The id of the key.
    pub key_id: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last given a key.
    pub updated_at: Timestamp,
}

/// The names that only AWS's own keys have begin so.
const RESERVED: &str = "alias/aws/";

const NAME_LENGTH_MAX: usize = 256;

/// The rules of an alias's name.
///
/// # Errors
/// [`KmsError::InvalidAliasName`], or [`KmsError::ReservedAlias`] for one of AWS's own.
pub(crate) fn check_name(name: &str) -> Result<(), KmsError> {
    let rest = name.strip_prefix("alias/").ok_or(KmsError::InvalidAliasName)?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"/_-".contains(&b);
    if rest.is_empty() || name.len() > NAME_LENGTH_MAX || !rest.bytes().all(allowed) {
        return Err(KmsError::InvalidAliasName);
    }
    check_not_reserved(name)
}

/// Whether the name may be given and taken.
///
/// # Errors
/// [`KmsError::ReservedAlias`] for one of AWS's own.
pub(crate) fn check_not_reserved(name: &str) -> Result<(), KmsError> {
    if name.starts_with(RESERVED) { Err(KmsError::ReservedAlias) } else { Ok(()) }
}

impl Alias {
    /// `arn:{partition}:kms:{Region}:{account}:alias/{name}`
    pub fn arn(&self, place: &Place) -> String {
        place.arn(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_prefix_and_a_small_alphabet_and_aws_keeps_some() {
        check_name("alias/a/B_c-9").unwrap();
        let long = format!("alias/{}", "a".repeat(251));
        for bad in ["", "alias/", "a", "alias/a b", "alias/a:b", "alias/ü", long.as_str()] {
            assert!(matches!(check_name(bad), Err(KmsError::InvalidAliasName)), "{bad}");
        }
        assert!(matches!(check_name("alias/aws/s3"), Err(KmsError::ReservedAlias)));
    }
}
