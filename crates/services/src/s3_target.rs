//! Which bucket and key an S3 request is about, and which operation it means: in path and in virtual-host style.

use http::Method;
use http::header::{CONTENT_TYPE, HOST};

use crate::identify::{Found, NAMELESS, Wire};
use crate::query_string::{Pairs, decode};
use crate::request::{BucketPlace, RequestView};
use crate::route::{self, Asked};
use crate::tables;

/// An upload by form, which service models do not have.
pub(crate) const POST_OBJECT: &str = "PostObject";

/// What an S3 request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct S3Target {
    pub(crate) bucket: Option<String>,
    /// Decoded.
    pub(crate) key: Option<String>,
}

impl S3Target {
    /// Reads path and host.
    fn of(request: &RequestView<'_>, buckets: BucketPlace<'_>) -> Self {
        let path = request.path.strip_prefix('/').unwrap_or(request.path);
        if let Some(bucket) = bucket_of_host(request, buckets) {
            return Self { bucket: Some(bucket), key: some(decode(path)) };
        }
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        Self { bucket: some(decode(bucket)), key: some(decode(key)) }
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The bucket that stands before the endpoint's host.
fn bucket_of_host(request: &RequestView<'_>, buckets: BucketPlace<'_>) -> Option<String> {
    let host = request.headers.get(HOST)?.to_str().ok()?;
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let host = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host);
    match buckets {
        BucketPlace::Path => None,
        BucketPlace::Below(domain) => {
            let bucket = host.strip_suffix(domain)?.strip_suffix('.')?;
            some(bucket.to_owned())
        }
        BucketPlace::Guessed => guessed_bucket(host),
    }
}

/// The bucket in `photos.s3.eu-west-1.amazonaws.com` and `photos.s3.localhost`.
fn guessed_bucket(host: &str) -> Option<String> {
    let labels: Vec<&str> = host.split('.').collect();
    let is_s3 = |label: &&str| *label == "s3" || label.starts_with("s3-") || label.starts_with("s3express-");
    let endpoint = labels.iter().position(is_s3).filter(|at| *at > 0)?;
    labels.get(..endpoint).map(|bucket| bucket.join("."))
}

/// The S3 operation that a request means.
pub(crate) fn find(request: &RequestView<'_>, query: &Pairs, buckets: BucketPlace<'_>) -> Found {
    let target = S3Target::of(request, buckets);
    let service = tables::named("s3");
    let path: Vec<&str> = [target.bucket.as_deref(), target.key.as_deref()].into_iter().flatten().collect();
    let asked =
        Asked { method: request.method.as_str(), path: &path, ends_with_slash: false, query, headers: request.headers };
    let found = service.and_then(|service| {
        let (operation, _, _) = route::find(service.model(), &asked)?;
        Some(operation)
    });
    let unknown = if is_posted_form(request, &target) { POST_OBJECT } else { NAMELESS };
    let name = found.map_or(unknown, |operation| operation.name).to_owned();
    Found { service, operation: found, name, wire: Wire::Rest, s3_target: Some(target) }
}

/// Whether a browser uploads an object with a form.
fn is_posted_form(request: &RequestView<'_>, target: &S3Target) -> bool {
    let content_type = request.headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes).unwrap_or_default();
    let is_form = content_type.starts_with(b"multipart/form-data");
    is_form && request.method == Method::POST && target.bucket.is_some() && target.key.is_none()
}
