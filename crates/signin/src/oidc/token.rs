//! Identity tokens: JSON Web Tokens (RFC 7519) signed by a provider, read strictly.
//!
//! The signatures are checked by `aws-lc-rs`; what is here is which of them are looked at, and what the claims must be.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_model::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The longest token in characters, as the service model has it.
const TOKEN_LENGTH_MAX: usize = 20_000;
/// How far a provider's clock may be off, in seconds.
const SKEW_SECONDS: i64 = 60;
const SUBJECT_LENGTH_MAX: usize = 255;

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no token of the form.
    #[error("The ID Token provided is not a valid JWT: {0}.")]
    Malformed(&'static str),
    /// The account has no such provider.
    #[error("No OpenIDConnect provider found in your account for {0}")]
    UnknownIssuer(String),
    /// The provider has no such key.
    #[error("Couldn't retrieve verification key from your identity provider")]
    UnknownKey,
    /// The signature does not hold.
    #[error("The signature of the ID Token does not hold.")]
    WrongSignature,
    /// It is for somebody else.
    #[error("Incorrect token audience")]
    WrongAudience,
    /// A claim is absent or not as it must be.
    #[error("The ID Token is refused: {0}.")]
    Claim(&'static str),
    /// It is too old.
    #[error("Token expired: current date/time {now} must be before the expiration date/time {expired}")]
    Expired {
        /// In seconds of the Unix epoch.
        now: i64,
        /// The same.
        expired: i64,
    },
    /// The provider cannot be asked for its keys.
    #[error("The identity provider cannot be reached: {0}")]
    Unreachable(String),
}

/// How a token may be signed. Nothing without a key, and nothing with a key that both sides know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Algorithm {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    EdDSA,
}

impl Algorithm {
    fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::EdDSA => "EdDSA",
        }
    }

    /// How keys of it are checked, where they are RSA's.
    fn rsa(self) -> Option<&'static RsaParameters> {
        match self {
            Self::RS256 => Some(&RSA_PKCS1_2048_8192_SHA256),
            Self::RS384 => Some(&RSA_PKCS1_2048_8192_SHA384),
            Self::RS512 => Some(&RSA_PKCS1_2048_8192_SHA512),
            Self::PS256 => Some(&RSA_PSS_2048_8192_SHA256),
            Self::PS384 => Some(&RSA_PSS_2048_8192_SHA384),
            Self::PS512 => Some(&RSA_PSS_2048_8192_SHA512),
            Self::ES256 | Self::ES384 | Self::EdDSA => None,
        }
    }

    /// The curve of its keys, and how they are checked, where they are points on one.
    fn curve(self) -> Option<(&'static str, &'static str, &'static dyn VerificationAlgorithm)> {
        match self {
            Self::ES256 => Some(("EC", "P-256", &ECDSA_P256_SHA256_FIXED)),
            Self::ES384 => Some(("EC", "P-384", &ECDSA_P384_SHA384_FIXED)),
            Self::EdDSA => Some(("OKP", "Ed25519", &ED25519)),
            Self::RS256 | Self::RS384 | Self::RS512 | Self::PS256 | Self::PS384 | Self::PS512 => None,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: Value,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// A key of a provider (RFC 7517), as much of it as matters.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Key {
    /// Whether it is the key that a token names, and for such signatures.
    fn fits(&self, token: &Token<'_>) -> bool {
        let is_named = token.key_id.is_none() || self.kid == token.key_id;
        let is_for_signatures = self.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        let is_of_algorithm = self.alg.as_deref().is_none_or(|name| name == token.algorithm.name());
        let kind = match token.algorithm.curve() {
            Some((kind, curve, _)) => self.kty == kind && self.crv.as_deref() == Some(curve),
            None => self.kty == "RSA",
        };
        is_named && is_for_signatures && is_of_algorithm && kind
    }

    /// The one key among these that a token may be signed with. A token that names none needs that there is only one.
    pub(super) fn of<'k>(keys: &'k [Self], token: &Token<'_>) -> Option<&'k Self> {
        let mut fitting = keys.iter().filter(|key| key.fits(token));
        let first = fitting.next()?;
        (token.key_id.is_some() || fitting.next().is_none()).then_some(first)
    }
}

/// The claims of a token.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A claim that is a text, or a list of them.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.0.get(name).map(texts).unwrap_or_default()
    }

    /// The same; where no claim has this name it is a path with dots, as in `realm_access.roles`.
    pub(super) fn texts_below(&self, name: &str) -> Vec<String> {
        if let Some(claim) = self.0.get(name) {
            return texts(claim);
        }
        let mut steps = name.split('.');
        let first = steps.next().and_then(|step| self.0.get(step));
        first.and_then(|first| steps.try_fold(first, |claim, step| claim.get(step))).map(texts).unwrap_or_default()
    }

    /// The token must be for this client, and the answer to its request that had the nonce.
    pub(super) fn check_client(&self, client_id: &str, nonce: &str) -> Result<(), TokenError> {
        let is_party = self.text("azp").is_none_or(|party| party == client_id);
        if !is_party || !self.texts("aud").iter().any(|audience| audience == client_id) {
            return Err(TokenError::WrongAudience);
        }
        let shown = self.text("nonce").unwrap_or_default();
        let is_same = verify_slices_are_equal(shown.as_bytes(), nonce.as_bytes());
        is_same.map_err(|_| TokenError::Claim("its nonce is not the one of the request"))
    }

    pub(super) fn issuer(&self) -> Result<&str, TokenError> {
        self.text("iss").ok_or(TokenError::Claim("it has no issuer"))
    }

    pub(super) fn subject(&self) -> Result<&str, TokenError> {
        let fits =
            |text: &&str| !text.is_empty() && text.len() <= SUBJECT_LENGTH_MAX && !text.contains(char::is_control);
        self.text("sub").filter(fits).ok_or(TokenError::Claim("it has no subject of up to 255 characters"))
    }

    /// For whom it was made: the authorized party where it has one, else one of its audiences.
    pub(super) fn audience(&self, client_ids: &[String]) -> Result<String, TokenError> {
        let audiences = match self.text("azp") {
            Some(party) => vec![party.to_owned()],
            None => self.texts("aud"),
        };
        audiences.into_iter().find(|audience| client_ids.contains(audience)).ok_or(TokenError::WrongAudience)
    }

    /// It must be of now.
    pub(super) fn check_times(&self, now: Timestamp) -> Result<(), TokenError> {
        let now = now.unix_seconds();
        let seconds = |name: &str, problem| match self.0.get(name) {
            None => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or(TokenError::Claim(problem)),
        };
        let expires = seconds("exp", "`exp` is no number of seconds")?.ok_or(TokenError::Claim("it has no `exp`"))?;
        if expires.saturating_add(SKEW_SECONDS) <= now {
            return Err(TokenError::Expired { now, expired: expires });
        }
        let from = seconds("nbf", "`nbf` is no number of seconds")?;
        let made = seconds("iat", "`iat` is no number of seconds")?;
        if made.is_none() {
            return Err(TokenError::Claim("it has no `iat`"));
        }
        if from.max(made).is_some_and(|from| from > now.saturating_add(SKEW_SECONDS)) {
            return Err(TokenError::Claim("it is of a later time"));
        }
        Ok(())
    }
}

fn texts(claim: &Value) -> Vec<String> {
    match claim {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

/// A token, whose signature is not believed yet.
#[derive(Debug)]
pub(super) struct Token<'t> {
    algorithm: Algorithm,
    key_id: Option<String>,
    pub(super) claims: Claims,
    signed: &'t str,
    signature: Vec<u8>,
}

impl<'t> Token<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, TokenError> {
        let malformed = TokenError::Malformed;
        if text.len() > TOKEN_LENGTH_MAX {
            return Err(malformed("it is too long"));
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(malformed("it has not three parts"))?;
        let (header, claims) = signed.split_once('.').ok_or(malformed("it has not three parts"))?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed("a part is not base64url"));
        let header: Header =
            serde_json::from_slice(&decode(header)?).map_err(|_| malformed("its header is not as it must be"))?;
        let claims = serde_json::from_slice(&decode(claims)?).map_err(|_| malformed("its claims are no object"))?;
        let algorithm = Algorithm::deserialize(header.alg).map_err(|_| malformed("its algorithm is not allowed"))?;
        if header.crit.is_some() {
            return Err(malformed("it has critical extensions"));
        }
        Ok(Self { algorithm, key_id: header.kid, claims: Claims(claims), signed, signature: decode(signature)? })
    }

    /// Whether this key signed it.
    pub(super) fn verify(&self, key: &Key) -> Result<(), TokenError> {
        let wrong = |_| TokenError::WrongSignature;
        let part = |part: &Option<String>| URL_SAFE_NO_PAD.decode(part.as_deref().unwrap_or_default());
        let unusable = |_| TokenError::UnknownKey;
        let (message, signature) = (self.signed.as_bytes(), &self.signature);
        if let Some(parameters) = self.algorithm.rsa() {
            let (n, e) = (part(&key.n).map_err(unusable)?, part(&key.e).map_err(unusable)?);
            return RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).map_err(wrong);
        }
        let Some((kind, _, algorithm)) = self.algorithm.curve() else { return Err(TokenError::UnknownKey) };
        let x = part(&key.x).map_err(unusable)?;
        let point = if kind == "OKP" { x } else { [vec![4], x, part(&key.y).map_err(unusable)?].concat() };
        UnparsedPublicKey::new(algorithm, point).verify(message, signature).map_err(wrong)
    }
}
