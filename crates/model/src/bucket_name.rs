//! Names of S3 buckets that receive log files (reference section 1.3).

use std::fmt;

use crate::trail_name::four_numbers;

const LENGTH_MIN: usize = 3;
const LENGTH_MAX: usize = 63;

/// The name of a bucket: 3 to 63 lower-case letters, digits, `.` and `-`; each part between points begins and ends with
/// a letter or digit; not an IPv4 address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BucketName(String);

/// Which rule a bucket name broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBucketName {
    /// Nothing but white space.
    #[error("Bucket name cannot be blank!")]
    Blank,
    /// Fewer than 3 or more than 63 characters.
    #[error(
        "Bucket name must be between {LENGTH_MIN} and {LENGTH_MAX} characters long. Specified name length: {0} characters."
    )]
    Length(usize),
    /// A character that names never have.
    #[error("Bucket name can only contain lowercase letters, numbers, periods (.), and hyphens (-).")]
    Characters,
    /// A part between points is empty, or begins or ends with a hyphen.
    #[error("Each label of a bucket name must start and end with a lowercase letter or number.")]
    Label,
    /// Four numbers with points between them.
    #[error("Bucket name cannot be formatted as an IP address.")]
    IpAddress,
}

impl BucketName {
    /// Reads a bucket name.
    ///
    /// # Errors
    /// [`InvalidBucketName`] says which rule was broken.
    pub fn parse(text: &str) -> Result<Self, InvalidBucketName> {
        let length = text.chars().count();
        if text.trim().is_empty() {
            return Err(InvalidBucketName::Blank);
        }
        if !(LENGTH_MIN..=LENGTH_MAX).contains(&length) {
            return Err(InvalidBucketName::Length(length));
        }
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
        if !text.bytes().all(allowed) {
            return Err(InvalidBucketName::Characters);
        }
        if text.split('.').any(|label| label.is_empty() || label.starts_with('-') || label.ends_with('-')) {
            return Err(InvalidBucketName::Label);
        }
        if four_numbers(text) {
            return Err(InvalidBucketName::IpAddress);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_are_taken_as_they_are() {
        for good in ["abc", "my-logs.2026", "1.2.3", &"b".repeat(63)] {
            assert_eq!(BucketName::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn each_broken_rule_is_named_with_its_text() {
        let text = |name: &str| BucketName::parse(name).unwrap_err().to_string();
        assert_eq!(text(""), "Bucket name cannot be blank!");
        assert_eq!(
            text("ab"),
            "Bucket name must be between 3 and 63 characters long. Specified name length: 2 characters."
        );
        assert_eq!(
            text(&"a".repeat(64)),
            "Bucket name must be between 3 and 63 characters long. Specified name length: 64 characters."
        );
        for bad in ["Abc", "a_b", "a/b", "a b", "abé", "a\0b"] {
            assert_eq!(
                text(bad),
                "Bucket name can only contain lowercase letters, numbers, periods (.), and hyphens (-)."
            );
        }
        for bad in ["-ab", "ab-", "a..b", "a.-b", "a-.b", ".ab", "ab.", "..."] {
            assert_eq!(text(bad), "Each label of a bucket name must start and end with a lowercase letter or number.");
        }
        assert_eq!(text("192.168.5.4"), "Bucket name cannot be formatted as an IP address.");
    }
}
