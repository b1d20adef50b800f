//! The built web console, embedded: which file a path names, and the headers that it is sent with.

use libdeflater::Decompressor;

/// Every path of the console begins so. No bucket can have this name, since names of buckets have no underscores.
pub const ROOT: &str = "/_console/";

/// The files by their path below [`ROOT`], packed with gzip.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The page of everything that is no file: its script reads the path.
const INDEX: &str = "index.html";

/// Where the files lie whose names carry a hash of what they hold.
const HASHED: &str = "assets/";

/// What a server says that was built without the console.
const NOT_BUILT: &str = include_str!("not_built.html");

/// What pages may do: load their own files, talk to their own server, and nothing else. No markup becomes script: strings
/// cannot be given to the places where a browser would run them.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// A file on its way to a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Whether `bytes` are packed, for `Content-Encoding: gzip`.
    pub is_packed: bool,
    /// The body.
    pub bytes: std::borrow::Cow<'static, [u8]>,
    /// Names and values of headers.
    pub headers: Vec<(&'static str, &'static str)>,
}

/// Whether the console is in this build.
pub fn is_built() -> bool {
    find(INDEX).is_some()
}

/// The file at a path, which begins with [`ROOT`]; packed only where the client takes that. Nothing when the path is none of the console's,
/// or names an asset that this build does not have.
pub fn file(path: &str, takes_gzip: bool) -> Option<File> {
    let name = path.strip_prefix(ROOT)?;
    let hashed = name.starts_with(HASHED);
    let found = find(name).map(|bytes| (name, bytes));
    let found = found.or_else(|| (!hashed).then(|| find(INDEX).map(|bytes| (INDEX, bytes))).flatten());
    let Some((name, packed)) = found else {
        let page = || File { is_packed: false, bytes: NOT_BUILT.as_bytes().into(), headers: headers(INDEX, false) };
        return (!hashed && !is_built()).then(page);
    };
    let headers = headers(name, hashed);
    if takes_gzip {
        return Some(File { is_packed: true, bytes: packed.into(), headers });
    }
    Some(File { is_packed: false, bytes: unpacked(packed)?.into(), headers })
}

fn find(name: &str) -> Option<&'static [u8]> {
    let at = FILES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    FILES.get(at).map(|(_, bytes)| *bytes)
}

fn headers(name: &str, hashed: bool) -> Vec<(&'static str, &'static str)> {
    let kept = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    vec![
        ("content-type", content_type(name)),
        ("cache-control", kept),
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("referrer-policy", "no-referrer"),
        ("vary", "accept-encoding"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ]
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The few clients that take no gzip get what it holds. A file's last four bytes say how long that is.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let length = u32::from_le_bytes(*packed.last_chunk()?);
    let mut bytes = vec![0; usize::try_from(length).ok()?];
    let written = Decompressor::new().gzip_decompress(packed, &mut bytes).ok()?;
    (written == bytes.len()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_the_console_is_a_page_and_other_paths_are_none() {
        for path in ["/_console/", "/_console/events", "/_console/events/e-1?x"] {
            let page = file(path, false).unwrap();
            assert!(page.headers.contains(&("content-type", "text/html; charset=utf-8")), "{path}");
            assert!(page.headers.contains(&("cache-control", "no-cache")), "{path}");
            assert!(page.bytes.starts_with(b"<!doctype html>"), "{path}");
        }
        for path in ["/", "/_console", "/console/", "/_console/assets/none.js"] {
            assert_eq!(file(path, true), None, "{path}");
        }
    }

    #[test]
    fn a_packed_file_is_what_the_unpacked_one_holds() {
        for (name, packed) in FILES {
            let path = format!("{ROOT}{name}");
            assert_eq!(file(&path, true).unwrap().bytes, *packed, "{name}");
            let plain = file(&path, false).unwrap();
            assert!(!plain.is_packed && plain.bytes.len() > packed.len() / 2, "{name}");
        }
    }

    #[test]
    fn no_page_may_run_what_it_does_not_load_from_here() {
        let policy = CONTENT_SECURITY_POLICY;
        for rule in ["default-src 'none'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{rule}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"));
    }
}
