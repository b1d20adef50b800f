//! The lines of the tables: one for each service, operation and shape.

use serde_json::Value;

use super::models::{Model, flag, sorted, text};

/// A service's line in the index: name, endpoint prefix, signing name, target prefix, protocols, API version, bytes of
/// its frame.
pub(crate) fn index_line(name: &str, model: &Model, frame_bytes: usize) -> String {
    let endpoint = model.metadata("endpointPrefix");
    let signing = Some(model.metadata("signingName")).filter(|name| !name.is_empty()).unwrap_or(endpoint);
    format!(
        "{name}\t{endpoint}\t{signing}\t{}\t{}\t{}\t{frame_bytes}\n",
        model.metadata("targetPrefix"),
        model.protocols().join(","),
        model.metadata("apiVersion"),
    )
}

/// A service's operations, the codes of errors that are not named like their shapes, and its shapes.
pub(crate) fn service(model: &Model) -> String {
    let mut out = String::new();
    for (name, operation) in model.operations() {
        let shape = |side: &str| number(model, operation.get(side));
        let http = operation.get("http");
        let mut flags = String::new();
        if flag(operation, "readonly") {
            flags.push('r');
        }
        if text(Some(operation), "authtype") == "none" {
            flags.push('n');
        }
        let (method, uri) = (text(http, "method"), text(http, "requestUri"));
        line(&mut out, &format!("o\t{name}\t{method}\t{uri}\t{}\t{}\t{flags}", shape("input"), shape("output")));
    }
    for (name, shape) in model.exceptions() {
        let code = text(shape.get("error"), "code");
        if !code.is_empty() && code != name {
            line(&mut out, &format!("e\t{name}\t{code}"));
        }
    }
    for (_, shape) in model.shapes() {
        line(&mut out, &shape_line(model, shape));
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn number(model: &Model, reference: Option<&Value>) -> String {
    model.number(reference).map(|number| number.to_string()).unwrap_or_default()
}

/// A kind, `!` when the whole is sensitive, and what the kind needs.
fn shape_line(model: &Model, shape: &Value) -> String {
    let sensitive = if flag(shape, "sensitive") { "!" } else { "" };
    let flattened = if flag(shape, "flattened") { "\tf" } else { "" };
    match text(Some(shape), "type") {
        "structure" => format!("{{{sensitive}{}", structure(model, shape)),
        "list" => {
            let member = shape.get("member");
            format!("[{sensitive}\t{}\t{}{flattened}", number(model, member), text(member, "locationName"))
        }
        "map" => {
            let (key, value) = (shape.get("key"), shape.get("value"));
            let numbers = format!("{}\t{}", number(model, key), number(model, value));
            let names = format!("{}\t{}", text(key, "locationName"), text(value, "locationName"));
            format!("<{sensitive}\t{numbers}\t{names}{flattened}")
        }
        "boolean" => format!("b{sensitive}"),
        "integer" | "long" => format!("i{sensitive}"),
        "float" | "double" => format!("f{sensitive}"),
        "timestamp" => format!("t{sensitive}"),
        "blob" => format!("x{sensitive}"),
        _ => format!("s{sensitive}"),
    }
}

fn structure(model: &Model, shape: &Value) -> String {
    let mut out = String::new();
    for (member, letter) in [("wrapper", 'w'), ("document", 'd'), ("eventstream", 'e')] {
        if flag(shape, member) {
            out.push(letter);
        }
    }
    let payload = text(Some(shape), "payload");
    let required: Vec<&str> =
        shape.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, member) in sorted(shape.get("members")) {
        let number = model.number(Some(member)).unwrap_or_default();
        out.extend([format!("\t{name},{number}{}", attributes(member))]);
        if name == payload {
            out.push_str(",P");
        }
        if required.contains(&name) && !text(Some(member), "location").is_empty() {
            out.push_str(",R");
        }
    }
    out
}

/// Where a member lies and what it is called there, each as a letter with a name.
fn attributes(member: &Value) -> String {
    let name = text(Some(member), "locationName");
    let mut out = match text(Some(member), "location") {
        "header" => format!(",h{name}"),
        "headers" => format!(",p{name}"),
        "querystring" => format!(",q{name}"),
        "uri" => format!(",u{name}"),
        "statusCode" => ",c".to_owned(),
        _ if name.is_empty() => String::new(),
        _ => format!(",n{name}"),
    };
    let query_name = text(Some(member), "queryName");
    if !query_name.is_empty() {
        out.push_str(",Q");
        out.push_str(query_name);
    }
    for (trait_name, letter) in [("flattened", 'f'), ("xmlAttribute", 'a'), ("jsonvalue", 'j')] {
        if flag(member, trait_name) {
            out.push(',');
            out.push(letter);
        }
    }
    out
}
