//! The authorization of a request, read from its `Authorization` header or from its query, before any secret is known.

use std::borrow::Cow;
use std::time::Duration;

use cairn_model::Timestamp;

use crate::Refusal;
use crate::canonical::ALGORITHM;
use crate::encoding::decoded;
use crate::http_date::parse_http_date;
use crate::request::{Header, Request, pairs};
use crate::scope::{Scope, ScopedKey, excerpt};

/// What a request says about its own signature. [`Authorization::verify`] finds out whether it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization<'a> {
    /// Where the signature stands.
    pub placement: Placement,
    /// The key that signed.
    pub access_key_id: Cow<'a, str>,
    /// For which day, Region and service.
    pub scope: Scope<'a>,
    /// When the request was signed.
    pub signed_at: Timestamp,
    /// The token of temporary credentials.
    pub session_token: Option<Cow<'a, str>>,
    pub(crate) signed_at_text: Cow<'a, str>,
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Cow<'a, str>,
}

/// Where a signature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// In the `Authorization` header.
    Header,
    /// In the query of a presigned URL.
    Query {
        /// How long the URL holds.
        expires: Duration,
    },
}

impl<'a> Authorization<'a> {
    /// Reads the authorization of a request.
    ///
    /// # Errors
    /// [`Refusal::MissingAuthentication`] when there is none, [`Refusal::SeveralMechanisms`] when there are two, and one
    /// for each part that is absent, repeated or malformed.
    pub fn read(request: &Request<'a>) -> Result<Self, Refusal> {
        let in_query = pairs(request.query).any(|(name, _)| matches!(name, "X-Amz-Algorithm" | "X-Amz-Signature"));
        match (request.single("authorization"), in_query) {
            (Header::Absent, false) if pairs(request.query).any(|(name, _)| name == "AWSAccessKeyId") => {
                Err(Refusal::UnsupportedAlgorithm("AWS (Signature Version 2)".to_owned()))
            }
            (Header::Absent, false) => Err(Refusal::MissingAuthentication),
            (Header::Absent, true) => Self::of_query(request),
            (Header::Text(value), false) => Self::of_header(request, value),
            (Header::Unusable | Header::Text(_), _) => Err(Refusal::SeveralMechanisms),
        }
    }

    fn of_header(request: &Request<'a>, value: &'a str) -> Result<Self, Refusal> {
        let (algorithm, rest) = value.split_once(' ').unwrap_or((value, ""));
        check_algorithm(algorithm)?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in rest.split(',').map(str::trim) {
            let (name, value) = part.split_once('=').ok_or_else(|| malformed("header has a part without a value"))?;
            let slot = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(malformed(&format!("header has an unknown parameter '{}'", excerpt(name)))),
            };
            if slot.replace(value).is_some() {
                return Err(malformed(&format!("header has parameter '{name}' twice")));
            }
        }
        let require = |value: Option<&'a str>, name: &str| {
            value.map(Cow::Borrowed).ok_or_else(|| malformed(&format!("header requires '{name}' parameter")))
        };
        let key = ScopedKey::parse(require(credential, "Credential")?)?;
        let session_token = match request.single("x-amz-security-token") {
            Header::Absent => None,
            Header::Text(token) => Some(Cow::Borrowed(token)),
            Header::Unusable => return Err(malformed("allows one X-Amz-Security-Token")),
        };
        Self {
            placement: Placement::Header,
            access_key_id: key.access_key_id,
            scope: key.scope,
            session_token,
            signed_at: Timestamp::from_unix_ms(0),
            signed_at_text: signed_at_text(request)?,
            signed_headers: require(signed_headers, "SignedHeaders")?,
            signature: require(signature, "Signature")?,
        }
        .checked()
    }

    fn of_query(request: &Request<'a>) -> Result<Self, Refusal> {
        let argument = |name: &str| argument(request.query, name);
        let require =
            |name: &str| argument(name)?.ok_or_else(|| malformed(&format!("query string requires '{name}' parameter")));
        check_algorithm(&require("X-Amz-Algorithm")?)?;
        let key = ScopedKey::parse(require("X-Amz-Credential")?)?;
        let seconds = require("X-Amz-Expires")?;
        let seconds = Some(&*seconds).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let seconds = seconds.and_then(|text| text.parse().ok()).filter(|seconds| (1..=604_800).contains(seconds));
        let expires = Duration::from_secs(seconds.ok_or(Refusal::InvalidExpires)?);
        Self {
            placement: Placement::Query { expires },
            access_key_id: key.access_key_id,
            scope: key.scope,
            session_token: argument("X-Amz-Security-Token")?,
            signed_at: Timestamp::from_unix_ms(0),
            signed_at_text: require("X-Amz-Date")?,
            signed_headers: require("X-Amz-SignedHeaders")?,
            signature: require("X-Amz-Signature")?,
        }
        .checked()
    }

    /// The rules about single parts: forms of date, signature and list of headers, and that the days agree.
    fn checked(mut self) -> Result<Self, Refusal> {
        let text = &*self.signed_at_text;
        self.signed_at = Timestamp::parse_basic(text).map_err(|_| Refusal::InvalidDate(excerpt(text)))?;
        let day = text.split('T').next().unwrap_or_default();
        if day != self.scope.day {
            return Err(Refusal::WrongDay {
                scope: excerpt(&self.scope.day),
                request: day.to_owned(),
                signed_at: text.to_owned(),
            });
        }
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if self.signature.len() != 64 || !self.signature.bytes().all(hex) {
            return Err(Refusal::Mismatch);
        }
        let mut before = "";
        for name in self.signed_headers.split(';') {
            if name <= before || !name.bytes().all(is_header_name) {
                return Err(malformed("parameter 'SignedHeaders' must be lower-case names in order, each once"));
            }
            before = name;
        }
        Ok(self)
    }

    /// Whether a header, named in lower case, is covered by the signature.
    pub(crate) fn signs(&self, name: &str) -> bool {
        self.signed_headers.split(';').any(|signed| signed.eq_ignore_ascii_case(name))
    }
}

fn check_algorithm(algorithm: &str) -> Result<(), Refusal> {
    if algorithm == ALGORITHM { Ok(()) } else { Err(Refusal::UnsupportedAlgorithm(excerpt(algorithm))) }
}

fn malformed(problem: &str) -> Refusal {
    Refusal::MalformedAuthorization { problem: problem.to_owned() }
}

fn is_header_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The only argument of this name in a query, decoded.
pub(crate) fn argument<'a>(query: &'a str, name: &str) -> Result<Option<Cow<'a, str>>, Refusal> {
    let mut values = pairs(query).filter(|(argument, _)| *argument == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            decoded(value).map(Some).ok_or_else(|| malformed(&format!("query string parameter '{name}' is not text")))
        }
        (Some(_), Some(_)) => Err(malformed(&format!("query string has parameter '{name}' twice"))),
    }
}

/// The time that the string to sign carries: `x-amz-date`, or `date` when that is absent.
fn signed_at_text<'a>(request: &Request<'a>) -> Result<Cow<'a, str>, Refusal> {
    match (request.single("x-amz-date"), request.single("date")) {
        (Header::Text(text), _) => Ok(Cow::Borrowed(text)),
        (Header::Unusable, _) | (Header::Absent, Header::Unusable) => Err(Refusal::InvalidDate(String::new())),
        (Header::Absent, Header::Absent) => Err(Refusal::MissingDate),
        (Header::Absent, Header::Text(text)) if Timestamp::parse_basic(text).is_ok() => Ok(Cow::Borrowed(text)),
        (Header::Absent, Header::Text(text)) => {
            parse_http_date(text).map(Cow::Owned).ok_or_else(|| Refusal::InvalidDate(excerpt(text)))
        }
    }
}
