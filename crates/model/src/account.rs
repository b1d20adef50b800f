//! Account ids: twelve decimal digits.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A twelve-digit AWS account id, such as `123456789012`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId([u8; 12]);

/// The text is not twelve decimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an account id: it must be twelve digits")]
pub struct InvalidAccountId(String);

impl AccountId {
    /// The account that the first start creates: `123456789012`.
    pub const DEFAULT: Self = Self(*b"123456789012");

    /// Reads an account id.
    ///
    /// # Errors
    /// [`InvalidAccountId`] when `text` is not exactly twelve ASCII digits.
    pub fn parse(text: &str) -> Result<Self, InvalidAccountId> {
        match <[u8; 12]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(InvalidAccountId(text.to_owned())),
        }
    }

    /// The twelve digits as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for AccountId {
    type Error = InvalidAccountId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<AccountId> for String {
    fn from(account: AccountId) -> Self {
        account.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_digits_are_an_account_and_nothing_else_is() {
        assert_eq!(AccountId::parse("123456789012"), Ok(AccountId::DEFAULT));
        for bad in ["", "12345678901", "1234567890123", "12345678901a", "１２３４"] {
            assert!(AccountId::parse(bad).is_err(), "{bad}");
        }
    }
}
