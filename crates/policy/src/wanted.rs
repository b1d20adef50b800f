//! The values of a condition as its operator compares them.

use std::net::IpAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::arn_pattern::{ArnPattern, is_arn};
use crate::fault::{Fault, shown};
use crate::moment;
use crate::network::Network;
use crate::operator::{Comparison, Order};
use crate::request::Request;
use crate::template::{Reading, Template};
use crate::truth::Truth;

/// What a policy compares with, ready to be compared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wanted {
    Texts(Vec<Template>),
    /// In lower case.
    TextsIgnoringCase(Vec<Template>),
    Arns(Vec<ArnPattern>),
    Numbers(Order, Vec<f64>),
    /// In milliseconds since 1970.
    Moments(Order, Vec<i64>),
    Bools(Vec<bool>),
    Binaries(Vec<Vec<u8>>),
    Networks(Vec<Network>),
    /// Whether the key must be absent.
    Absent(Vec<bool>),
}

impl Wanted {
    /// # Errors
    /// A value that the operator cannot compare with. Each value has its place.
    pub(crate) fn read(comparison: Comparison, values: &[(usize, String)], variables: bool) -> Result<Self, Fault> {
        let texts = |wildcards, ignores_case| {
            let reading = Reading { wildcards, variables, ignores_case };
            each(values, |text, at| Template::parse(text, reading, at))
        };
        Ok(match comparison {
            Comparison::Text => Self::Texts(texts(false, false)?),
            Comparison::TextLike => Self::Texts(texts(true, false)?),
            Comparison::TextIgnoringCase => Self::TextsIgnoringCase(texts(false, true)?),
            Comparison::Arn => Self::Arns(each(values, |text, at| ArnPattern::parse(text, variables, at))?),
            Comparison::Number(order) => Self::Numbers(order, parsed(values, number, "a number")?),
            Comparison::Date(order) => Self::Moments(order, parsed(values, moment::parse, "a date")?),
            Comparison::Bool => Self::Bools(parsed(values, boolean, "true or false")?),
            Comparison::Null => Self::Absent(parsed(values, boolean, "true or false")?),
            Comparison::Binary => Self::Binaries(parsed(values, binary, "Base64")?),
            Comparison::Address => Self::Networks(parsed(values, Network::parse, "an IP address or range")?),
        })
    }

    /// Whether a value of the request equals, or fits, one of these. A value of another kind cannot be compared.
    pub(crate) fn holds(&self, value: &str, request: &Request<'_>) -> Truth {
        match self {
            Self::Texts(texts) => Truth::any(texts.iter().map(|text| text.fits(value, request))),
            Self::TextsIgnoringCase(texts) => {
                let value = value.to_lowercase();
                Truth::any(texts.iter().map(|text| text.fits(&value, request)))
            }
            Self::Arns(arns) if is_arn(value) => Truth::any(arns.iter().map(|arn| arn.fits(value, request))),
            Self::Arns(_) => Truth::Unknown,
            Self::Numbers(order, numbers) => known(number(value), |value| {
                numbers.iter().any(|wanted| value.partial_cmp(wanted).is_some_and(|found| order.holds(found)))
            }),
            Self::Moments(order, moments) => {
                known(moment::parse(value), |value| moments.iter().any(|wanted| order.holds(value.cmp(wanted))))
            }
            Self::Bools(bools) => known(boolean(value), |value| bools.contains(&value)),
            Self::Binaries(binaries) => known(binary(value), |value| binaries.contains(&value)),
            Self::Networks(networks) => {
                known(value.parse::<IpAddr>().ok(), |address| networks.iter().any(|network| network.contains(address)))
            }
            // It has a value.
            Self::Absent(absent) => absent.contains(&false).into(),
        }
    }
}

fn known<T>(value: Option<T>, holds: impl FnOnce(T) -> bool) -> Truth {
    value.map_or(Truth::Unknown, |value| holds(value).into())
}

fn each<T>(values: &[(usize, String)], read: impl Fn(&str, usize) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    values.iter().map(|(at, text)| read(text, *at)).collect()
}

fn parsed<T>(values: &[(usize, String)], read: fn(&str) -> Option<T>, kind: &str) -> Result<Vec<T>, Fault> {
    let fault = |text: &str, at| Fault::new(at, format!("\"{}\" is not {kind}", shown(text)));
    each(values, |text, at| read(text).ok_or_else(|| fault(text, at)))
}

fn number(text: &str) -> Option<f64> {
    // `parse` also takes `inf` and `nan`.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    [("true", true), ("false", false)].into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, is)| is)
}

fn binary(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}
