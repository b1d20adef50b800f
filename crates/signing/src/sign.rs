//! Signing, for the clients of our own: the import command, remote calls and tests.

use std::time::Duration;

use cairn_model::{Region, Timestamp};

use crate::canonical::{ALGORITHM, amz_date, canonical_request, payload_hash, string_to_sign};
use crate::encoding::push_all_encoded;
use crate::request::Request;
use crate::scope::Scope;
use crate::verify::SigningRules;
use crate::{SecretKey, SigningKey};

/// Headers that proxies and HTTP clients change, and that are therefore never signed.
const NEVER_SIGNED: [&str; 7] =
    ["authorization", "connection", "content-length", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"];

/// Signs requests with one key for one service in one Region.
#[derive(Debug, Clone)]
pub struct Signer<'a> {
    /// The public half of the key.
    pub access_key_id: &'a str,
    /// The secret half.
    pub secret_access_key: &'a SecretKey,
    /// `eu-west-1`
    pub region: &'a Region,
    /// `cloudtrail`, `s3`, …
    pub service: &'a str,
}

impl Signer<'_> {
    /// The headers to add to `request`, whose headers must have `host` and none of those added: `x-amz-date`,
    /// `authorization` and, for S3, `x-amz-content-sha256`.
    pub fn sign(&self, request: &Request<'_>, body: &[u8], at: Timestamp) -> Vec<(&'static str, String)> {
        let (date, hash) = (amz_date(at), payload_hash(body));
        let mut added = vec![("x-amz-date", date.clone())];
        if self.service == "s3" {
            added.push(("x-amz-content-sha256", hash.clone()));
        }
        let mut headers = request.headers.to_vec();
        headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
        let signed = signed_headers(&headers);
        let (scope, signature) = self.signature(&Request { headers: &headers, ..*request }, &signed, (&hash, &date));
        let credential = format!("{}/{scope}", self.access_key_id);
        let value = format!("{ALGORITHM} Credential={credential}, SignedHeaders={signed}, Signature={signature}");
        added.push(("authorization", value));
        added
    }

    /// The whole query of a presigned URL: that of `request`, with the signature's arguments behind it. For S3 the body
    /// is unsigned, for other services it is empty.
    pub fn presign(&self, request: &Request<'_>, expires: Duration, at: Timestamp) -> String {
        let date = amz_date(at);
        let signed = signed_headers(request.headers);
        let mut credential = Vec::new();
        push_all_encoded(&mut credential, &format!("{}/{}", self.access_key_id, self.scope(&date)), false);
        let credential = String::from_utf8_lossy(&credential);
        let query = format!(
            "{}{}X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={credential}&X-Amz-Date={date}&X-Amz-Expires={}&X-Amz-SignedHeaders={}",
            request.query,
            if request.query.is_empty() { "" } else { "&" },
            expires.as_secs(),
            signed.replace(';', "%3B"),
        );
        let hash = if self.service == "s3" { "UNSIGNED-PAYLOAD".to_owned() } else { payload_hash(b"") };
        let (_, signature) = self.signature(&Request { query: &query, ..*request }, &signed, (&hash, &date));
        format!("{query}&X-Amz-Signature={signature}")
    }

    fn signature(&self, request: &Request<'_>, signed: &str, (hash, date): (&str, &str)) -> (String, String) {
        let scope = self.scope(date);
        let canonical = canonical_request(request, SigningRules::of(self.service).path_form, signed, hash);
        let key = SigningKey::derive(self.secret_access_key, &scope);
        (scope.to_string(), hex::encode(key.signature(&string_to_sign(&canonical, date, &scope))))
    }

    fn scope<'s>(&'s self, date: &'s str) -> Scope<'s> {
        let day = date.split('T').next().unwrap_or_default();
        Scope { day: day.into(), region: self.region.as_str().into(), service: self.service.into() }
    }
}

/// The sorted names of the headers that are signed.
fn signed_headers(headers: &[(&str, &[u8])]) -> String {
    let mut names: Vec<String> = headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| !NEVER_SIGNED.contains(&name.as_str()));
    names.sort_unstable();
    names.dedup();
    names.join(";")
}
