//! `requestParameters`: the members of a request, from wherever they travel.

use serde_json::{Map, Value, json};

use crate::answer::members_of;
use crate::identify::{Found, Wire, action_parameters};
use crate::model::{Kind, Member, Operation, Place};
use crate::moment::TimeStyle;
use crate::query_string::{self, Pairs};
use crate::render::{Rendering, without_secrets};
use crate::request::RequestView;
use crate::tables::ServiceTable;
use crate::wire::{cbor, form::Node, json as json_wire, xml};
use crate::{ec2, facts, route, s3_record};

/// How records of a service are rendered.
pub(crate) fn rendering(service: &ServiceTable) -> Rendering<'_> {
    let times = match service.name {
        "apigatewayv2" | "bedrock" | "sts" => TimeStyle::Iso,
        "ec2" => TimeStyle::Milliseconds,
        _ if service.speaks("query") || service.speaks("rest-xml") || service.name == "apigateway" => TimeStyle::Words,
        _ => TimeStyle::WordsWithComma,
    };
    Rendering {
        service,
        model: service.model(),
        times,
        keeps_casing: facts::keeps_casing(service),
        shows_secrets: false,
    }
}

/// `requestParameters` of a call; none where nothing was asked.
pub(crate) fn read(found: &Found, request: &RequestView<'_>) -> Option<Value> {
    if let Some(target) = &found.s3_target {
        return Some(s3_record::parameters(found.operation, target, request));
    }
    let members = match (found.service, found.operation) {
        (Some(service), Some(operation)) => known(&rendering(service), operation, found.wire, request),
        _ => unknown(found.wire, request),
    };
    (!members.is_empty()).then_some(Value::Object(members))
}

fn known(
    rendering: &Rendering<'_>,
    operation: &Operation,
    wire: Wire,
    request: &RequestView<'_>,
) -> Map<String, Value> {
    let input = operation.input;
    match wire {
        Wire::Json => body(rendering, input, &json_wire::read(request.body.bytes)),
        Wire::Cbor => body(rendering, input, &cbor::read(request.body.bytes)),
        Wire::Query => {
            let mut node = query_node(request);
            if rendering.service.name == "ec2" {
                return ec2::parameters(rendering, operation, &node);
            }
            add_queue_of_path(rendering, request, &mut node);
            input
                .and_then(|shape| rendering.model.structure(shape))
                .map(|structure| rendering.form_members(structure, &node))
                .unwrap_or_default()
        }
        Wire::Rest => {
            let members = rest(rendering, operation, request);
            if rendering.service.name == "s3control" { s3_record::with_host(members, request) } else { members }
        }
    }
}

fn query_node(request: &RequestView<'_>) -> Node {
    let parameters: Pairs = action_parameters(request)
        .into_iter()
        .filter(|(name, _)| {
            name != "Action" && name != "Version" && !name.starts_with("X-Amz-") && !is_old_signature(name)
        })
        .collect();
    Node::of(parameters)
}

/// Members of signatures older than SigV4, which stand between the parameters.
fn is_old_signature(name: &str) -> bool {
    ["AWSAccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SecurityToken", "Timestamp"].contains(&name)
}

/// Older clients of SQS say the queue in the path.
fn add_queue_of_path(rendering: &Rendering<'_>, request: &RequestView<'_>, node: &mut Node) {
    if rendering.service.name == "sqs" && node.get("QueueUrl").is_none() && route::split(request.path).len() >= 2 {
        let host = request.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
        let url = Node { value: Some(format!("https://{host}{}", request.path)), children: Vec::new() };
        node.children.push(("QueueUrl".to_owned(), url));
    }
}

/// The members of a whole JSON or CBOR body.
fn body(rendering: &Rendering<'_>, input: Option<usize>, value: &Value) -> Map<String, Value> {
    input.map(|shape| members_of(rendering.json(shape, value))).unwrap_or_default()
}

fn rest(rendering: &Rendering<'_>, operation: &Operation, request: &RequestView<'_>) -> Map<String, Value> {
    let mut out = Map::new();
    let captures = operation.uri.captures(&route::split(request.path)).unwrap_or_default();
    let query = query_string::pairs(request.query.unwrap_or_default());
    let members = rendering.model.members(operation.input);
    for member in members {
        let place_name = member.body_name();
        let value = match member.place {
            Place::Path => captures
                .iter()
                .find(|(label, _)| *label == place_name)
                .map(|(_, value)| located(rendering, member, &query_string::decode(value))),
            Place::Query => from_query(rendering, member, &query),
            Place::Header => request
                .headers
                .get(place_name)
                .map(|value| located(rendering, member, &String::from_utf8_lossy(value.as_bytes()))),
            Place::Headers => from_headers(member, request.headers),
            Place::StatusCode | Place::Body => None,
        };
        let name = located_name(rendering.service, member);
        out.extend(value.map(|value| (rendering.name(name), hidden_or(rendering, member, value))));
    }
    let in_body = rest_body(rendering, operation, request);
    if rendering.service.name == "apigateway" {
        let input = (!in_body.is_empty()).then(|| (api_gateway_input(operation), Value::Object(in_body)));
        out.extend(input);
        out.insert("template".to_owned(), json!(false));
    } else {
        out.extend(in_body);
    }
    out
}

/// What a member outside the body is called before its first letter changes.
pub(crate) fn located_name(service: &ServiceTable, member: &Member) -> &'static str {
    let by_path = member.place == Place::Path && facts::names_by_path(service);
    if by_path { member.body_name() } else { member.name }
}

/// Records of API Gateway's REST APIs keep what was in the body under one name: `createStageInput`.
pub(crate) fn api_gateway_input(operation: &Operation) -> String {
    format!("{}Input", crate::render::lower_first(operation.name))
}

fn hidden_or(rendering: &Rendering<'_>, member: &Member, value: Value) -> Value {
    if rendering.hides(member) { crate::secrets::hidden() } else { value }
}

fn located(rendering: &Rendering<'_>, member: &Member, text: &str) -> Value {
    let model = rendering.model;
    match model.list(member.shape) {
        Some(list) => text.split(',').map(|element| rendering.element(list.element, element.trim())).collect(),
        None => rendering.scalar(model.scalar(member.shape), text),
    }
}

fn from_query(rendering: &Rendering<'_>, member: &Member, query: &Pairs) -> Option<Value> {
    let name = member.body_name();
    let values: Vec<&str> = query.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect();
    match &rendering.model.shape(member.shape).kind {
        Kind::List(list) => {
            (!values.is_empty()).then(|| values.iter().map(|value| rendering.element(list.element, value)).collect())
        }
        // The names of such a map are those members of the query that nobody else claims.
        Kind::Map(_) => map_of_pairs(query),
        Kind::Plain(scalar) => values.first().map(|value| rendering.scalar(*scalar, value)),
        Kind::Structure(_) => values.first().map(|value| json!(value)),
    }
}

/// Pairs as members; a name that comes more than once has a list.
fn map_of_pairs(pairs: &Pairs) -> Option<Value> {
    let mut members = Map::new();
    for (name, value) in pairs {
        match members.get_mut(name) {
            None => drop(members.insert(name.clone(), json!(value))),
            Some(Value::Array(values)) => values.push(json!(value)),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    (!members.is_empty()).then_some(Value::Object(members))
}

/// The headers that begin with a member's name, without that beginning.
fn from_headers(member: &Member, headers: &http::HeaderMap) -> Option<Value> {
    let prefix = member.place_name.unwrap_or_default().to_ascii_lowercase();
    let pairs: Pairs = headers
        .iter()
        .filter(|(name, _)| !["authorization", "x-amz-security-token"].contains(&name.as_str()))
        .filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix(&prefix)?;
            Some((name.to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        })
        .collect();
    map_of_pairs(&pairs)
}

fn rest_body(rendering: &Rendering<'_>, operation: &Operation, request: &RequestView<'_>) -> Map<String, Value> {
    let model = rendering.model;
    let bytes = request.body.bytes;
    if bytes.is_empty() {
        return Map::new();
    }
    let members = model.members(operation.input);
    let is_xml = rendering.service.speaks("rest-xml");
    if let Some(payload) = members.iter().find(|member| member.is_payload) {
        // Content is no parameter.
        let value = (!model.is_content(payload.shape)).then(|| payload_value(rendering, payload, bytes));
        let value = value.map(|value| hidden_or(rendering, payload, value));
        return value.map(|value| (rendering.name(payload.name), value)).into_iter().collect();
    }
    let input = operation.input.and_then(|shape| model.structure(shape));
    match input.filter(|_| members.iter().any(|member| member.place == Place::Body)) {
        Some(input) if is_xml => xml::read(bytes).map(|root| rendering.xml_members(input, &root)).unwrap_or_default(),
        Some(_) => body(rendering, operation.input, &json_wire::read(bytes)),
        None => Map::new(),
    }
}

/// A body that is one member as a whole.
fn payload_value(rendering: &Rendering<'_>, payload: &Member, bytes: &[u8]) -> Value {
    match &rendering.model.shape(payload.shape).kind {
        Kind::Plain(scalar) => rendering.scalar(*scalar, &String::from_utf8_lossy(bytes)),
        Kind::Structure(_) | Kind::List(_) | Kind::Map(_) if rendering.service.speaks("rest-xml") => {
            xml::read(bytes).map_or(Value::Null, |root| rendering.xml(payload.shape, &root))
        }
        Kind::Structure(_) | Kind::List(_) | Kind::Map(_) => rendering.json(payload.shape, &json_wire::read(bytes)),
    }
}

/// What a request of an unknown operation says, with what looks like a secret replaced.
fn unknown(wire: Wire, request: &RequestView<'_>) -> Map<String, Value> {
    let value = match wire {
        Wire::Json => json_wire::read(request.body.bytes),
        Wire::Cbor => cbor::read(request.body.bytes),
        Wire::Query => query_node(request).plain(),
        Wire::Rest => {
            json!({"httpMethod": request.method.as_str(), "path": query_string::decode(request.path)})
        }
    };
    let members = members_of(without_secrets(&value)).into_iter();
    members.map(|(name, value)| (crate::render::lower_first(&name), value)).collect()
}
