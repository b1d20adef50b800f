//! The prefix under which a trail's objects stand in its bucket (reference section 1.3).

use std::fmt;

const LENGTH_MAX: usize = 200;

/// `S3KeyPrefix`: 1 to 200 characters that are safe as parts of an object key and of a folder name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyPrefix(String);

/// Which rule a prefix broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyPrefix {
    /// Nothing at all.
    #[error("S3 key prefix cannot be blank!")]
    Blank,
    /// More than 200 characters.
    #[error(
        "S3 key prefix too long. Maximum allowed length: {LENGTH_MAX} characters. Specified prefix length: {0} characters."
    )]
    TooLong(usize),
    /// A control character or a backslash.
    #[error("S3 key prefix can only contain printable characters other than the backslash.")]
    Characters,
    /// An empty part, `.` or `..` between slashes, or a slash at either end.
    #[error("S3 key prefix cannot start or end with a slash (/), and cannot contain empty, `.` or `..` parts.")]
    Parts,
}

impl KeyPrefix {
    /// Reads a prefix.
    ///
    /// # Errors
    /// [`InvalidKeyPrefix`] says which rule was broken.
    pub fn parse(text: &str) -> Result<Self, InvalidKeyPrefix> {
        let length = text.chars().count();
        if text.is_empty() {
            return Err(InvalidKeyPrefix::Blank);
        }
        if length > LENGTH_MAX {
            return Err(InvalidKeyPrefix::TooLong(length));
        }
        if text.chars().any(|c| c.is_control() || c == '\\') {
            return Err(InvalidKeyPrefix::Characters);
        }
        if text.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(InvalidKeyPrefix::Parts);
        }
        Ok(Self(text.to_owned()))
    }

    /// The prefix as text, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_prefixes_are_taken_as_they_are() {
        for good in ["logs", "team a/prod", "é", "a.b/..c", &"p".repeat(200)] {
            assert_eq!(KeyPrefix::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn each_broken_rule_is_named_with_its_text() {
        let text = |prefix: &str| KeyPrefix::parse(prefix).unwrap_err().to_string();
        assert_eq!(text(""), "S3 key prefix cannot be blank!");
        assert_eq!(
            text(&"a".repeat(201)),
            "S3 key prefix too long. Maximum allowed length: 200 characters. Specified prefix length: 201 characters."
        );
        for bad in ["a\0b", "a\nb", "a\\b"] {
            assert_eq!(text(bad), "S3 key prefix can only contain printable characters other than the backslash.");
        }
        for bad in ["/a", "a/", "a//b", "../a", "a/./b", ".."] {
            assert_eq!(
                text(bad),
                "S3 key prefix cannot start or end with a slash (/), and cannot contain empty, `.` or `..` parts."
            );
        }
    }
}
