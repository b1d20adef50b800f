//! What an answer says: request id, error, `responseElements`, and what it teaches about identities.

use serde_json::{Map, Value};

use crate::identify::{Found, Wire};
use crate::model::{Operation, Place};
use crate::moment::TimeStyle;
use crate::parameters::rendering;
use crate::render::Rendering;
use crate::response::{CallOutcome, ResponseView};
use crate::wire::{cbor, json as json_wire, xml};
use crate::{ec2, facts, failure, s3_record};

/// Headers in which services say the id of a request.
const REQUEST_ID_HEADERS: [&str; 4] = ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id", "x-amz-requestid"];
/// Elements and members in which they say it in a body.
const REQUEST_ID_NAMES: [&str; 3] = ["RequestId", "requestId", "RequestID"];

/// A body, read in the form that it has.
#[derive(Debug)]
pub(crate) enum Body {
    Nothing,
    /// JSON, or CBOR as the values that JSON would carry.
    Json(Value),
    Xml(xml::Element),
}

/// What the answer to a call says. `keeps_answer` is whether the record shows what was answered.
pub(crate) fn outcome(found: &Found, keeps_answer: bool, response: &ResponseView<'_>) -> CallOutcome {
    let error_status = failure::is_failure(found, response.status);
    let teaches = found.service.is_some_and(|service| ["iam", "sts"].contains(&service.name));
    let needs_body = error_status || keeps_answer || teaches;
    let body = if needs_body { read(found, response) } else { Body::Nothing };
    let mut outcome = CallOutcome { request_id: request_id(response, &body), ..CallOutcome::default() };
    if error_status {
        outcome.error = Some(failure::error(found, response, &body));
        return outcome;
    }
    let (Some(service), Some(operation)) = (found.service, found.operation) else { return outcome };
    let recorded = rendering(service);
    if keeps_answer {
        outcome.response_elements = elements(&recorded, operation, response, &body);
    }
    if teaches {
        let shown = Rendering { shows_secrets: true, times: TimeStyle::Iso, ..recorded };
        outcome.lesson = elements(&shown, operation, response, &body);
    }
    outcome
}

fn read(found: &Found, response: &ResponseView<'_>) -> Body {
    let bytes = response.body.bytes;
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        None => Body::Nothing,
        Some(b'<') => xml::read(bytes).map_or(Body::Nothing, Body::Xml),
        Some(_) if found.wire == Wire::Cbor && is_cbor(response) => Body::Json(cbor::read(bytes)),
        Some(_) => Body::Json(json_wire::read(bytes)),
    }
}

fn is_cbor(response: &ResponseView<'_>) -> bool {
    let content_type = response.headers.get("content-type").and_then(|value| value.to_str().ok());
    !content_type.is_some_and(|content_type| content_type.contains("json"))
}

fn request_id(response: &ResponseView<'_>, body: &Body) -> Option<String> {
    let header = |name: &&str| response.headers.get(*name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    REQUEST_ID_HEADERS.iter().find_map(header).or_else(|| {
        let Body::Xml(root) = body else { return None };
        REQUEST_ID_NAMES.iter().find_map(|name| Some(root.find(name)?.text.trim().to_owned()))
    })
}

/// `responseElements`; none where nothing was answered.
fn elements(
    rendering: &Rendering<'_>,
    operation: &Operation,
    response: &ResponseView<'_>,
    body: &Body,
) -> Option<Value> {
    if rendering.service.name == "s3" {
        return s3_record::response_elements(rendering.model, operation, response);
    }
    if rendering.service.name == "ec2" {
        let Body::Xml(root) = body else { return None };
        return Some(ec2::response_elements(rendering, operation, root));
    }
    let mut out = headers(rendering, operation, response);
    let in_body = body_members(rendering, operation, body).into_iter();
    out.extend(in_body.map(|(name, value)| (facts::answer_name(rendering.service, operation.name, name), value)));
    (!out.is_empty()).then_some(Value::Object(out))
}

fn headers(rendering: &Rendering<'_>, operation: &Operation, response: &ResponseView<'_>) -> Map<String, Value> {
    let members = rendering.model.members(operation.output).iter().filter(|member| member.place == Place::Header);
    members
        .filter_map(|member| {
            let text = response.headers.get(member.body_name())?.to_str().ok()?;
            let value = if rendering.hides(member) {
                crate::secrets::hidden()
            } else {
                rendering.scalar(rendering.model.scalar(member.shape), text)
            };
            Some((rendering.name(member.name), value))
        })
        .collect()
}

fn body_members(rendering: &Rendering<'_>, operation: &Operation, body: &Body) -> Map<String, Value> {
    let model = rendering.model;
    let Some(shape) = operation.output else { return Map::new() };
    let payload = model.members(Some(shape)).iter().find(|member| member.is_payload);
    if let Some(payload) = payload {
        let hides = rendering.hides(payload);
        let value = match body {
            Body::Nothing => return Map::new(),
            _ if model.is_content(payload.shape) => return Map::new(),
            _ if hides => crate::secrets::hidden(),
            Body::Json(value) => rendering.json(payload.shape, value),
            Body::Xml(root) => rendering.xml(payload.shape, root),
        };
        return [(rendering.name(payload.name), value)].into_iter().collect();
    }
    match body {
        Body::Nothing => Map::new(),
        Body::Json(value) => members_of(rendering.json(shape, value)),
        Body::Xml(root) => unwrapped(rendering, shape, result(operation, root)),
    }
}

/// The members of an object; of anything else none.
pub(crate) fn members_of(value: Value) -> Map<String, Value> {
    if let Value::Object(members) = value { members } else { Map::new() }
}

/// The element that holds the members: `CreateRoleResult` of the query protocol, else the root.
fn result<'a>(operation: &Operation, root: &'a xml::Element) -> &'a xml::Element {
    let name = format!("{}Result", operation.name);
    root.children.iter().find(|child| child.name == name || child.name.ends_with("Result")).unwrap_or(root)
}

/// The members of an answer; those of a wrapper stand in its place.
fn unwrapped(rendering: &Rendering<'_>, shape: usize, root: &xml::Element) -> Map<String, Value> {
    let Some(structure) = rendering.model.structure(shape) else { return Map::new() };
    let members = rendering.xml_members(structure, root);
    if let [only] = structure.members.as_slice()
        && let Some(inner) = rendering.model.structure(only.shape)
        && inner.is_wrapper
    {
        return match members.into_iter().next() {
            Some((_, Value::Object(inner))) => inner,
            Some((name, value)) => [(name, value)].into_iter().collect(),
            None => Map::new(),
        };
    }
    members
}

/// The code and message of an error, as a body says them.
pub(crate) fn error_of_body(body: &Body) -> (Option<String>, Option<String>) {
    match body {
        Body::Nothing => (None, None),
        Body::Json(value) => {
            let text = |names: &[&str]| names.iter().find_map(|name| value.get(*name)?.as_str().map(str::to_owned));
            let code = text(&["__type", "code", "Code"]);
            let inner = |name: &str| value.pointer(name).and_then(Value::as_str).map(str::to_owned);
            let code = code.or_else(|| inner("/Error/Code"));
            (code, text(&["message", "Message", "errorMessage"]).or_else(|| inner("/Error/Message")))
        }
        Body::Xml(root) => {
            let error = root.find("Error").unwrap_or(root);
            let text = |name: &str| error.find(name).map(|found| found.text.trim().to_owned());
            (text("Code"), text("Message").or_else(|| text("message")))
        }
    }
}

/// A body for tests of errors.
#[cfg(test)]
pub(crate) fn json_body(text: &str) -> Body {
    Body::Json(serde_json::from_str(text).unwrap_or_default())
}
