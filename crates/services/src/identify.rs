//! Which operation of which service a request means: by credential scope, target, action, host and path.

use http::Method;
use http::header::{CONTENT_TYPE, HOST};

use crate::model::Operation;
use crate::query_string::{self, Pairs};
use crate::request::{BucketPlace, RequestView};
use crate::route::{self, Asked};
use crate::s3_target::{self, S3Target};
use crate::tables::{self, ServiceTable};

/// How the values of a request travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// One JSON object in the body.
    Json,
    /// One CBOR map in the body.
    Cbor,
    /// A form in the body, or the same in the URL's query.
    Query,
    /// Path, query, headers and body.
    Rest,
}

/// What a request means, as far as it is known.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) service: Option<&'static ServiceTable>,
    pub(crate) operation: Option<&'static Operation>,
    /// The name of the operation, also of one that is in no table.
    pub(crate) name: String,
    pub(crate) wire: Wire,
    /// Bucket and key of an S3 request.
    pub(crate) s3_target: Option<S3Target>,
}

/// What a call is called that says nothing about itself.
pub(crate) const NAMELESS: &str = "UnknownOperation";

/// No operation's name is longer.
const NAME_BYTES_MAX: usize = 128;

/// Signing names under which S3 requests come.
const S3_SIGNING_NAMES: [&str; 3] = ["s3express", "s3-object-lambda", "s3-outposts"];

/// Names what a request means.
pub(crate) fn find(request: &RequestView<'_>, buckets: BucketPlace<'_>) -> Found {
    let signed = signed_services(request);
    if signed.is_empty() && request.scope.is_some() {
        return foreign(request);
    }
    by_target(request, &signed)
        .or_else(|| by_cbor_path(request, &signed))
        .or_else(|| by_action(request, &signed))
        .unwrap_or_else(|| by_route(request, &signed, buckets))
}

/// A call to a service that is in no table: the name that it gives itself, if it gives one.
fn foreign(request: &RequestView<'_>) -> Found {
    let target = header(request, "x-amz-target").and_then(|target| target.rsplit_once('.'));
    let action = action_parameters(request).into_iter().find(|(name, _)| name == "Action");
    let (name, wire) = match (target, action) {
        (Some((_, name)), _) => (proper(name).to_owned(), Wire::Json),
        (None, Some((_, action))) => (proper(&action).to_owned(), Wire::Query),
        (None, None) => (NAMELESS.to_owned(), Wire::Rest),
    };
    Found { service: None, operation: None, name, wire, s3_target: None }
}

/// The services that the credential scope may mean.
fn signed_services(request: &RequestView<'_>) -> Vec<&'static ServiceTable> {
    let Some(scope) = request.scope else { return Vec::new() };
    if scope.service == "s3-outposts" && request.path.starts_with("/S3Outposts/") {
        return tables::named("s3outposts").into_iter().collect();
    }
    let name = if S3_SIGNING_NAMES.contains(&scope.service) { "s3" } else { scope.service };
    let found = tables::signed_as(name);
    if found.is_empty() {
        return tables::all().filter(|service| service.endpoint_prefix == name || service.name == name).collect();
    }
    found
}

fn header<'a>(request: &RequestView<'a>, name: &str) -> Option<&'a str> {
    request.headers.get(name).and_then(|value| value.to_str().ok())
}

/// `X-Amz-Target: DynamoDB_20120810.PutItem`
///
/// The header counts only where a service that is signed for reads it: others ignore it, and what they do must not be
/// recorded under a name that the caller chose.
fn by_target(request: &RequestView<'_>, signed: &[&'static ServiceTable]) -> Option<Found> {
    let (prefix, name) = header(request, "x-amz-target")?.rsplit_once('.')?;
    let services = candidates(tables::targeted_as(prefix), signed, "json");
    let is_posted = request.method == Method::POST && (!signed.is_empty() || request.path == "/");
    (is_posted && !services.is_empty()).then(|| named(name, &services, Wire::Json))
}

/// `/service/GraniteServiceVersion20100801/operation/PutMetricData`
fn by_cbor_path(request: &RequestView<'_>, signed: &[&'static ServiceTable]) -> Option<Found> {
    if header(request, "smithy-protocol") != Some("rpc-v2-cbor") || request.method != Method::POST {
        return None;
    }
    let segments = route::split(request.path);
    let [.., "service", prefix, "operation", name] = segments.as_slice() else { return None };
    let prefix = prefix.rsplit('.').next().unwrap_or(prefix);
    let services = candidates(tables::targeted_as(prefix), signed, "smithy-rpc-v2-cbor");
    (!services.is_empty()).then(|| named(name, &services, Wire::Cbor))
}

/// The services that a prefix names and that are signed for; without a signature, all that it names. Where it names
/// none of the signed ones, those of them that speak the protocol.
fn candidates(
    targeted: Vec<&'static ServiceTable>,
    signed: &[&'static ServiceTable],
    protocol: &str,
) -> Vec<&'static ServiceTable> {
    if signed.is_empty() {
        return targeted;
    }
    let both: Vec<_> = targeted.into_iter().filter(|one| signed.iter().any(|two| two.name == one.name)).collect();
    if both.is_empty() { signed.iter().copied().filter(|service| service.speaks(protocol)).collect() } else { both }
}

/// `Action=AssumeRole&Version=2011-06-15`, in the body or in the URL.
fn by_action(request: &RequestView<'_>, signed: &[&'static ServiceTable]) -> Option<Found> {
    let may_query = match signed {
        [] => request.path == "/",
        signed => signed.iter().any(|service| speaks_query(service)),
    };
    if !may_query {
        return None;
    }
    let parameters = action_parameters(request);
    let value = |name: &str| parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
    let (action, version) = (value("Action")?, value("Version"));
    let mut services = signed.to_vec();
    if services.is_empty() {
        services =
            tables::all().filter(|service| speaks_query(service) && Some(service.api_version) == version).collect();
    }
    services.sort_by_key(|service| (Some(service.api_version) != version, service.name != service.signing_name));
    (!services.is_empty()).then(|| named(action, &services, Wire::Query))
}

fn speaks_query(service: &ServiceTable) -> bool {
    service.speaks("query") || service.speaks("ec2") || service.name == "sqs"
}

/// The parameters of a query request, wherever they are. A body counts only as a form.
pub(crate) fn action_parameters(request: &RequestView<'_>) -> Pairs {
    let mut parameters = query_string::pairs(request.query.unwrap_or_default());
    let is_form = header(request, CONTENT_TYPE.as_str())
        .is_some_and(|value| value.trim_start().starts_with("application/x-www-form-urlencoded"));
    if is_form && !parameters.iter().any(|(name, _)| name == "Action") {
        let form = String::from_utf8_lossy(request.body.bytes);
        // The last parameter of a body that goes on may be cut in its middle.
        let whole = if request.body.is_whole { &*form } else { form.rsplit_once('&').map_or("", |(whole, _)| whole) };
        parameters.extend(query_string::pairs(whole));
    }
    parameters
}

/// A name as a record may show it, and none that a caller made up of anything.
fn proper(name: &str) -> &str {
    let is_name = !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.bytes().all(is_part_of_name);
    if is_name { name } else { NAMELESS }
}

/// Whether a byte may stand in the name of an operation or a service.
pub(crate) fn is_part_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// The operation of this name in the first service that has it.
fn named(name: &str, services: &[&'static ServiceTable], wire: Wire) -> Found {
    let found = services.iter().find_map(|service| Some((*service, service.model().operation(name)?)));
    Found {
        service: found.map(|(service, _)| service).or_else(|| services.first().copied()),
        operation: found.map(|(_, operation)| operation),
        name: proper(name).to_owned(),
        wire,
        s3_target: None,
    }
}

/// The REST operation that fits best among the services that may be meant; without any hint, one of S3.
fn by_route(request: &RequestView<'_>, signed: &[&'static ServiceTable], buckets: BucketPlace<'_>) -> Found {
    let query = query_string::pairs(request.query.unwrap_or_default());
    let hosted = if signed.is_empty() { hosted_services(request) } else { Vec::new() };
    let services = if signed.is_empty() { &hosted } else { signed };
    let is_s3 = services.is_empty() || services.iter().any(|service| service.name == "s3");
    if is_s3 && !is_s3_control(request) {
        return s3_target::find(request, &query, buckets);
    }
    let path = route::split(request.path);
    let asked = Asked {
        method: request.method.as_str(),
        path: &path,
        ends_with_slash: request.path.ends_with('/'),
        query: &query,
        headers: request.headers,
    };
    // Services without routes take everything at the root, and say in the body what it is.
    let has_routes = |service: &&&ServiceTable| service.speaks("rest-json") || service.speaks("rest-xml");
    let found = services
        .iter()
        .filter(has_routes)
        .filter_map(|service| Some((*service, route::find(service.model(), &asked)?)))
        .reduce(|best, other| if other.1.2 > best.1.2 { other } else { best });
    match found {
        Some((service, (operation, _, _))) => Found {
            service: Some(service),
            operation: Some(operation),
            name: operation.name.to_owned(),
            wire: Wire::Rest,
            s3_target: None,
        },
        None => Found {
            service: services.first().copied(),
            operation: None,
            name: NAMELESS.to_owned(),
            wire: Wire::Rest,
            s3_target: None,
        },
    }
}

/// Requests of S3 Control say the API's date, and the account or the outpost.
fn is_s3_control(request: &RequestView<'_>) -> bool {
    let says = |name: &str| request.headers.contains_key(name);
    request.path.starts_with("/v20180820/") && (says("x-amz-account-id") || says("x-amz-outpost-id"))
}

/// The services whose endpoint prefix the host begins with: `lambda.eu-west-1.amazonaws.com`.
fn hosted_services(request: &RequestView<'_>) -> Vec<&'static ServiceTable> {
    let Some(host) = header(request, HOST.as_str()) else { return Vec::new() };
    if !host.contains(".amazonaws.com") && !host.contains(".api.aws") {
        return Vec::new();
    }
    let begins = |prefix: &str| host.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
    tables::all().filter(|service| begins(service.endpoint_prefix)).collect()
}

/// The Region in the host of an AWS endpoint.
pub(crate) fn host_region(request: &RequestView<'_>) -> Option<String> {
    let host = header(request, HOST.as_str())?.split(':').next()?;
    let labels = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".api.aws"))?;
    let region = labels.rsplit('.').next()?;
    let looks_like_region = region.split('-').count() >= 3 && region.ends_with(|last: char| last.is_ascii_digit());
    looks_like_region.then(|| region.to_owned())
}
