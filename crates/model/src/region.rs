//! Region names. Unknown ones are kept: real logs contain them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A Region name: 1 to 32 lower-case letters, digits and hyphens, such as `eu-west-1`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(Arc<str>);

/// The text does not have the form of a Region name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a Region name: it must be 1 to 32 lower-case letters, digits and hyphens")]
pub struct InvalidRegion(String);

impl Region {
    /// Reads a Region name. Any name of the right form is taken, known to AWS or not.
    ///
    /// # Errors
    /// [`InvalidRegion`] when the form is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidRegion> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let edges = !text.starts_with('-') && !text.ends_with('-');
        if (1..=32).contains(&text.len()) && edges && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidRegion(text.to_owned()))
        }
    }

    /// `us-east-1`, where global services are recorded.
    pub fn us_east_1() -> Self {
        Self("us-east-1".into())
    }

    /// The pseudo-Region `all`, in which a lookup covers every Region.
    pub fn all() -> Self {
        Self("all".into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is [`Region::all`].
    pub fn is_all(&self) -> bool {
        &*self.0 == "all"
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Region {
    type Error = InvalidRegion;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_regions_are_kept_and_path_tricks_are_not() {
        for good in ["us-east-1", "eu-west-2r", "all", "mars-north-1"] {
            assert_eq!(Region::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "..", "eu/west", "EU-WEST-1", "-a", "a-", "a\0", &"a".repeat(33)] {
            assert!(Region::parse(bad).is_err(), "{bad}");
        }
    }
}
