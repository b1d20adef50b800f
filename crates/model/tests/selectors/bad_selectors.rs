//! Each rule of advanced selectors, broken once: which rule is named, and where.

use cairn_model::selectors::{AdvancedEventSelector, EventSelectors, SelectorLimits, SelectorProblem, Step};
use serde_json::{Value, json};

fn check(selectors: &Value) -> Result<(), (String, SelectorProblem)> {
    check_within(selectors, &SelectorLimits::default())
}

fn check_within(selectors: &Value, limits: &SelectorLimits) -> Result<(), (String, SelectorProblem)> {
    let read: Vec<AdvancedEventSelector> = serde_json::from_value(selectors.clone()).unwrap();
    let checked = EventSelectors::check(&[], &read, limits).map(drop);
    checked.map_err(|refused| (refused.place.iter().map(Step::to_string).collect(), refused.problem))
}

fn of(fields: &[Value]) -> Value {
    json!([{"FieldSelectors": fields}])
}

fn category(name: &str) -> Value {
    json!({"Field": "eventCategory", "Equals": [name]})
}

fn kind(name: &str) -> Value {
    json!({"Field": "resources.type", "Equals": [name]})
}

fn refused(selectors: &Value, place: &str, problem: SelectorProblem) {
    assert_eq!(check(selectors), Err((place.to_owned(), problem)), "{selectors}");
}

#[test]
fn selectors_that_keep_every_rule_pass() {
    let objects = [category("Data"), kind("AWS::S3::Object")];
    let with = |field: Value| of(&[objects[0].clone(), objects[1].clone(), field]);
    for good in [
        of(&[category("Management")]),
        of(&[category("Management"), json!({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]})]),
        of(&objects),
        with(json!({"Field": "resources.ARN", "StartsWith": ["anything"], "NotEndsWith": ["x"]})),
        with(json!({"Field": "resources.ARN", "Equals": ["arn:aws:s3:::b/k"]})),
        with(json!({"Field": "eventName", "Equals": ["a"], "NotStartsWith": ["b"]})),
        with(json!({"Field": "eventType", "NotEquals": ["AwsServiceEvent"]})),
        with(json!({"Field": "sessionCredentialFromConsole", "NotEquals": ["true"]})),
        with(json!({"Field": "userIdentity.arn", "EndsWith": ["/x"]})),
        of(&[
            category("NetworkActivity"),
            json!({"Field": "eventSource", "Equals": ["kms.amazonaws.com"]}),
            json!({"Field": "errorCode", "Equals": ["VpceAccessDenied"]}),
            json!({"Field": "vpcEndpointId", "Equals": ["vpce-1"]}),
        ]),
    ] {
        assert_eq!(check(&good), Ok(()), "{good}");
    }
}

#[test]
fn the_form_of_a_selector_has_its_rules() {
    refused(
        &json!([{"Name": "x".repeat(1001), "FieldSelectors": [category("Management")]}]),
        "[0].Name",
        SelectorProblem::NameLength,
    );
    for empty in [json!([{}]), of(&[])] {
        refused(&empty, "[0].FieldSelectors", SelectorProblem::NoFieldSelectors);
    }
    let twice = of(&[category("Management"), category("Data")]);
    refused(&twice, "[0].FieldSelectors[1].Field", SelectorProblem::FieldTwice("eventCategory"));
    let unknown = of(&[category("Management"), json!({"Field": "eventname", "Equals": ["x"]})]);
    refused(&unknown, "[0].FieldSelectors[1].Field", SelectorProblem::UnknownField("eventname".to_owned()));
    let nameless = of(&[json!({"Equals": ["x"]})]);
    refused(&nameless, "[0].FieldSelectors[0].Field", SelectorProblem::UnknownField(String::new()));
    refused(&of(&[json!({"Field": "readOnly"})]), "[0].FieldSelectors[0]", SelectorProblem::NoValues);
    let empty = of(&[json!({"Field": "readOnly", "Equals": []})]);
    refused(&empty, "[0].FieldSelectors[0].Equals", SelectorProblem::NoValues);
    for value in [String::new(), "a\nb".to_owned(), "x".repeat(2049)] {
        let long = of(&[json!({"Field": "eventName", "NotEquals": ["x", value]})]);
        refused(&long, "[0].FieldSelectors[0].NotEquals[1]", SelectorProblem::ValueForm);
    }
}

#[test]
fn a_selector_asks_for_one_category_that_a_trail_can_have() {
    refused(&of(&[kind("AWS::S3::Object")]), "[0].FieldSelectors", SelectorProblem::EventCategory);
    for condition in [
        category("Insight"),
        category("management"),
        json!({"Field": "eventCategory", "Equals": ["Management", "Data"]}),
        json!({"Field": "eventCategory", "NotEquals": ["Data"]}),
        json!({"Field": "eventCategory", "Equals": ["Data"], "NotEquals": ["Management"]}),
    ] {
        refused(&of(&[condition]), "[0].FieldSelectors[0]", SelectorProblem::EventCategory);
    }
}

#[test]
fn each_category_has_its_fields() {
    let missing = |field, category| SelectorProblem::FieldMissing { field, category };
    refused(&of(&[category("Data")]), "[0].FieldSelectors", missing("resources.type", "Data"));
    refused(&of(&[category("NetworkActivity")]), "[0].FieldSelectors", missing("eventSource", "NetworkActivity"));
    let data = [category("Data"), kind("AWS::S3::Object")];
    let source = json!({"Field": "eventSource", "Equals": ["s3.amazonaws.com"]});
    let network = [category("NetworkActivity"), source];
    for (fixed, name, field) in [
        (&[category("Management")][..], "Management", "eventName"),
        (&[category("Management")], "Management", "resources.ARN"),
        (&data, "Data", "errorCode"),
        (&data, "Data", "vpcEndpointId"),
        (&network, "NetworkActivity", "readOnly"),
        (&network, "NetworkActivity", "resources.type"),
    ] {
        let fields = [fixed, &[json!({"Field": field, "Equals": ["true"]})]].concat();
        let place = format!("[0].FieldSelectors[{}].Field", fixed.len());
        refused(&of(&fields), &place, SelectorProblem::FieldNotAllowed { field, category: name });
    }
}

#[test]
fn each_field_has_its_operators_and_values() {
    let data = |field: Value| of(&[category("Data"), kind("AWS::S3::Object"), field]);
    let operator = |operator, field| SelectorProblem::OperatorNotAllowed { operator, field };
    let at = |rest: &str| format!("[0].FieldSelectors[2].{rest}");
    let read = |operator: &str, values: &[&str]| data(json!({"Field": "readOnly", operator: values}));
    refused(&read("NotEquals", &["true"]), &at("NotEquals"), operator("NotEquals", "readOnly"));
    refused(&read("Equals", &["True"]), &at("Equals[0]"), SelectorProblem::FieldValue("readOnly"));
    refused(&read("Equals", &["true", "false"]), &at("Equals"), SelectorProblem::OneValue("readOnly"));
    let console = |operator: &str, value| data(json!({"Field": "sessionCredentialFromConsole", operator: [value]}));
    let field = "sessionCredentialFromConsole";
    refused(&console("StartsWith", "true"), &at("StartsWith"), operator("StartsWith", field));
    refused(&console("Equals", "yes"), &at("Equals[0]"), SelectorProblem::FieldValue(field));
    let source = |operator: &str, values: &[&str]| {
        of(&[category("Management"), json!({"Field": "eventSource", operator: values})])
    };
    let kms = "kms.amazonaws.com";
    refused(&source("Equals", &[kms]), "[0].FieldSelectors[1].Equals", operator("Equals", "eventSource"));
    let value = SelectorProblem::FieldValue("eventSource");
    refused(&source("NotEquals", &[kms, "s3.amazonaws.com"]), "[0].FieldSelectors[1].NotEquals[1]", value.clone());
    let network =
        |values: &[&str]| of(&[category("NetworkActivity"), json!({"Field": "eventSource", "Equals": values})]);
    refused(&network(&["iam.amazonaws.com"]), "[0].FieldSelectors[1].Equals[0]", value);
    let two = SelectorProblem::OneValue("eventSource");
    refused(&network(&["s3.amazonaws.com", kms]), "[0].FieldSelectors[1].Equals", two);
    let error = json!({"Field": "errorCode", "Equals": ["AccessDenied"]});
    let with_error = of(&[category("NetworkActivity"), json!({"Field": "eventSource", "Equals": [kms]}), error]);
    refused(&with_error, &at("Equals[0]"), SelectorProblem::FieldValue("errorCode"));
}

#[test]
fn resource_types_and_arns_are_refused_in_the_words_of_aws() {
    for unknown in ["AWS::IAM::Role", "AWS::S3::Objects"] {
        let (place, problem) = check(&of(&[category("Data"), kind(unknown)])).unwrap_err();
        assert_eq!(place, "[0].FieldSelectors[1].Equals[0]");
        assert_eq!(problem.to_string(), "The resources.type field value is not valid.");
    }
    let limits =
        SelectorLimits { more_resource_types: ["AWS::New::Thing".to_owned()].into(), ..SelectorLimits::default() };
    assert_eq!(check_within(&of(&[category("Data"), kind("AWS::New::Thing")]), &limits), Ok(()));
    let arn = "arn:aws:lambda:us-east-1:111122223333:function:f:$LATEST";
    for operator in ["Equals", "NotEquals"] {
        let condition = json!({"Field": "resources.ARN", operator: [arn]});
        let (_, problem) = check(&of(&[category("Data"), kind("AWS::Lambda::Function"), condition])).unwrap_err();
        let text = format!("The specified ARN {arn} is not valid. Verify that the ARN is properly formatted.");
        assert_eq!(problem.to_string(), text);
    }
}

#[test]
fn values_are_counted_over_all_selectors() {
    let selectors = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("name-{number}")).collect();
        let (some, others) = names.split_at(count / 2);
        let selector = |names: &[String]| {
            json!({"FieldSelectors": [
                category("Data"), kind("AWS::S3::Object"), {"Field": "eventName", "Equals": names},
            ]})
        };
        json!([selector(some), selector(others)])
    };
    assert_eq!(check(&selectors(496)), Ok(()), "496 names, two categories and two types");
    refused(&selectors(497), "", SelectorProblem::ValueCount { max: 500 });
}
