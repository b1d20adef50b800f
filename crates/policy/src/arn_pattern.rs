//! ARNs compared part by part: a wildcard never reaches over the colon behind its part.

use crate::fault::{Fault, shown};
use crate::pattern::Token;
use crate::request::Request;
use crate::template::{Part, Reading, Template, parts};
use crate::truth::Truth;

/// `arn`, partition, service, Region, account, resource.
const PARTS: usize = 6;

/// A pattern for each part of an ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArnPattern(Vec<Template>);

impl ArnPattern {
    /// # Errors
    /// What is no pattern of ARNs; `at` is where the text stands.
    pub(crate) fn parse(text: &str, variables: bool, at: usize) -> Result<Self, Fault> {
        let reading = Reading { wildcards: true, variables, ignores_case: false };
        let colon = Part::Token(Token::Character(':'));
        let all = parts(text, reading, at)?;
        let mut split: Vec<Vec<Part>> = all.splitn(PARTS, |part| *part == colon).map(<[Part]>::to_vec).collect();
        let run = Part::Token(Token::Run);
        if split.len() < PARTS && all.last() == Some(&run) {
            split.resize(PARTS, vec![run]);
        }
        if split.len() < PARTS {
            return Err(Fault::new(at, format!("\"{}\" is not an ARN", shown(text))));
        }
        Ok(Self(split.into_iter().map(|parts| Template::of(parts, reading)).collect()))
    }

    /// Whether an ARN fits.
    pub(crate) fn fits(&self, arn: &str, request: &Request<'_>) -> Truth {
        let mut pairs = self.0.iter().zip(arn.splitn(PARTS, ':'));
        Truth::all(pairs.by_ref().map(|(template, part)| template.fits(part, request)))
    }
}

/// Whether a text has the parts of an ARN.
pub(crate) fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.splitn(PARTS, ':').count() == PARTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, Principal};

    #[test]
    fn wildcards_stay_in_their_part() {
        let trail = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main";
        for (pattern, expected) in [
            ("arn:aws:cloudtrail:*:123456789012:trail/*", Truth::Yes),
            ("arn:aws:cloudtrail:*:trail/main:x:y", Truth::No),
            ("arn:aws:*:123456789012:trail/main:x", Truth::No),
            ("arn:aws:cloudtrail:us-*-1:*:trail/m?in", Truth::Yes),
            ("arn:aws:cloudtrail:us-east-1:123456789012:trail/other", Truth::No),
            ("arn:aws:cloudtrail:*", Truth::Yes),
            ("*", Truth::Yes),
        ] {
            let (principal, context) = (Principal::Anonymous, Context::new());
            let request = Request::new(&principal, "s3:PutObject", "*", &context);
            assert_eq!(ArnPattern::parse(pattern, true, 0).unwrap().fits(trail, &request), expected, "{pattern}");
        }
        assert!(ArnPattern::parse("trail/main", true, 0).is_err());
        assert!(is_arn(trail) && !is_arn("arn:aws:s3") && !is_arn("urn:a:b:c:d:e"));
    }
}
