//! Unique ids: a prefix that says what they are of, and a random rest.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>

use cairn_environment::Random;

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What an id is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdKind {
    /// A user: `AIDA…`
    User,
    /// A group: `AGPA…`
    Group,
    /// A role: `AROA…`
    Role,
    /// A managed policy: `ANPA…`
    ManagedPolicy,
    /// A long-term access key: `AKIA…`
    AccessKey,
    /// A temporary access key: `ASIA…`
    TemporaryAccessKey,
}

impl IdKind {
    /// A new id: 21 characters, of access keys 20.
    pub fn generate(self, random: &Random) -> String {
        let (prefix, rest) = match self {
            Self::User => ("AIDA", 17),
            Self::Group => ("AGPA", 17),
            Self::Role => ("AROA", 17),
            Self::ManagedPolicy => ("ANPA", 17),
            Self::AccessKey => ("AKIA", 16),
            Self::TemporaryAccessKey => ("ASIA", 16),
        };
        format!("{prefix}{}", random.text(ALPHABET, rest))
    }
}

/// A new secret access key: 40 characters of base64, 240 random bits.
pub(crate) fn secret(random: &Random) -> String {
    random.text(SECRET_ALPHABET, 40)
}

#[cfg(test)]
mod tests {
    use cairn_environment::Environment;

    use super::*;

    #[test]
    fn ids_have_the_prefix_length_and_alphabet_of_aws() {
        let random = Environment::real().random;
        for (kind, prefix, length) in [
            (IdKind::User, "AIDA", 21),
            (IdKind::Group, "AGPA", 21),
            (IdKind::Role, "AROA", 21),
            (IdKind::ManagedPolicy, "ANPA", 21),
            (IdKind::AccessKey, "AKIA", 20),
            (IdKind::TemporaryAccessKey, "ASIA", 20),
        ] {
            let id = kind.generate(&random);
            assert!(id.starts_with(prefix) && id.len() == length, "{id}");
            assert!(id.bytes().all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte)), "{id}");
            assert_ne!(id, kind.generate(&random));
        }
        assert_eq!(secret(&random).len(), 40);
    }
}
