//! Trail names and the rules that they keep (reference section 1.3).

use std::fmt;

use serde::{Deserialize, Serialize};

const LENGTH_MIN: usize = 3;
const LENGTH_MAX: usize = 128;

/// The name of a trail: 3 to 128 ASCII letters, digits, `.`, `_` and `-`; it begins and ends with a letter or digit,
/// has no two marks side by side and does not look like an IPv4 address.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrailName(String);

/// Which rule a trail name broke, in the words of AWS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTrailName {
    /// Nothing but white space.
    #[error("Trail name cannot be blank!")]
    Blank,
    /// Fewer than three characters.
    #[error(
        "Trail name too short. Minimum allowed length: {LENGTH_MIN} characters. Specified name length: {0} characters."
    )]
    TooShort(usize),
    /// More than 128 characters.
    #[error(
        "Trail name too long. Maximum allowed length: {LENGTH_MAX} characters. Specified name length: {0} characters."
    )]
    TooLong(usize),
    /// The first character is no letter and no digit.
    #[error("Trail name must starts with a letter or number.")]
    Start,
    /// The last character is no letter and no digit.
    #[error("Trail name must ends with a letter or number.")]
    End,
    /// A character that names never have.
    #[error(
        "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_)."
    )]
    Characters,
    /// Two marks side by side.
    #[error("Trail name cannot have adjacent periods (.), hyphens (-), or underscores (_).")]
    AdjacentMarks,
    /// Four numbers with points between them.
    #[error("Trail name cannot be formatted as an IP address.")]
    IpAddress,
}

impl TrailName {
    /// Reads a trail name.
    ///
    /// # Errors
    /// [`InvalidTrailName`] says which rule was broken.
    pub fn parse(text: &str) -> Result<Self, InvalidTrailName> {
        let length = text.chars().count();
        if text.trim().is_empty() {
            return Err(InvalidTrailName::Blank);
        }
        if length < LENGTH_MIN {
            return Err(InvalidTrailName::TooShort(length));
        }
        if length > LENGTH_MAX {
            return Err(InvalidTrailName::TooLong(length));
        }
        check_characters(text)?;
        if text.parse::<std::net::Ipv4Addr>().is_ok() || four_numbers(text) {
            return Err(InvalidTrailName::IpAddress);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_characters(text: &str) -> Result<(), InvalidTrailName> {
    let bytes = text.as_bytes();
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_mark = |byte: u8| matches!(byte, b'.' | b'_' | b'-');
    if !is_word(bytes.first()) {
        return Err(InvalidTrailName::Start);
    }
    if !is_word(bytes.last()) {
        return Err(InvalidTrailName::End);
    }
    if bytes.iter().any(|byte| !byte.is_ascii_alphanumeric() && !is_mark(*byte)) {
        return Err(InvalidTrailName::Characters);
    }
    if bytes.iter().zip(bytes.iter().skip(1)).any(|(one, next)| is_mark(*one) && is_mark(*next)) {
        return Err(InvalidTrailName::AdjacentMarks);
    }
    Ok(())
}

/// `192.168.5.4`, also with numbers that no address has.
pub(crate) fn four_numbers(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

impl fmt::Display for TrailName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TrailName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TrailName {
    type Error = InvalidTrailName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<TrailName> for String {
    fn from(name: TrailName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_are_taken_as_they_are() {
        for good in ["abc", "Trail-1", "a.b_c-d", "1.2.3", "1.2.3.4.5", "9a9", &"x".repeat(128)] {
            assert_eq!(TrailName::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn each_broken_rule_is_named_with_its_text() {
        let text = |name: &str| TrailName::parse(name).unwrap_err().to_string();
        assert_eq!(text(""), "Trail name cannot be blank!");
        assert_eq!(text("   "), "Trail name cannot be blank!");
        assert_eq!(
            text("ab"),
            "Trail name too short. Minimum allowed length: 3 characters. Specified name length: 2 characters."
        );
        assert_eq!(
            text(&"a".repeat(129)),
            "Trail name too long. Maximum allowed length: 128 characters. Specified name length: 129 characters."
        );
        assert_eq!(text("-ab"), "Trail name must starts with a letter or number.");
        for bad in ["ab.", "ab!", "abé"] {
            assert_eq!(text(bad), "Trail name must ends with a letter or number.");
        }
        for bad in ["a b", "a/../b", "aéb", "a\0b", "a:b"] {
            assert_eq!(
                text(bad),
                "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_)."
            );
        }
        for bad in ["a--b", "a-_b", "a..b", "a._b"] {
            assert_eq!(text(bad), "Trail name cannot have adjacent periods (.), hyphens (-), or underscores (_).");
        }
        for bad in ["192.168.5.4", "999.1.1.1"] {
            assert_eq!(text(bad), "Trail name cannot be formatted as an IP address.");
        }
    }
}
