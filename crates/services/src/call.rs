//! One call: which operation of which service it is, and everything that its record takes from it.

use cairn_model::Category;
use http::StatusCode;
use serde_json::Value;

use crate::identify::{self, Found, Wire};
use crate::model::{Model, Place};
use crate::request::{BodyNeed, BucketPlace, RequestView};
use crate::resources::{Named, Owner};
use crate::response::{CallOutcome, DeletionError, ResourceName, ResponseView};
use crate::s3_target::POST_OBJECT;
use crate::{answer, facts, failure, parameters, resources, s3_record};

/// No signing name is longer.
const SERVICE_NAME_BYTES_MAX: usize = 64;

/// One call, named as CloudTrail names it.
#[derive(Debug, Clone)]
pub struct ServiceCall {
    /// `s3.amazonaws.com`
    pub event_source: String,
    /// `ListObjects`
    pub event_name: String,
    /// `apiVersion`, only where CloudTrail's records show it.
    pub api_version: Option<String>,
    /// The Region that the request was made to, where it says one.
    pub region: Option<String>,
    /// Whether the operation only reads.
    pub read_only: bool,
    /// `Data` for operations on or in a resource, else `Management`.
    pub category: Category,
    found: Found,
}

/// A key that an S3 `DeleteObjects` call asks to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedKey {
    /// The key.
    pub key: String,
    /// The version, if one is named.
    pub version_id: Option<String>,
}

/// Names the call that a request makes; `buckets` is where an S3 upstream looks for the bucket. Never fails: of an
/// unknown call it says what is known.
pub fn identify(request: &RequestView<'_>, buckets: BucketPlace<'_>) -> ServiceCall {
    let found = identify::find(request, buckets);
    let region = request.scope.map(|scope| scope.region.to_owned()).or_else(|| identify::host_region(request));
    let (event_source, api_version) = match (found.service, request.scope) {
        (Some(service), _) => (facts::event_source(service), facts::api_version(service).map(str::to_owned)),
        (None, Some(scope)) if is_service_name(scope.service) => (format!("{}.amazonaws.com", scope.service), None),
        (None, _) => ("unknown.amazonaws.com".to_owned(), None),
    };
    let (event_name, read_only, category) = match (found.service, found.operation) {
        (Some(service), Some(operation)) => (
            facts::event_name(service, operation.name, request.path),
            facts::is_read_only(service, operation),
            facts::category(service, operation.name),
        ),
        _ => (found.name.clone(), reads(&found, request), unknown_category(&found)),
    };
    ServiceCall { event_source, event_name, api_version, region, read_only, category, found }
}

fn is_service_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= SERVICE_NAME_BYTES_MAX && text.bytes().all(identify::is_part_of_name)
}

/// An unknown call on an object is a data event.
fn unknown_category(found: &Found) -> Category {
    let is_of_object = found.name == POST_OBJECT || found.s3_target.as_ref().is_some_and(|target| target.key.is_some());
    if is_of_object { Category::Data } else { Category::Management }
}

/// Whether an unknown call reads, by its name and, where it has none, by its method.
fn reads(found: &Found, request: &RequestView<'_>) -> bool {
    let is_safe = request.method == http::Method::GET || request.method == http::Method::HEAD;
    facts::reads_by_name(&found.name) || (found.wire == Wire::Rest && is_safe)
}

impl ServiceCall {
    /// Whether the operation is in the tables.
    pub fn is_known(&self) -> bool {
        self.found.operation.is_some()
    }

    /// The service's name in the SDKs, `elbv2`, where it is known.
    pub fn service_name(&self) -> Option<&'static str> {
        self.found.service.map(|service| service.name)
    }

    /// The operation's name in the API, `ListObjectsV2`, where it is known. See `event_name` for CloudTrail's.
    pub fn operation_name(&self) -> Option<&'static str> {
        self.found.operation.map(|operation| operation.name)
    }

    /// Whether the record needs the beginning of the request's body.
    pub fn request_need(&self) -> BodyNeed {
        let is_unread = self.found.s3_target.as_ref().is_some_and(|target| target.form.is_none());
        let (Some(service), Some(operation), Wire::Rest) = (self.found.service, self.found.operation, self.found.wire)
        else {
            return if is_unread { BodyNeed::Nothing } else { BodyNeed::Beginning };
        };
        let members = service.model().members(operation.input);
        let has_body = members.iter().any(|member| member.place == Place::Body);
        let is_content = is_content(service.model(), operation.input);
        if is_content || !has_body { BodyNeed::Nothing } else { BodyNeed::Beginning }
    }

    /// Whether the record needs the beginning of the answer's body, told from its status.
    pub fn response_need(&self, status: StatusCode) -> BodyNeed {
        if failure::is_failure(&self.found, status) {
            return BodyNeed::Beginning;
        }
        let (Some(service), Some(operation)) = (self.found.service, self.found.operation) else {
            return BodyNeed::Nothing;
        };
        let is_content = is_content(service.model(), operation.output);
        let is_deletion = operation.name == "DeleteObjects";
        let teaches = ["iam", "sts"].contains(&service.name);
        let is_read = (service.name == "s3" && !is_deletion) || (self.read_only && !teaches);
        if is_content || is_read { BodyNeed::Nothing } else { BodyNeed::Beginning }
    }

    /// `requestParameters` as CloudTrail writes them, in full size, with secrets replaced.
    pub fn request_parameters(&self, request: &RequestView<'_>) -> Option<Value> {
        parameters::read(&self.found, request)
    }

    /// The fields of the signed form with which a browser uploads an S3 object, as far as they were read and without
    /// policy and signature; for any other call none. They say who signed: `x-amz-credential`, or `AWSAccessKeyId`.
    pub fn signed_form_fields(&self) -> &[(String, String)] {
        let form = self.found.s3_target.as_ref().and_then(|target| target.form.as_ref());
        form.filter(|form| form.is_signed()).map_or(&[], |form| &form.fields)
    }

    /// What the answer says.
    pub fn outcome(&self, response: &ResponseView<'_>) -> CallOutcome {
        let kept = match (self.found.service, self.found.operation) {
            (Some(service), Some(operation)) => facts::keeps_answer(service, operation.name),
            _ => false,
        };
        answer::outcome(&self.found, !self.read_only || kept, response)
    }

    /// What the call is about, from its parameters and its answer. `account` and `region` complete the ARNs.
    pub fn resources(
        &self,
        parameters: Option<&Value>,
        outcome: &CallOutcome,
        account: &str,
        region: &str,
    ) -> Vec<ResourceName> {
        let is_data = self.category == Category::Data;
        let named = Named { event_source: &self.event_source, event_name: &self.event_name, is_data };
        resources::find(&named, parameters, outcome, Owner { account, region })
    }

    /// The keys that an S3 `DeleteObjects` request names, in its order; for any other call none.
    pub fn deleted_keys(&self, request: &RequestView<'_>) -> Vec<DeletedKey> {
        if self.is_deletion() { s3_record::deleted_keys(request.body.bytes) } else { Vec::new() }
    }

    /// The keys that an S3 `DeleteObjects` answer says were not deleted; for any other call none.
    pub fn deletion_errors(&self, response: &ResponseView<'_>) -> Vec<DeletionError> {
        if self.is_deletion() { s3_record::deletion_errors(response.body.bytes) } else { Vec::new() }
    }

    fn is_deletion(&self) -> bool {
        self.found.service.is_some_and(|service| service.name == "s3") && self.found.name == "DeleteObjects"
    }
}

/// Whether the body is content as a whole: an object or a stream of events.
fn is_content(model: &Model, shape: Option<usize>) -> bool {
    let payload = model.members(shape).iter().find(|member| member.is_payload);
    payload.is_some_and(|payload| model.is_content(payload.shape))
}
