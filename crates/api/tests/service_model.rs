//! The operations against AWS's published service models, which botocore carries: names, members, casing and errors.

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use cairn_api::{ApiError, Entry, operations, services};
    use serde_json::{Map, Value, json};

    /// Prints the newest model of the service that is its argument.
    const PRINT_MODEL: &str = "\
import sys
from botocore.loaders import Loader
import json
print(json.dumps(Loader().load_service_model(sys.argv[1], 'service-2')))
";

    /// A published model, or nothing where no botocore is installed.
    fn model(service: &str) -> Option<Value> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let pythons = [root.join(".venv/bin/python"), "python3".into()];
        let printed = pythons.iter().find_map(|python| {
            let output = Command::new(python).args(["-c", PRINT_MODEL, service]).output().ok()?;
            output.status.success().then_some(output.stdout)
        });
        if printed.is_none() {
            println!("skipped: no Python with botocore was found, so there is no service model to compare with");
        }
        printed.and_then(|json| serde_json::from_slice(&json).ok())
    }

    /// The fullest value of a shape: every member, one item in each list, and of shapes that hold themselves one turn.
    fn fullest(model: &Value, shape: &str) -> Value {
        fullest_within(model, shape, &[])
    }

    fn fullest_within(model: &Value, shape: &str, outer: &[&str]) -> Value {
        let definition = &model["shapes"][shape];
        let inner = [outer, &[shape]].concat();
        let of = |member: &Value| fullest_within(model, member["shape"].as_str().unwrap_or_default(), &inner);
        match definition["type"].as_str() {
            Some("structure") => {
                let members = definition["members"].as_object().into_iter().flatten();
                let members = members.filter(|(_, member)| !inner.iter().any(|outer| member["shape"] == **outer));
                Value::Object(members.map(|(name, member)| (name.clone(), of(member))).collect::<Map<_, _>>())
            }
            Some("list") => json!([of(&definition["member"])]),
            Some("map") => json!({"key": of(&definition["value"])}),
            Some("boolean") => json!(true),
            Some("integer" | "long") => json!(7),
            Some("float" | "double") => json!(0.5),
            Some("timestamp") if model["metadata"]["protocol"] == "query" => json!("2015-09-01T20:35:57Z"),
            Some("timestamp") => json!(1_441_139_757.497),
            Some("blob") => json!("AAEC"),
            _ => definition["enum"].get(0).cloned().unwrap_or_else(|| json!(format!("a {shape}"))),
        }
    }

    /// The same with object members in the order of their names, for comparing.
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().map(|(name, member)| (name.clone(), sorted(member))).collect();
                members.sort_by(|(one, _), (other, _)| one.cmp(other));
                Value::Object(members.into_iter().collect())
            }
            Value::Array(items) => items.iter().map(sorted).collect(),
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain.clone(),
        }
    }

    fn entries(service: &str) -> impl Iterator<Item = &'static Entry> {
        operations().iter().filter(move |entry| entry.service == service)
    }

    fn compare(model: &Value, shape: &Value, reread: impl Fn(&[u8]) -> Result<Value, ApiError>, what: &str) {
        let expected = shape["shape"].as_str().map_or_else(|| json!({}), |shape| fullest(model, shape));
        let got = reread(expected.to_string().as_bytes()).unwrap_or_else(|error| panic!("{what}: {error:?}"));
        assert_eq!(sorted(&got), sorted(&expected), "{what}");
    }

    /// The code of an error, which is the name of its shape unless the model has a shorter one, and its HTTP status.
    fn error_of<'m>(model: &'m Value, shape: &'m str) -> (&'m str, &'m Value) {
        let error = &model["shapes"][shape]["error"];
        (error["code"].as_str().unwrap_or(shape), &error["httpStatusCode"])
    }

    fn check_operation(model: &Value, entry: &Entry) {
        let modelled = &model["operations"][entry.name];
        assert!(modelled.is_object(), "{} is not in the model of {}", entry.name, entry.service);
        let errors = modelled["errors"].as_array().into_iter().flatten();
        let listed: Vec<(&str, &Value)> =
            errors.filter_map(|error| Some(error_of(model, error["shape"].as_str()?))).collect();
        for error in entry.errors {
            let modelled = listed.iter().find(|(code, _)| *code == error.as_str());
            let (_, status) = modelled.unwrap_or_else(|| panic!("{} does not list {error}", entry.name));
            let status = status.as_u64().unwrap_or(400);
            assert_eq!(u64::from(error.http_status()), status, "{error} of {}", entry.name);
            assert!(!error.is_common(), "{} lists the common {error}", entry.name);
        }
        compare(model, &modelled["input"], |json| entry.reread_request(json), &format!("request of {}", entry.name));
        compare(model, &modelled["output"], |json| entry.reread_response(json), &format!("response of {}", entry.name));
        assert_eq!(model["metadata"]["apiVersion"], entry.api_version, "{}", entry.name);
    }

    #[test]
    fn requests_responses_and_errors_are_those_of_the_published_models() {
        for service in services().iter().map(|service| service.name) {
            let Some(model) = model(service) else { return };
            entries(service).for_each(|entry| check_operation(&model, entry));
        }
    }

    #[test]
    fn every_published_operation_is_implemented_or_on_the_list_of_missing_ones() {
        let list = include_str!("../missing_operations.txt");
        let missing: Vec<&str> = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert!(missing.is_sorted_by(|one, next| one < next), "the list is sorted and names nothing twice");
        let mut published = Vec::new();
        for service in ["cloudtrail", "cloudtrail-data"] {
            let Some(model) = model(service) else { return };
            let names = model["operations"].as_object().unwrap().keys();
            published.extend(names.map(|name| format!("{service} {name}")));
        }
        for operation in &published {
            let implemented =
                operations().iter().any(|entry| *operation == format!("{} {}", entry.service, entry.name));
            let listed = missing.contains(&operation.as_str());
            assert_ne!(implemented, listed, "{operation} must be either implemented or on the list of missing ones");
        }
        for line in missing {
            assert!(published.iter().any(|operation| operation == line), "{line} is no published operation");
        }
    }

    #[test]
    fn every_published_error_of_an_operation_is_declared_or_on_the_list_of_those_that_cannot_occur() {
        let Some(model) = model("cloudtrail") else { return };
        let list = include_str!("../errors_that_cannot_occur.txt");
        let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let excused: Vec<(&str, &str)> = lines
            .filter_map(|line| line.split_once(' '))
            .flat_map(|(error, operations)| operations.split(' ').map(move |operation| (operation, error)))
            .collect();
        let published = |operation: &str| -> Vec<String> {
            let errors = model["operations"][operation]["errors"].as_array().into_iter().flatten();
            errors.map(|error| error["shape"].as_str().unwrap_or_default().to_owned()).collect()
        };
        for entry in entries("cloudtrail") {
            for error in published(entry.name) {
                let declared = entry.errors.iter().any(|declared| declared.as_str() == error);
                let excuse = excused.contains(&(entry.name, error.as_str()));
                assert_ne!(declared, excuse, "{} either answers with {error}, or the list says why not", entry.name);
            }
        }
        for (operation, error) in excused {
            let is_published = published(operation).iter().any(|published| published == error);
            assert!(is_published, "{operation} does not list {error}");
        }
    }

    #[test]
    fn no_two_operations_share_a_name_in_a_service() {
        let mut names: Vec<_> = operations().iter().map(|entry| (entry.service, entry.name)).collect();
        names.sort_unstable();
        assert!(names.is_sorted_by(|one, next| one < next));
    }
}
