//! Random records and conditions, and the plain decision: on parsed JSON, without an index and without haste.

use cairn_model::{AccountId, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) const START: i64 = 1_790_000_000;

/// The accounts that have events.
pub(crate) fn accounts() -> Vec<AccountId> {
    ["111122223333", "123456789012", "444455556666"].map(|id| AccountId::parse(id).unwrap()).into()
}

/// Whose event a record is: its number says it.
pub(crate) fn owner(record: &Value) -> AccountId {
    let number: usize = record["eventID"].as_str().unwrap().parse().unwrap();
    accounts()[number % 3]
}

/// The values of a field: texts, and none for objects and arrays.
pub(crate) fn values(record: &Value, field: &str) -> Vec<Option<String>> {
    match field {
        "*" => everything(record),
        "userName" => at(record, "userIdentity.userName"),
        "role" => ["userIdentity.sessionContext.sessionIssuer.userName", "requestParameters.roleArn"]
            .iter()
            .flat_map(|path| at(record, path))
            .collect(),
        path => at(record, path),
    }
}

fn at(value: &Value, path: &str) -> Vec<Option<String>> {
    match value {
        Value::Array(elements) => elements.iter().flat_map(|element| at(element, path)).collect(),
        Value::Object(members) => {
            let of_member = |(name, value): (&String, &Value)| {
                if name == path {
                    return here(value);
                }
                let rest = path.strip_prefix(&format!("{name}."));
                rest.map(|rest| at(value, rest)).unwrap_or_default()
            };
            members.iter().flat_map(of_member).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn here(value: &Value) -> Vec<Option<String>> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![Some(text.clone())],
        Value::Array(elements) => std::iter::once(None).chain(elements.iter().flat_map(here)).collect(),
        Value::Object(_) => vec![None],
        Value::Bool(_) | Value::Number(_) => vec![Some(value.to_string())],
    }
}

fn everything(value: &Value) -> Vec<Option<String>> {
    match value {
        Value::Array(elements) => elements.iter().flat_map(everything).collect(),
        Value::Object(members) => {
            let of_member = |(name, value): (&String, &Value)| {
                std::iter::once(Some(name.clone())).chain(everything(value)).collect::<Vec<_>>()
            };
            members.iter().flat_map(of_member).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => here(value),
    }
}

/// Whether a record meets a condition.
pub(crate) fn meets(record: &Value, condition: &Value) -> bool {
    let list = |name: &str| condition[name].as_array();
    if let Some(all) = list("and") {
        return all.iter().all(|one| meets(record, one));
    }
    if let Some(any) = list("or") {
        return any.iter().any(|one| meets(record, one));
    }
    if let Some(inner) = condition.get("not") {
        return !meets(record, inner);
    }
    let has = values(record, condition["field"].as_str().unwrap());
    if condition["op"] == "exists" {
        return !has.is_empty();
    }
    let folded = |text: &str| if condition["ignoreCase"] == true { text.to_lowercase() } else { text.to_owned() };
    has.iter().flatten().any(|text| {
        let wanted = list("values").unwrap().iter().map(|value| folded(value.as_str().unwrap()));
        wanted.into_iter().any(|value| relates(&folded(text), condition["op"].as_str().unwrap(), &value))
    })
}

fn relates(text: &str, operator: &str, value: &str) -> bool {
    let order = match (text.parse::<f64>(), value.parse::<f64>()) {
        (Ok(text), Ok(value)) => text.partial_cmp(&value).unwrap(),
        _ => text.cmp(value),
    };
    match operator {
        "equals" => text == value,
        "contains" => text.contains(value),
        "startsWith" => text.starts_with(value),
        "endsWith" => text.ends_with(value),
        "atLeast" => order.is_ge(),
        "atMost" => order.is_le(),
        other => panic!("{other}"),
    }
}

const TEXTS: [&str; 12] =
    ["a", "b", "Ab", "10", "9", "x y", "say \"q\"", "ä", "true", "PutObject", "1.5", "back\\slash"];

fn some_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        4 => proptest::sample::select(&TEXTS[..]).prop_map(Value::from),
        1 => (-2_i64..12).prop_map(Value::from),
        1 => Just(json!(1.5)),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    scalar.prop_recursive(3, 10, 3, |inner| {
        let members =
            (proptest::sample::subsequence(vec!["a", "b", "c.d", "ä\""], 0..=3), inner.clone(), inner.clone());
        prop_oneof![
            proptest::collection::vec(inner, 0..3).prop_map(Value::from),
            members.prop_map(|(names, one, other)| {
                let values = [one, other];
                names
                    .into_iter()
                    .enumerate()
                    .map(|(number, name)| (name.to_owned(), values[number % 2].clone()))
                    .collect()
            }),
        ]
    })
}

prop_compose! {
    /// A random record.
    pub(crate) fn record()(
        second in 0_i64..30,
        id in any::<u64>(),
        name in proptest::option::of(proptest::sample::select(&["PutObject", "GetObject", "Ab"][..])),
        error in proptest::option::of(proptest::sample::select(&["AccessDenied", "a"][..])),
        user in proptest::sample::select(&["a", "nina", "ä"][..]),
        address in proptest::option::of(proptest::sample::select(&["10.0.0.1", "s3.amazonaws.com"][..])),
        parameters in some_value(),
    ) -> Value {
        let mut record = json!({
            "eventTime": Timestamp::from_unix_seconds(START + second).iso_seconds(),
            "eventID": id.to_string(),
            "userIdentity": {"type": "IAMUser", "userName": user},
            "requestParameters": parameters,
        });
        for (member, value) in [("eventName", name), ("errorCode", error), ("sourceIPAddress", address)] {
            if let Some(value) = value {
                record[member] = value.into();
            }
        }
        record
    }
}

/// A random condition.
pub(crate) fn condition() -> impl Strategy<Value = Value> {
    let fields = [
        "eventName",
        "eventName",
        "errorCode",
        "userName",
        "userIdentity.type",
        "sourceIPAddress",
        "requestParameters",
        "requestParameters.a",
        "requestParameters.a.b",
        "requestParameters.c.d",
        "requestParameters.b.c.d",
        "role",
        "*",
        "nothing",
    ];
    let operators = ["equals", "equals", "contains", "startsWith", "endsWith", "exists", "atLeast", "atMost"];
    let test = (
        proptest::sample::select(fields.to_vec()),
        proptest::sample::select(operators.to_vec()),
        proptest::collection::vec(proptest::sample::select(&TEXTS[..]), 1..3),
        proptest::bool::weighted(0.3),
    );
    let test = test.prop_map(|(field, operator, values, ignores_case)| match operator {
        "exists" => json!({"field": field, "op": operator}),
        _ => json!({"field": field, "op": operator, "values": values, "ignoreCase": ignores_case}),
    });
    test.prop_recursive(3, 10, 3, |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            list.clone().prop_map(|list| json!({ "and": list })),
            list.prop_map(|list| json!({ "or": list })),
            inner.prop_map(|inner| json!({ "not": inner })),
        ]
    })
}
