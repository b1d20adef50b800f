//! The credential scope: day, Region and service for which a signature holds.

use std::borrow::Cow;
use std::fmt;

use crate::Refusal;

/// What ends every scope.
pub(crate) const TERMINATOR: &str = "aws4_request";

/// Day, Region and service, printed as they stand in a signature: `20261122/eu-west-1/cloudtrail/aws4_request`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope<'a> {
    /// `20261122`
    pub day: Cow<'a, str>,
    /// `eu-west-1`
    pub region: Cow<'a, str>,
    /// `cloudtrail`
    pub service: Cow<'a, str>,
}

/// An access key id and the scope in which it signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScopedKey<'a> {
    pub(crate) access_key_id: Cow<'a, str>,
    pub(crate) scope: Scope<'a>,
}

impl<'a> ScopedKey<'a> {
    /// Reads `AKID/20261122/eu-west-1/cloudtrail/aws4_request`.
    pub(crate) fn parse(credential: Cow<'a, str>) -> Result<Self, Refusal> {
        match credential {
            Cow::Borrowed(text) => Self::parse_text(text),
            Cow::Owned(text) => ScopedKey::parse_text(&text).map(ScopedKey::into_owned),
        }
    }

    fn parse_text(text: &'a str) -> Result<Self, Refusal> {
        let mut parts = text.splitn(5, '/');
        let mut next = || parts.next().unwrap_or_default();
        let (key, day, region, service, terminator) = (next(), next(), next(), next(), next());
        if [key, day, region, service, terminator].contains(&"") || terminator.contains('/') {
            return Err(Refusal::MalformedCredential(excerpt(text)));
        }
        if terminator != TERMINATOR {
            return Err(Refusal::WrongTerminator(excerpt(terminator)));
        }
        let scope = Scope { day: day.into(), region: region.into(), service: service.into() };
        Ok(Self { access_key_id: key.into(), scope })
    }

    fn into_owned(self) -> ScopedKey<'static> {
        let own = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        let Scope { day, region, service } = self.scope;
        let scope = Scope { day: own(day), region: own(region), service: own(service) };
        ScopedKey { access_key_id: own(self.access_key_id), scope }
    }
}

impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{TERMINATOR}", self.day, self.region, self.service)
    }
}

/// As much of a client's text as an error message may repeat.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(128).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_five_parts_and_a_fixed_end() {
        let key = ScopedKey::parse("AKID/20261122/eu-west-1/sts/aws4_request".into()).unwrap();
        assert_eq!(key.access_key_id, "AKID");
        assert_eq!(key.scope.to_string(), "20261122/eu-west-1/sts/aws4_request");
        let owned = ScopedKey::parse(Cow::Owned("AKID/20261122/eu-west-1/sts/aws4_request".to_owned())).unwrap();
        assert_eq!(owned, key);
        for bad in
            ["", "AKID", "AKID/20261122/eu-west-1/sts", "AKID//eu-west-1/sts/aws4_request", "/d/r/s/aws4_request"]
        {
            assert!(matches!(ScopedKey::parse(bad.into()), Err(Refusal::MalformedCredential(_))), "{bad}");
        }
        let extra = "AKID/20261122/eu-west-1/sts/aws4_request/x";
        assert!(matches!(ScopedKey::parse(extra.into()), Err(Refusal::MalformedCredential(_))));
        assert_eq!(
            ScopedKey::parse("AKID/20261122/eu-west-1/sts/aws4_reqest".into()),
            Err(Refusal::WrongTerminator("aws4_reqest".to_owned()))
        );
    }
}
