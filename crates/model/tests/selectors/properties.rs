//! Any selectors over any events: the matcher decides as the naive one does.

use cairn_model::EventFields;
use cairn_model::selectors::{EventSelectors, SelectorLimits, Subject};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use crate::naive;

const SOURCES: [&str; 5] =
    ["kms.amazonaws.com", "rdsdata.amazonaws.com", "iam.amazonaws.com", "s3.amazonaws.com", "lambda.amazonaws.com"];
const NAMES: [&str; 6] = ["GetObject", "GetObjectAcl", "PutObject", "Put", "Invoke", "é"];
const TYPES: [&str; 4] = ["AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::S3::Bucket"];
const ARNS: [&str; 10] = [
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/",
    "arn:aws:s3:::b/k/deep",
    "arn:aws:s3:::c/k",
    "arn:aws:lambda:us-east-1:111122223333:function:f",
    "arn:aws:lambda:us-east-1:111122223333:function:ff",
    "arn:aws:dynamodb:us-east-1:111122223333:table/t",
    "arn:aws:dynamodb:us-east-1:111122223333:table/tt",
    "arn:aws:s3",
    "é",
];
const FRAGMENTS: [&str; 12] = [
    "G",
    "Get",
    "GetObject",
    "t",
    "Object",
    "Acl",
    "arn:aws:s3:::b/",
    "arn:aws",
    "/k",
    "k",
    "é",
    "arn:aws:iam::1:user/n",
];
const WHOS: [&str; 3] = ["arn:aws:iam::1:user/nina", "arn:aws:iam::1:role/robot", ""];

fn one_of(list: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(list).prop_map(str::to_owned)
}

pub(crate) fn any_event() -> impl Strategy<Value = Value> {
    let resource =
        (option::of(one_of(&TYPES)), option::of(one_of(&ARNS)), any::<bool>()).prop_map(|(kind, arn, whole)| {
            let mut resource = Map::new();
            resource.extend(kind.map(|kind| ("type".to_owned(), json!(kind))));
            resource.extend(arn.map(|arn| (if whole { "ARN" } else { "ARNPrefix" }.to_owned(), json!(arn))));
            Value::Object(resource)
        });
    let read_only = select(vec![json!(true), json!(false), json!("true"), Value::Null]);
    let plain = (
        option::of(select(&["Management", "Data", "NetworkActivity", "Insight"][..])),
        option::of(read_only),
        option::of(one_of(&SOURCES)),
        option::of(one_of(&NAMES)),
    );
    let rest = (
        option::of(select(vec![json!("true"), json!("false"), json!(true)])),
        option::of(select(vec!["vpce-1", "vpce-12"])),
        option::of(select(vec!["VpceAccessDenied", "AccessDenied"])),
        option::of(one_of(&WHOS)),
    );
    (plain, rest, option::of(vec(resource, 0..4))).prop_map(|((category, read, source, name), rest, resources)| {
        let (console, endpoint, error, who) = rest;
        let mut event = json!({"eventTime": "2026-10-01T08:03:12Z", "eventType": "AwsServiceEvent"});
        let members = [
            ("eventCategory", category.map(Into::into)),
            ("readOnly", read),
            ("eventSource", source.map(Into::into)),
            ("eventName", name.map(Into::into)),
            ("sessionCredentialFromConsole", console),
            ("vpcEndpointId", endpoint.map(Into::into)),
            ("errorCode", error.map(Into::into)),
            ("userIdentity", who.map(|who| json!({"arn": who}))),
            ("resources", resources.map(Value::from)),
        ];
        for (member, value) in members {
            if let Some(value) = value {
                event[member] = value;
            }
        }
        event
    })
}

pub(crate) fn any_basic() -> impl Strategy<Value = Value> {
    let resource = select(vec![
        (
            "AWS::S3::Object",
            vec!["arn:aws:s3", "arn:aws:s3:::", "arn:aws:s3:::b/", "arn:aws:s3:::b/k", "arn:aws:s3:::c"],
        ),
        ("AWS::Lambda::Function", vec!["arn:aws:lambda", ARNS[4], ARNS[5]]),
        ("AWS::DynamoDB::Table", vec!["arn:aws:dynamodb", ARNS[6], ARNS[7]]),
    ]);
    let resource = resource
        .prop_flat_map(|(kind, values)| {
            let count = values.len();
            (Just(kind), subsequence(values, 0..=count))
        })
        .prop_map(|(kind, values)| json!({"Type": kind, "Values": values}));
    let excluded = subsequence(SOURCES[..2].to_vec(), 0..=2);
    let kind = option::of(select(vec!["All", "ReadOnly", "WriteOnly"]));
    let selector = (kind, any::<bool>(), vec(resource, 0..3), excluded);
    let selector = selector.prop_map(|(kind, management, resources, excluded)| {
        let excluded = if management { excluded } else { Vec::new() };
        let mut selector = json!({
            "IncludeManagementEvents": management, "DataResources": resources, "ExcludeManagementEventSources": excluded,
        });
        if let Some(kind) = kind {
            selector["ReadWriteType"] = kind.into();
        }
        selector
    });
    vec(selector, 1..=5).prop_map(Value::from)
}

/// A condition with any operators on a field that takes all of them.
fn any_condition(field: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    const OPERATORS: [&str; 6] = ["Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"];
    let values = || vec(prop_oneof![one_of(values), one_of(&FRAGMENTS)], 1..4);
    vec((select(&OPERATORS[..]), values()), 1..4).prop_map(move |chosen| {
        let mut condition = json!({"Field": field});
        for (operator, values) in chosen {
            condition[operator] = values.into();
        }
        condition
    })
}

fn equals(field: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    one_of(values).prop_map(move |value| json!({"Field": field, "Equals": [value]}))
}

pub(crate) fn any_advanced() -> impl Strategy<Value = Value> {
    const WORDS: [&str; 2] = ["true", "false"];
    // ARNs are compared by their ends only, which take any text.
    let arn = any_condition("resources.ARN", &FRAGMENTS).prop_map(|mut condition| {
        let members = condition.as_object_mut().unwrap();
        members.remove("Equals");
        members.remove("NotEquals");
        if members.len() == 1 {
            members.insert("StartsWith".to_owned(), json!(["arn:aws:s3:::b/"]));
        }
        condition
    });
    let console = (select(vec!["Equals", "NotEquals"]), one_of(&WORDS))
        .prop_map(|(operator, value)| json!({"Field": "sessionCredentialFromConsole", operator: [value]}));
    let data = (
        equals("resources.type", &TYPES[..3]),
        option::of(equals("readOnly", &WORDS)),
        option::of(any_condition("eventName", &NAMES)),
        option::of(any_condition("eventSource", &SOURCES)),
        option::of(arn),
        option::of(console),
        option::of(any_condition("userIdentity.arn", &WHOS[..2])),
    );
    let data = data.prop_map(|(kind, read, name, source, arn, console, who)| {
        let fixed = [json!({"Field": "eventCategory", "Equals": ["Data"]}), kind];
        fixed.into_iter().chain([read, name, source, arn, console, who].into_iter().flatten()).collect::<Vec<_>>()
    });
    let excluded = subsequence(SOURCES[..2].to_vec(), 1..=2)
        .prop_map(|sources| json!({"Field": "eventSource", "NotEquals": sources}));
    let management = (option::of(equals("readOnly", &WORDS)), option::of(excluded)).prop_map(|(read, excluded)| {
        let fixed = [json!({"Field": "eventCategory", "Equals": ["Management"]})];
        fixed.into_iter().chain([read, excluded].into_iter().flatten()).collect::<Vec<_>>()
    });
    let network = (
        option::of(any_condition("eventName", &NAMES)),
        option::of(any_condition("vpcEndpointId", &["vpce-1", "vpce-12"])),
        option::of(Just(json!({"Field": "errorCode", "Equals": ["VpceAccessDenied"]}))),
    );
    let network = network.prop_map(|(name, endpoint, error)| {
        let fixed = [
            json!({"Field": "eventSource", "Equals": ["s3.amazonaws.com"]}),
            json!({"Field": "eventCategory", "Equals": ["NetworkActivity"]}),
        ];
        fixed.into_iter().chain([name, endpoint, error].into_iter().flatten()).collect::<Vec<_>>()
    });
    let selector = prop_oneof![data, management, network].prop_map(|fields| json!({"FieldSelectors": fields}));
    vec(selector, 1..=5).prop_map(Value::from)
}

fn decide(selectors: &EventSelectors, event: &Value) -> (bool, &'static str) {
    let json = event.to_string();
    let fields = EventFields::parse(json.as_bytes()).unwrap();
    (selectors.matcher().matches(&Subject::of(&fields)), fields.category.as_str())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn any_basic_selectors_ask_for_what_the_documentation_says(selectors in any_basic(), event in any_event()) {
        let shapes = serde_json::from_value::<Vec<_>>(selectors.clone()).unwrap();
        let checked = EventSelectors::check(&shapes, &[], &SelectorLimits::default()).unwrap();
        let (got, category) = decide(&checked, &event);
        prop_assert_eq!(got, naive::basic(&selectors, &event, category), "{} {}", selectors, event);
    }

    #[test]
    fn any_advanced_selectors_ask_for_what_the_documentation_says(selectors in any_advanced(), event in any_event()) {
        let read = serde_json::from_value::<Vec<_>>(selectors.clone()).unwrap();
        let checked = EventSelectors::check(&[], &read, &SelectorLimits::default()).unwrap();
        let (got, category) = decide(&checked, &event);
        prop_assert_eq!(got, naive::advanced(&selectors, &event, category), "{} {}", selectors, event);
    }
}
