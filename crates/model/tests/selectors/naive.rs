//! The documentation's words about selectors (reference section 6), one after another, over plain JSON.

use serde_json::Value;

/// Whether any of the basic selectors asks for the event. `category` is what the event's members imply.
pub(crate) fn basic(selectors: &Value, event: &Value, category: &str) -> bool {
    for selector in selectors.as_array().unwrap() {
        let kind = selector.get("ReadWriteType").and_then(Value::as_str).unwrap_or("All");
        if kind == "ReadOnly" && !is_true(event.get("readOnly")) {
            continue;
        }
        if kind == "WriteOnly" && is_true(event.get("readOnly")) {
            continue;
        }
        let management = selector.get("IncludeManagementEvents").and_then(Value::as_bool).unwrap_or(true);
        let excluded = texts(selector.get("ExcludeManagementEventSources"));
        let source = event.get("eventSource").and_then(Value::as_str).unwrap_or("");
        if category == "Management" && management && !excluded.contains(&source) {
            return true;
        }
        if category == "Data" && asks_for_resource(selector, event) {
            return true;
        }
    }
    false
}

fn asks_for_resource(selector: &Value, event: &Value) -> bool {
    let no_resources = Vec::new();
    for wanted in selector.get("DataResources").and_then(Value::as_array).unwrap_or(&no_resources) {
        let kind = wanted["Type"].as_str().unwrap();
        for (found_kind, arn) in resources(event) {
            if found_kind.as_deref() != Some(kind) {
                continue;
            }
            for value in texts(wanted.get("Values")) {
                let service =
                    ["s3", "lambda", "dynamodb"].into_iter().find(|service| value.ends_with(&format!(":{service}")));
                let every = service.is_some() && value.matches(':').count() == 2;
                let fits = match (kind, &arn) {
                    ("AWS::S3::Object", Some(arn)) => arn.starts_with(value),
                    ("AWS::S3::Object", None) => false,
                    (_, Some(arn)) => every || arn == value,
                    (_, None) => every,
                };
                if fits {
                    return true;
                }
            }
        }
    }
    false
}

/// Whether any of the advanced selectors asks for the event.
pub(crate) fn advanced(selectors: &Value, event: &Value, category: &str) -> bool {
    let mut asked = false;
    for selector in selectors.as_array().unwrap() {
        let conditions = selector["FieldSelectors"].as_array().unwrap();
        let on_resources = |condition: &&Value| condition["Field"].as_str().unwrap().starts_with("resources.");
        let mut all = true;
        for condition in conditions.iter().filter(|condition| !on_resources(condition)) {
            let text = match condition["Field"].as_str().unwrap() {
                "eventCategory" => Some(category.to_owned()),
                "readOnly" => Some(is_true(event.get("readOnly")).to_string()),
                "sessionCredentialFromConsole" => {
                    Some(scalar(event.get("sessionCredentialFromConsole")).unwrap_or("false".to_owned()))
                }
                "userIdentity.arn" => scalar(event.pointer("/userIdentity/arn")).filter(|arn| !arn.is_empty()),
                plain => scalar(event.get(plain)),
            };
            all &= holds(condition, text.as_deref());
        }
        let of_resource: Vec<&Value> = conditions.iter().filter(on_resources).collect();
        let any_resource = resources(event).into_iter().any(|(kind, arn)| {
            of_resource.iter().all(|condition| {
                let text = if condition["Field"] == "resources.type" { &kind } else { &arn };
                holds(condition, text.as_deref())
            })
        });
        asked |= all && (of_resource.is_empty() || any_resource);
    }
    asked
}

/// One condition: some positive value fits if there are any, and no negative one does.
fn holds(condition: &Value, text: Option<&str>) -> bool {
    let (mut positive, mut fitting) = (false, false);
    for (operator, values) in condition.as_object().unwrap() {
        for value in values.as_array().into_iter().flatten().filter_map(Value::as_str) {
            let fits = text.is_some_and(|text| match operator.trim_start_matches("Not") {
                "Equals" => text == value,
                "StartsWith" => text.starts_with(value),
                "EndsWith" => text.ends_with(value),
                other => panic!("{other} is no operator"),
            });
            if operator.starts_with("Not") {
                if fits {
                    return false;
                }
            } else {
                positive = true;
                fitting |= fits;
            }
        }
    }
    !positive || fitting
}

/// Type and ARN, or the beginning of the ARN, of each resource.
fn resources(event: &Value) -> Vec<(Option<String>, Option<String>)> {
    let first = |resource: &Value, names: &[&str]| names.iter().find_map(|name| scalar(resource.get(name)));
    let listed = event.get("resources").and_then(Value::as_array);
    let listed = listed.filter(|listed| listed.iter().all(Value::is_object));
    let of =
        |resource: &Value| (first(resource, &["type", "resourceType"]), first(resource, &["ARN", "arn", "ARNPrefix"]));
    listed.into_iter().flatten().map(of).collect()
}

fn is_true(value: Option<&Value>) -> bool {
    scalar(value).as_deref() == Some("true")
}

fn scalar(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        plain @ (Value::Bool(_) | Value::Number(_)) => Some(plain.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn texts(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}
