//! What records of S3 calls show: bucket, key and host, query and headers as they were sent, settings as plain XML.

use http::header::HOST;
use serde_json::{Map, Value, json};

use crate::call::DeletedKey;
use crate::model::{Member, Model, Operation, Place};
use crate::query_string;
use crate::request::RequestView;
use crate::response::{DeletionError, ResponseView};
use crate::s3_target::S3Target;
use crate::secrets;
use crate::wire::{json as json_wire, xml};

/// Members of presigned queries and fields of forms that prove who signs.
const PROOFS: &[&str] = &[
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "AWSAccessKeyId",
    "Signature",
    "x-amz-security-token",
];

/// Headers that the record shows elsewhere or not at all.
const UNSHOWN_HEADERS: &[&str] = &[
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-security-token",
    "x-amz-trailer",
    "x-amz-user-agent",
];

/// Calls whose body is content or a list of keys, not a setting.
const BODY_UNSHOWN: &[&str] =
    &["CompleteMultipartUpload", "DeleteObjects", "PutObject", "UploadPart", "WriteGetObjectResponse"];

/// `requestParameters` of an S3 call.
pub(crate) fn parameters(operation: Option<&Operation>, target: &S3Target, request: &RequestView<'_>) -> Value {
    let mut out = Map::new();
    out.extend(target.bucket.as_ref().map(|bucket| ("bucketName".to_owned(), json!(bucket))));
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok());
    out.extend(host.map(|host| ("Host".to_owned(), json!(host))));
    out.extend(target.key.as_ref().map(|key| ("key".to_owned(), json!(key))));
    for (name, value) in query_string::pairs(request.query.unwrap_or_default()) {
        if !PROOFS.contains(&name.as_str()) {
            out.insert(name, json!(value));
        }
    }
    for (name, value) in request.headers {
        if name.as_str().starts_with("x-amz-") && is_shown(name.as_str()) {
            let text = String::from_utf8_lossy(value.as_bytes());
            out.insert(name.as_str().to_owned(), shown(name.as_str(), &text));
        }
    }
    let fields = target.form.iter().flat_map(|form| &form.fields);
    for (name, value) in fields.filter(|(name, _)| is_shown_field(name)) {
        out.insert(name.clone(), shown(name, value));
    }
    out.extend(body(operation, request));
    Value::Object(out)
}

fn is_shown(header: &str) -> bool {
    !header.starts_with("x-amz-meta-") && !UNSHOWN_HEADERS.contains(&header)
}

/// Forms say in fields what requests say in headers. The key is shown as it was understood.
fn is_shown_field(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_proof = PROOFS.iter().any(|proof| proof.eq_ignore_ascii_case(name));
    let is_own = lower == "key" || lower == "bucket" || lower.starts_with("x-ignore-");
    is_shown(&lower) && !is_proof && !is_own
}

fn shown(name: &str, value: &str) -> Value {
    let lower = name.to_ascii_lowercase();
    let is_secret = lower.ends_with("customer-key") || lower.ends_with("encryption-context");
    if is_secret { secrets::hidden() } else { json!(value) }
}

/// The settings in a body, under the name of their root element.
fn body(operation: Option<&Operation>, request: &RequestView<'_>) -> Option<(String, Value)> {
    let operation = operation?;
    if request.body.bytes.is_empty() || BODY_UNSHOWN.contains(&operation.name) {
        return None;
    }
    if operation.name == "PutBucketPolicy" {
        let policy = json_wire::read(request.body.bytes);
        let text = || json!(String::from_utf8_lossy(request.body.bytes));
        let policy = if policy.is_null() { text() } else { policy };
        return Some(("bucketPolicy".to_owned(), policy));
    }
    let root = xml::read(request.body.bytes)?;
    Some((root.name.clone(), root.plain()))
}

/// `responseElements`: the headers of the answer that the model names.
pub(crate) fn response_elements(model: &Model, operation: &Operation, response: &ResponseView<'_>) -> Option<Value> {
    let members = model.members(operation.output).iter().filter(|member| member.place == Place::Header);
    let shown: Map<String, Value> = members
        .map(Member::body_name)
        .filter(|name| name.starts_with("x-amz-"))
        .filter_map(|name| Some((name.to_owned(), json!(response.headers.get(name)?.to_str().ok()?))))
        .collect();
    (!shown.is_empty()).then_some(Value::Object(shown))
}

/// `requestParameters` of an S3 Control call: its own members, beside the host.
pub(crate) fn with_host(mut parameters: Map<String, Value>, request: &RequestView<'_>) -> Map<String, Value> {
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok());
    parameters.extend(host.map(|host| ("Host".to_owned(), json!(host))));
    parameters
}

/// The keys that a `DeleteObjects` body names.
pub(crate) fn deleted_keys(body: &[u8]) -> Vec<DeletedKey> {
    let root = xml::read(body);
    let objects = root.iter().flat_map(|root| root.all("Object"));
    objects
        .filter_map(|object| {
            let key = object.child("Key")?.text.clone();
            Some(DeletedKey { key, version_id: object.child_text("VersionId").map(str::to_owned) })
        })
        .collect()
}

/// The keys that a `DeleteObjects` answer says were not deleted.
pub(crate) fn deletion_errors(body: &[u8]) -> Vec<DeletionError> {
    let root = xml::read(body);
    let errors = root.iter().flat_map(|root| root.all("Error"));
    errors
        .filter_map(|error| {
            let text = |name: &str| error.child_text(name).map(str::to_owned);
            Some(DeletionError {
                key: error.child("Key")?.text.clone(),
                version_id: text("VersionId").filter(|version| !version.is_empty()),
                code: text("Code").unwrap_or_default(),
                message: text("Message").unwrap_or_default(),
            })
        })
        .collect()
}
