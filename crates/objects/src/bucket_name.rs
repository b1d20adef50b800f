//! Bucket names and the rules that S3 has for them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A bucket name that keeps S3's naming rules, and so is also a safe file name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BucketName(String);

/// The rule that a bucket name breaks.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBucketName {
    /// Shorter than 3 or longer than 63 characters.
    #[error("a bucket name has 3 to 63 characters")]
    Length,
    /// Something else than lower-case letters, digits, points and hyphens.
    #[error("a bucket name has only lower-case letters, digits, points and hyphens")]
    Character,
    /// A part between points is empty, or begins or ends with a hyphen.
    #[error("each part of a bucket name begins and ends with a letter or digit")]
    Label,
    /// Four numbers with points between them.
    #[error("a bucket name must not look like an IP address")]
    IpAddress,
    /// A prefix or suffix that S3 keeps for itself.
    #[error("the beginning or the end of the bucket name is reserved")]
    Reserved,
}

const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

impl BucketName {
    /// Reads a bucket name.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, InvalidBucketName> {
        if !(3..=63).contains(&text.len()) {
            return Err(InvalidBucketName::Length);
        }
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
        if !text.bytes().all(allowed) {
            return Err(InvalidBucketName::Character);
        }
        if text.split('.').any(|label| label.is_empty() || label.starts_with('-') || label.ends_with('-')) {
            return Err(InvalidBucketName::Label);
        }
        if text.parse::<std::net::Ipv4Addr>().is_ok() || looks_like_ip(text) {
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

fn looks_like_ip(text: &str) -> bool {
    text.split('.').count() == 4 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
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
    fn each_rule_of_s3_is_kept() {
        for good in ["abc", "my-logs.2026", "0-0", &"a".repeat(63), "1.2.3"] {
            assert_eq!(BucketName::parse(good).unwrap().as_str(), good);
        }
        let broken = [
            ("ab", InvalidBucketName::Length),
            ("", InvalidBucketName::Length),
            ("My-logs", InvalidBucketName::Character),
            ("my_logs", InvalidBucketName::Character),
            ("a/../b", InvalidBucketName::Character),
            ("...", InvalidBucketName::Label),
            ("a..b", InvalidBucketName::Label),
            (".abc", InvalidBucketName::Label),
            ("-abc", InvalidBucketName::Label),
            ("abc.-d", InvalidBucketName::Label),
            ("192.168.5.4", InvalidBucketName::IpAddress),
            ("999.168.5.4", InvalidBucketName::IpAddress),
            ("xn--abc", InvalidBucketName::Reserved),
            ("abc-s3alias", InvalidBucketName::Reserved),
        ];
        for (name, rule) in broken {
            assert_eq!(BucketName::parse(name), Err(rule), "{name}");
        }
        assert_eq!(BucketName::parse(&"a".repeat(64)), Err(InvalidBucketName::Length));
    }
}
