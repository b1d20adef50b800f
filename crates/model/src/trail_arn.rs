//! Trail ARNs, and what names a trail in a request: a name or an ARN (reference section 1.2).

use std::fmt;

use crate::{AccountId, InvalidTrailName, Region, TrailName};

/// `arn:{partition}:cloudtrail:{home Region}:{account}:trail/{name}`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TrailArn {
    /// The Region where the trail was created.
    pub home_region: Region,
    /// The account that owns it.
    pub account: AccountId,
    /// Its name.
    pub name: TrailName,
}

/// The text is not a trail's ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "Invalid trail ARN: {0}. The format of a trail ARN is arn:aws:cloudtrail:us-east-2:123456789012:trail/MyTrail."
)]
pub struct InvalidTrailArn(String);

/// What a request says to mean a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrailReference {
    /// A name: a trail of the caller's account that is visible in the Region.
    Name(TrailName),
    /// An ARN: exactly one trail.
    Arn(TrailArn),
}

/// Why a text means no trail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTrailReference {
    /// It breaks a rule of names.
    #[error(transparent)]
    Name(#[from] InvalidTrailName),
    /// It begins like an ARN and is not that of a trail.
    #[error(transparent)]
    Arn(#[from] InvalidTrailArn),
}

impl TrailArn {
    /// Reads a trail's ARN.
    ///
    /// # Errors
    /// [`InvalidTrailArn`] when the form, the account, the Region, its partition or the name is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidTrailArn> {
        Self::read(text).ok_or_else(|| InvalidTrailArn(text.chars().take(256).collect()))
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (prefix, partition_name, service) = (parts.next()?, parts.next()?, parts.next()?);
        let home_region = Region::parse(parts.next()?).ok()?;
        let account = AccountId::parse(parts.next()?).ok()?;
        let name = TrailName::parse(parts.next()?.strip_prefix("trail/")?).ok()?;
        let of_trails = prefix == "arn" && service == "cloudtrail" && partition_name == partition(&home_region);
        of_trails.then_some(Self { home_region, account, name })
    }
}

impl fmt::Display for TrailArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { home_region, account, name } = self;
        write!(f, "arn:{}:cloudtrail:{home_region}:{account}:trail/{name}", partition(home_region))
    }
}

impl TrailReference {
    /// Reads a name or an ARN: what begins with `arn:` is an ARN.
    ///
    /// # Errors
    /// [`InvalidTrailReference`] says which rule was broken.
    pub fn parse(text: &str) -> Result<Self, InvalidTrailReference> {
        if text.starts_with("arn:") {
            return Ok(Self::Arn(TrailArn::parse(text)?));
        }
        Ok(Self::Name(TrailName::parse(text)?))
    }
}

/// The partition that a Region belongs to: `aws`, `aws-cn` or `aws-us-gov`.
pub fn partition(region: &Region) -> &'static str {
    match region.as_str() {
        name if name.starts_with("cn-") => "aws-cn",
        name if name.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_read_and_written_back() {
        for text in [
            "arn:aws:cloudtrail:us-east-2:123456789012:trail/MyTrail",
            "arn:aws-cn:cloudtrail:cn-north-1:123456789012:trail/a.b",
            "arn:aws-us-gov:cloudtrail:us-gov-west-1:123456789012:trail/abc",
        ] {
            assert_eq!(TrailArn::parse(text).unwrap().to_string(), text);
            assert!(matches!(TrailReference::parse(text), Ok(TrailReference::Arn(_))));
        }
        assert!(matches!(TrailReference::parse("MyTrail"), Ok(TrailReference::Name(_))));
    }

    #[test]
    fn what_is_not_a_trail_arn_is_refused_as_an_arn() {
        for bad in [
            "arn:",
            "arn:aws:cloudtrail",
            "arn:aws:s3:us-east-2:123456789012:trail/MyTrail",
            "arn:aws:cloudtrail:us-east-2:12345678901:trail/MyTrail",
            "arn:aws:cloudtrail:us-east-2:123456789012:eventdatastore/MyTrail",
            "arn:aws:cloudtrail:us-east-2:123456789012:trail/..",
            "arn:aws:cloudtrail::123456789012:trail/MyTrail",
            "arn:aws-cn:cloudtrail:us-east-2:123456789012:trail/MyTrail",
        ] {
            assert!(matches!(TrailReference::parse(bad), Err(InvalidTrailReference::Arn(_))), "{bad}");
        }
        let error = TrailArn::parse("arn:x").unwrap_err().to_string();
        assert!(error.starts_with("Invalid trail ARN: arn:x."), "{error}");
    }
}
