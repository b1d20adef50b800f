//! Verification: the rules about what must be signed and when, and the comparison of the signature.

use std::borrow::Cow;
use std::time::Duration;

use cairn_model::Timestamp;

use crate::authorization::{Authorization, Placement, argument};
use crate::canonical::{PathForm, canonical_request, payload_hash, string_to_sign};
use crate::request::{Header, Request};
use crate::{Refusal, Signature, SigningKey};

/// What the signature says about the body.
const HASH_HEADER: &str = "x-amz-content-sha256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The forms of an S3 body other than a plain hash: unsigned, or signed chunk by chunk.
const S3_PAYLOADS: [&str; 4] = [
    UNSIGNED,
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
];

/// How much of the body the verifier sees.
#[derive(Debug, Clone, Copy)]
pub enum Payload<'a> {
    /// All of it.
    Body(&'a [u8]),
    /// Nothing yet: the declared hash is taken, and the reader of the body compares. S3 only.
    Declared,
}

/// How one service signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningRules {
    /// How paths become canonical.
    pub path_form: PathForm,
    /// How far the request's time may be from the server's, either way.
    pub window: Duration,
    /// Whether the body may be unsigned or signed in chunks.
    pub streams: bool,
}

impl SigningRules {
    const S3: Self = Self { path_form: PathForm::AsSent, window: Duration::from_mins(15), streams: true };
    const OTHERS: Self = Self { path_form: PathForm::Normalized, window: Duration::from_mins(5), streams: false };

    /// The rules of a service, by the name in the credential scope.
    pub fn of(service: &str) -> Self {
        if service == "s3" { Self::S3 } else { Self::OTHERS }
    }
}

impl Authorization<'_> {
    /// Checks everything that the signature must satisfy, the signature itself last. `key` is the one derived for the
    /// scope: of a dummy secret when the access key is unknown, so that both take the same way and time. Gives the
    /// signature.
    ///
    /// # Errors
    /// A [`Refusal`] that names the first rule that is broken.
    pub fn verify(
        &self,
        request: &Request<'_>,
        payload: Payload<'_>,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<Signature, Refusal> {
        let rules = SigningRules::of(&self.scope.service);
        self.check_signed_headers(request, rules)?;
        self.check_time(now, rules.window)?;
        let hash = self.payload_hash(request, payload, rules)?;
        let canonical = canonical_request(request, rules.path_form, &self.signed_headers, &hash);
        let text = string_to_sign(&canonical, &self.signed_at_text, &self.scope);
        key.accepts(&text, &self.signature).ok_or(Refusal::Mismatch)
    }

    fn check_signed_headers(&self, request: &Request<'_>, rules: SigningRules) -> Result<(), Refusal> {
        let in_header = self.placement == Placement::Header;
        if !self.signs("host") {
            return Err(Refusal::UnsignedHeader("Host' or ':authority".to_owned()));
        }
        let mut dated = false;
        for (name, _) in request.headers {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            let amazon = name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
            dated |= is("x-amz-date");
            // A type that is set after signing cannot change what a call means in S3, and plain URLs are used with any.
            let typed = in_header && !rules.streams && is("content-type");
            if (amazon || typed) && !self.signs(name) {
                return Err(Refusal::UnsignedHeader(name.to_ascii_lowercase()));
            }
        }
        if in_header && !dated && !self.signs("date") {
            return Err(Refusal::UnsignedHeader("date".to_owned()));
        }
        let absent = |name: &&str| request.values(name).next().is_none();
        match self.signed_headers.split(';').find(absent) {
            Some(name) => Err(Refusal::AbsentHeader(name.to_owned())),
            None => Ok(()),
        }
    }

    /// The last line of the canonical request.
    fn payload_hash<'r>(
        &self,
        request: &Request<'r>,
        payload: Payload<'_>,
        rules: SigningRules,
    ) -> Result<Cow<'r, str>, Refusal> {
        let declared = match request.single(HASH_HEADER) {
            Header::Text(text) => Some(Cow::Borrowed(text)),
            Header::Unusable => return Err(Refusal::WrongPayloadHash),
            Header::Absent if rules.streams => argument(request.query, "X-Amz-Content-Sha256")?,
            Header::Absent => None,
        };
        let declared = match (declared, payload) {
            (Some(text), _) => text,
            // A presigned S3 URL is made before there is a body.
            (None, _) if rules.streams && self.placement != Placement::Header => Cow::Borrowed(UNSIGNED),
            (None, Payload::Body(body)) => return Ok(Cow::Owned(payload_hash(body))),
            (None, Payload::Declared) => return Err(Refusal::WrongPayloadHash),
        };
        let literal = rules.streams && S3_PAYLOADS.contains(&&*declared);
        let hash = declared.len() == 64 && declared.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match payload {
            _ if literal => Ok(declared),
            Payload::Declared if hash && rules.streams => Ok(declared),
            Payload::Body(body) if *declared == *payload_hash(body) => Ok(declared),
            Payload::Declared | Payload::Body(_) => Err(Refusal::WrongPayloadHash),
        }
    }

    fn check_time(&self, now: Timestamp, window: Duration) -> Result<(), Refusal> {
        let (signed_at, minutes) = (self.signed_at, window.as_secs() / 60);
        let (earliest, latest) = (now.minus(window), now.plus(window));
        if signed_at > latest {
            return Err(Refusal::NotYetCurrent { signed_at, latest, now, minutes });
        }
        match self.placement {
            Placement::Header if signed_at < earliest => Err(Refusal::Expired { signed_at, earliest, now, minutes }),
            Placement::Query { expires } if signed_at.plus(expires) < now => {
                Err(Refusal::PresignedExpired { expires_at: signed_at.plus(expires), now })
            }
            Placement::Header | Placement::Query { .. } => Ok(()),
        }
    }
}
