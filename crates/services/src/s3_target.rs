//! Which bucket and key an S3 request is about, and which operation it means: in path and in virtual-host style.

use http::Method;
use http::header::HOST;

use crate::identify::{Found, NAMELESS, Wire};
use crate::query_string::{Pairs, decode};
use crate::request::{BucketPlace, RequestView};
use crate::route::{self, Asked};
use crate::s3_form::Form;
use crate::tables;

/// An upload by form, which service models do not have.
pub(crate) const POST_OBJECT: &str = "PostObject";

/// What an S3 request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct S3Target {
    pub(crate) bucket: Option<String>,
    /// Decoded.
    pub(crate) key: Option<String>,
    /// What an upload by form says.
    pub(crate) form: Option<Form>,
}

impl S3Target {
    /// Reads path and host.
    fn of(request: &RequestView<'_>, buckets: BucketPlace<'_>) -> Self {
        let path = request.path.strip_prefix('/').unwrap_or(request.path);
        if let Some(bucket) = bucket_of_host(request, buckets) {
            return Self { bucket: Some(bucket), key: some(decode(path)), form: None };
        }
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        Self { bucket: some(decode(bucket)), key: some(decode(key)), form: None }
    }

    /// What it is with what its form says, where a browser uploads an object to a bucket.
    fn with_form(self, request: &RequestView<'_>) -> Self {
        let is_posted = request.method == Method::POST && self.bucket.is_some() && self.key.is_none();
        if !is_posted || !Form::is_in(request.headers) {
            return self;
        }
        let form = Form::read(request.headers, request.body.bytes);
        Self { key: form.key(), form: Some(form), ..self }
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
    }
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
    let target = if found.is_some() { target } else { target.with_form(request) };
    let unknown = if target.form.is_some() { POST_OBJECT } else { NAMELESS };
    let name = found.map_or(unknown, |operation| operation.name).to_owned();
    Found { service, operation: found, name, wire: Wire::Rest, s3_target: Some(target) }
}
