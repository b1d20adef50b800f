//! Names of S3 buckets (reference section 1.3).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::trail_name::four_numbers;

const LENGTH_MIN: usize = 3;
const LENGTH_MAX: usize = 63;
const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// The name of a bucket: 3 to 63 lower-case letters, digits, `.` and `-`; each part between points begins and ends with
/// a letter or digit; not like an IPv4 address; without the beginnings and ends that S3 keeps for itself. Such a name is
/// also a safe name for a file.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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
    /// A beginning or an end that S3 keeps for itself.
    #[error("Bucket name cannot use a reserved prefix or suffix.")]
    Reserved,
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
        let reserved = RESERVED_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
            || RESERVED_SUFFIXES.iter().any(|suffix| text.ends_with(suffix));
        if reserved { Err(InvalidBucketName::Reserved) } else { Ok(Self(text.to_owned())) }
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

impl TryFrom<String> for BucketName {
    type Error = InvalidBucketName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<BucketName> for String {
    fn from(name: BucketName) -> Self {
        name.0
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
        for bad in ["192.168.5.4", "999.168.5.4"] {
            assert_eq!(text(bad), "Bucket name cannot be formatted as an IP address.");
        }
        for bad in ["xn--abc", "abc-s3alias"] {
            assert_eq!(text(bad), "Bucket name cannot use a reserved prefix or suffix.");
        }
    }
}
