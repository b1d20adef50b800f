//! EC2's own way in CloudTrail: lists as `{"items":[..]}`, and newer operations under the name of their request.

use serde_json::{Map, Value, json};

use crate::model::{Kind, List, Member, Operation, Structure};
use crate::render::{Rendering, lower_first};
use crate::secrets;
use crate::wire::form::Node;
use crate::wire::xml::{Element, guessed};

mod classic;

pub(crate) use classic::is_classic;
use classic::{element_name, list_name};

/// Names of requests that are shortened in records.
const REQUEST_NAMES: &[(&str, &str)] = &[("DeleteTransitGatewayVpcAttachment", "DelTGwVpcAttachReq")];

/// `requestParameters` of an EC2 call. Some records show lists that were not sent.
pub(crate) fn parameters(rendering: &Rendering<'_>, operation: &Operation, node: &Node) -> Map<String, Value> {
    let members = rendering.model.members(operation.input);
    if !is_classic(operation.name) {
        let value = if node.children.is_empty() { json!("") } else { tagged(rendering, operation.input, node) };
        return [(request_name(operation.name), value)].into_iter().collect();
    }
    let mut out = Map::new();
    for (name, child) in &node.children {
        let Some(member) = members.iter().find(|member| query_name(member) == *name) else {
            let value =
                if secrets::is_secret(Some(rendering.service), name) { secrets::hidden() } else { child.plain() };
            out.insert(lower_first(name), value);
            continue;
        };
        if member.name == "DryRun" {
            continue;
        }
        let value = if rendering.hides(member) {
            secrets::hidden()
        } else if classic::is_text(operation.name, member.name) {
            json!(child.value)
        } else {
            classic_value(rendering, member, child)
        };
        add(&mut out, top_name(rendering, operation.name, member), value);
    }
    let lists = members.iter().filter(|member| rendering.model.list(member.shape).is_some());
    let lists = lists.filter(|member| classic::is_shown_empty(operation.name, member.name));
    let absent = lists.map(|member| top_name(rendering, operation.name, member));
    let absent: Vec<String> = absent.filter(|name| !out.contains_key(name)).collect();
    out.extend(absent.into_iter().map(|name| (name, items(&[]))));
    if operation.name == "RunInstances" {
        return run_instances(out);
    }
    out
}

/// Adds a member. Lists that have one name in records, as groups by id and by name have, become one list.
fn add(out: &mut Map<String, Value>, name: String, mut value: Value) {
    let more = value.get_mut("items").and_then(Value::as_array_mut);
    match (out.get_mut(&name).and_then(|first| first.get_mut("items")).and_then(Value::as_array_mut), more) {
        (Some(elements), Some(more)) => elements.append(more),
        _ => drop(out.insert(name, value)),
    }
}

pub(crate) fn request_name(operation: &str) -> String {
    let short = REQUEST_NAMES.iter().find(|(name, _)| *name == operation).map(|(_, short)| (*short).to_owned());
    short.unwrap_or_else(|| format!("{operation}Request"))
}

/// What a member is called in EC2 queries.
fn query_name(member: &Member) -> String {
    member.query_name.map_or_else(|| upper_first(member.body_name()), str::to_owned)
}

fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// What a member of a classic request is called at its top.
pub(crate) fn top_name(rendering: &Rendering<'_>, operation: &str, member: &Member) -> String {
    match rendering.model.list(member.shape) {
        Some(_) => list_name(operation, member.name),
        None => {
            classic::scalar_name(operation, member.name).map_or_else(|| lower_first(member.body_name()), str::to_owned)
        }
    }
}

fn classic_value(rendering: &Rendering<'_>, member: &Member, node: &Node) -> Value {
    match rendering.model.list(member.shape) {
        Some(list) => items(&list_elements(rendering, list, member, node)),
        None => shape_value(rendering, member.shape, node),
    }
}

/// The elements of a list, each as an object.
fn list_elements(rendering: &Rendering<'_>, list: &List, member: &Member, node: &Node) -> Vec<Value> {
    let elements = node.elements().into_iter().map(|(_, element)| {
        let mut value = shape_value(rendering, list.element, element);
        if classic::has_empty_lists(member.name) {
            add_empty_lists(rendering, list.element, &mut value);
        }
        if value.is_object() { value } else { json!({element_name(member.name): value}) }
    });
    elements.collect()
}

/// Adds the lists of a structure that are not there.
fn add_empty_lists(rendering: &Rendering<'_>, shape: usize, value: &mut Value) {
    let members = rendering.model.members(Some(shape)).iter();
    let lists = members.filter(|member| rendering.model.list(member.shape).is_some()).map(inner_list_name);
    if let Some(shown) = value.as_object_mut() {
        for name in lists {
            shown.entry(name).or_insert_with(|| items(&[]));
        }
    }
}

fn shape_value(rendering: &Rendering<'_>, shape: usize, node: &Node) -> Value {
    let elements = |element: usize| -> Vec<Value> {
        node.elements().into_iter().map(|(_, node)| shape_value(rendering, element, node)).collect()
    };
    match &rendering.model.shape(shape).kind {
        Kind::Structure(structure) => {
            let members = node.children.iter().map(|(name, child)| inner_member(rendering, structure, name, child));
            Value::Object(members.collect())
        }
        Kind::List(list) => items(&elements(list.element)),
        Kind::Map(_) => node.plain(),
        Kind::Plain(scalar) => rendering.scalar(*scalar, node.value.as_deref().unwrap_or_default()),
    }
}

/// A member of a structure below the top.
fn inner_member(rendering: &Rendering<'_>, structure: &Structure, name: &str, child: &Node) -> (String, Value) {
    let Some(member) = structure.members.iter().find(|member| query_name(member) == name) else {
        return (lower_first(name), child.plain());
    };
    match rendering.model.list(member.shape) {
        _ if rendering.hides(member) => (lower_first(name), secrets::hidden()),
        Some(list) if member.name == "Tags" => {
            (lower_first(member.name), list_elements(rendering, list, member, child).into())
        }
        Some(list) => (inner_list_name(member), items(&list_elements(rendering, list, member, child))),
        None => (lower_first(member.body_name()), shape_value(rendering, member.shape, child)),
    }
}

fn inner_list_name(member: &Member) -> String {
    if member.name == "Values" { "valueSet".to_owned() } else { lower_first(member.body_name()) }
}

fn items(elements: &[Value]) -> Value {
    if elements.is_empty() { json!({}) } else { json!({"items": elements}) }
}

/// What `RunInstances` says of the instances themselves is one item of a list.
fn run_instances(mut members: Map<String, Value>) -> Map<String, Value> {
    let mut instance = Map::new();
    for name in ["imageId", "minCount", "maxCount", "keyName"] {
        instance.extend(members.shift_remove(name).map(|value| (name.to_owned(), value)));
    }
    let mut out = Map::new();
    if !instance.is_empty() {
        out.insert("instancesSet".to_owned(), items(&[Value::Object(instance)]));
    }
    if let Some(Value::Object(placement)) = members.shift_remove("placement") {
        members.extend(placement);
    }
    out.extend(members);
    out
}

/// The members of a newer request as they were sent: elements of lists carry their number as `tag`.
fn tagged(rendering: &Rendering<'_>, shape: Option<usize>, node: &Node) -> Value {
    let members = rendering.model.members(shape);
    let mut out = Map::new();
    for (name, child) in &node.children {
        let member = members.iter().find(|member| query_name(member) == *name);
        let is_secret =
            member.map_or_else(|| secrets::is_secret(Some(rendering.service), name), |m| rendering.hides(m));
        let value = if is_secret { secrets::hidden() } else { tagged_value(rendering, member.map(|m| m.shape), child) };
        out.insert(name.clone(), value);
    }
    Value::Object(out)
}

fn tagged_value(rendering: &Rendering<'_>, shape: Option<usize>, node: &Node) -> Value {
    let list = shape.and_then(|shape| rendering.model.list(shape));
    let element = list.map_or(shape, |list| Some(list.element));
    let mut elements: Vec<Value> = node
        .elements()
        .into_iter()
        .map(|(number, child)| {
            let mut value = tagged_value(rendering, element, child);
            if let Some(members) = value.as_object_mut() {
                members.insert("tag".to_owned(), json!(number));
                return value;
            }
            json!({"tag": number, "content": value})
        })
        .collect();
    match (elements.len(), &node.value) {
        (0, Some(text)) if node.children.is_empty() => guessed(text),
        (0, _) => tagged(rendering, shape, node),
        (1, _) => elements.swap_remove(0),
        _ => Value::Array(elements),
    }
}

/// `responseElements` of an EC2 call.
pub(crate) fn response_elements(rendering: &Rendering<'_>, operation: &Operation, root: &Element) -> Value {
    if !is_classic(operation.name) {
        let name = format!("{}Response", operation.name);
        return json!({name: root.plain()});
    }
    let mut out = Map::new();
    let members = rendering.model.members(operation.output);
    for child in &root.children {
        let known = members.iter().find(|member| member.body_name() == child.name);
        let name = answer_name(operation.name, &child.name);
        let value = if known.is_some_and(|member| classic::is_text(operation.name, member.name)) {
            json!(child.text.trim())
        } else {
            response_value(rendering, known.map(|member| member.shape), known, child)
        };
        out.insert(name.to_owned(), value);
    }
    Value::Object(out)
}

/// What a member of a classic answer is called at its top.
pub(crate) fn answer_name<'a>(operation: &str, name: &'a str) -> &'a str {
    match (operation, name) {
        (_, "return") => "_return",
        ("CreateVolume", "availabilityZone") => "zone",
        _ => name,
    }
}

fn response_value(
    rendering: &Rendering<'_>,
    shape: Option<usize>,
    member: Option<&Member>,
    element: &Element,
) -> Value {
    if member.is_some_and(|member| rendering.hides(member)) {
        return secrets::hidden();
    }
    let Some(shape) = shape else { return element.plain() };
    match &rendering.model.shape(shape).kind {
        Kind::List(list) => {
            let elements = element.children.iter();
            let elements = elements.map(|child| response_value(rendering, Some(list.element), None, child));
            items(&elements.collect::<Vec<Value>>())
        }
        Kind::Structure(structure) => {
            let members = element.children.iter().map(|child| {
                let known = structure.members.iter().find(|member| member.body_name() == child.name);
                (child.name.clone(), response_value(rendering, known.map(|member| member.shape), known, child))
            });
            Value::Object(members.collect())
        }
        Kind::Plain(scalar) => rendering.scalar(*scalar, element.text.trim()),
        Kind::Map(_) => element.plain(),
    }
}
