//! The canonical request and the string to sign ("Create a signed AWS API request" in the IAM user guide).

use cairn_model::Timestamp;
use hex::ToHex;
use sha2::{Digest, Sha256};

use crate::encoding::{in_path, in_query, push_all_encoded, push_canonical};
use crate::request::{Request, pairs};
use crate::scope::Scope;

/// How a service turns the path of a request into the canonical one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathForm {
    /// Dot segments and empty segments are removed, and what is encoded is encoded once more: every service but S3.
    Normalized,
    /// As sent: S3, whose keys may contain `//` and `..`.
    AsSent,
}

/// The query argument that carries a presigned request's signature, which the signature cannot cover.
pub(crate) const SIGNATURE_ARGUMENT: &str = "X-Amz-Signature";

/// The name of the algorithm.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The canonical request, as the bytes that are hashed.
pub(crate) fn canonical_request(
    request: &Request<'_>,
    form: PathForm,
    signed_headers: &str,
    payload_hash: &str,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(512 + request.path.len() + request.query.len());
    out.extend_from_slice(request.method.as_bytes());
    out.push(b'\n');
    push_path(&mut out, request.path, form);
    out.push(b'\n');
    push_query(&mut out, request.query);
    out.push(b'\n');
    for name in signed_headers.split(';') {
        push_header(&mut out, request, name);
    }
    out.push(b'\n');
    out.extend_from_slice(signed_headers.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(payload_hash.as_bytes());
    out
}

/// The string to sign over a canonical request.
pub(crate) fn string_to_sign(canonical_request: &[u8], signed_at: &str, scope: &Scope<'_>) -> String {
    let hash: String = Sha256::digest(canonical_request).encode_hex();
    format!("{ALGORITHM}\n{signed_at}\n{scope}\n{hash}")
}

/// SHA-256 in lower-case hex.
pub fn payload_hash(body: &[u8]) -> String {
    Sha256::digest(body).encode_hex()
}

/// The time as `x-amz-date` writes it.
pub(crate) fn amz_date(at: Timestamp) -> String {
    at.basic_seconds()
}

fn push_path(out: &mut Vec<u8>, path: &str, form: PathForm) {
    match form {
        PathForm::AsSent if path.is_empty() => out.push(b'/'),
        PathForm::AsSent => push_canonical(out, path, in_path),
        PathForm::Normalized => push_normalized(out, path),
    }
}

fn push_normalized(out: &mut Vec<u8>, path: &str) {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    for segment in &segments {
        out.push(b'/');
        push_all_encoded(out, segment, false);
    }
    if segments.is_empty() || path.ends_with('/') {
        out.push(b'/');
    }
}

fn push_query(out: &mut Vec<u8>, query: &str) {
    let mut arguments: Vec<(Vec<u8>, Vec<u8>)> = pairs(query)
        .filter(|(name, _)| *name != SIGNATURE_ARGUMENT)
        .map(|(name, value)| (canonical_argument(name), canonical_argument(value)))
        .collect();
    arguments.sort_unstable();
    for (at, (name, value)) in arguments.iter().enumerate() {
        if at > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value);
    }
}

fn canonical_argument(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    push_canonical(&mut out, text, in_query);
    out
}

fn push_header(out: &mut Vec<u8>, request: &Request<'_>, name: &str) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    for (at, value) in request.values(name).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push_folded(out, value);
    }
    out.push(b'\n');
}

/// The value without outer white space, runs of inner white space as one space.
fn push_folded(out: &mut Vec<u8>, value: &[u8]) {
    let mut space = false;
    for &byte in value.trim_ascii() {
        if byte.is_ascii_whitespace() {
            space = true;
            continue;
        }
        if std::mem::take(&mut space) {
            out.push(b' ');
        }
        out.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str, form: PathForm) -> String {
        let mut out = Vec::new();
        push_path(&mut out, text, form);
        String::from_utf8(out).unwrap()
    }

    fn query(text: &str) -> String {
        let mut out = Vec::new();
        push_query(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn paths_are_normalised_and_encoded_twice_except_in_s3() {
        for (sent, normalized, as_sent) in [
            ("", "/", "/"),
            ("/", "/", "/"),
            ("//", "/", "//"),
            ("/a/./b//c/../d/", "/a/b/d/", "/a/./b//c/../d/"),
            ("/../x", "/x", "/../x"),
            ("/a%20b", "/a%2520b", "/a%20b"),
            ("/a b", "/a%20b", "/a%20b"),
            ("/k%3d", "/k%253d", "/k%3D"),
        ] {
            assert_eq!(path(sent, PathForm::Normalized), normalized, "{sent}");
            assert_eq!(path(sent, PathForm::AsSent), as_sent, "{sent}");
        }
    }

    #[test]
    fn queries_are_sorted_after_encoding_and_lose_the_signature() {
        assert_eq!(query("b=2&a&X-Amz-Signature=ab&a=%2F&a=-"), "a=&a=%2F&a=-&b=2");
        assert_eq!(query(""), "");
        assert_eq!(query("a+b=1&%61=2"), "a=2&a%20b=1");
    }

    #[test]
    fn header_values_are_trimmed_folded_and_joined() {
        let headers: [(&str, &[u8]); 3] = [("X", b"  a   b\t c "), ("x", b"d"), ("Y", b"")];
        let request = Request { method: "GET", path: "/", query: "", headers: &headers };
        let mut out = Vec::new();
        push_header(&mut out, &request, "x");
        push_header(&mut out, &request, "y");
        assert_eq!(String::from_utf8(out).unwrap(), "x:a b c,d\ny:\n");
    }
}
