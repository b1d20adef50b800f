//! What new selectors lose of the old ones: never silent about an event that is lost, never loud about the same or more.

use cairn_model::selectors::{LostEvents, SelectorLimits, Subject};
use cairn_model::{EventFields, EventSelectors};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::properties::{any_advanced, any_basic, any_event};

fn selectors(json: &Value) -> EventSelectors {
    let is_advanced = json.as_array().unwrap().iter().any(|selector| selector.get("FieldSelectors").is_some());
    let limits = SelectorLimits::default();
    if is_advanced {
        EventSelectors::check(&[], &serde_json::from_value::<Vec<_>>(json.clone()).unwrap(), &limits).unwrap()
    } else {
        EventSelectors::check(&serde_json::from_value::<Vec<_>>(json.clone()).unwrap(), &[], &limits).unwrap()
    }
}

fn lost(before: &Value, after: &Value) -> Vec<LostEvents> {
    selectors(before).matcher().lost_in(&selectors(after).matcher())
}

fn descriptions(before: &Value, after: &Value) -> Vec<String> {
    let found = lost(before, after);
    assert!(found.iter().all(|lost| lost.is_certain), "{found:?}");
    found.into_iter().map(|lost| lost.description).collect()
}

fn any_selectors() -> impl Strategy<Value = Value> {
    prop_oneof![any_basic(), any_advanced()]
}

/// The selectors with one of them gone, another one's condition gone, or as they are.
fn changed(selectors: &Value, choice: usize) -> Value {
    let mut changed = selectors.clone();
    let list = changed.as_array_mut().unwrap();
    let place = choice / 3 % list.len();
    match choice % 3 {
        0 if list.len() > 1 => drop(list.remove(place)),
        1 => list[place] = json!({"ReadWriteType": "WriteOnly"}),
        _ => {}
    }
    let kinds = |selector: &Value| selector.get("FieldSelectors").is_some();
    if list.iter().any(kinds) {
        list.retain(kinds);
    }
    changed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn an_event_that_is_lost_is_never_passed_over_in_silence(
        before in any_selectors(),
        other in any_selectors(),
        choice in any::<u16>(),
        events in proptest::collection::vec(any_event(), 24),
    ) {
        for after in [other, changed(&before, usize::from(choice))] {
            let (old, new) = (selectors(&before).matcher(), selectors(&after).matcher());
            let said = old.lost_in(&new);
            for event in &events {
                let json = event.to_string();
                let fields = EventFields::parse(json.as_bytes()).unwrap();
                let subject = Subject::of(&fields);
                if old.matches(&subject) && !new.matches(&subject) {
                    let of_kind = |lost: &LostEvents| {
                        lost.category == fields.category && (lost.write || fields.read_only == Some(true))
                    };
                    prop_assert!(said.iter().any(of_kind), "{before} to {after} loses {event}, but {said:?}");
                }
            }
        }
    }

    #[test]
    fn the_same_selectors_in_another_order_and_with_more_lose_nothing(
        before in any_selectors(), more in any_selectors(), turn in 0_usize..5,
    ) {
        let is_advanced = |selector: &Value| selector.get("FieldSelectors").is_some();
        let mut list = before.as_array().unwrap().clone();
        let count = list.len();
        list.rotate_left(turn % count);
        let further = more.as_array().unwrap().iter().filter(|one| is_advanced(one) == is_advanced(&list[0]));
        let room = 5 - list.len();
        list.extend(further.take(room).cloned().collect::<Vec<_>>());
        let after = Value::Array(list);
        let found = lost(&before, &after);
        prop_assert!(found.is_empty(), "{before} to {after}: {found:?}");
    }
}

#[test]
fn what_is_lost_is_named_with_an_example_where_it_is_a_part() {
    let all = json!([{}]);
    let objects = |values: Value| json!([{"DataResources": [{"Type": "AWS::S3::Object", "Values": values}]}]);
    for (before, after, expected) in [
        (all.clone(), json!([{"ReadWriteType": "WriteOnly"}]), vec!["Management events that only read"]),
        (all.clone(), json!([{"IncludeManagementEvents": false}]), vec!["Management events"]),
        (
            all.clone(),
            json!([{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}]),
            vec!["Management events, such as eventSource kms.amazonaws.com"],
        ),
        (
            objects(json!(["arn:aws:s3:::a/", "arn:aws:s3:::b/"])),
            objects(json!(["arn:aws:s3:::a/", "arn:aws:s3:::b/x"])),
            vec![
                "Data events whose resources.ARN begins with arn:aws:s3:::b/ and resources.type is AWS::S3::Object, \
                 such as resources.ARN arn:aws:s3:::b/, resources.type AWS::S3::Object",
            ],
        ),
        (
            objects(json!(["arn:aws:s3"])),
            all.clone(),
            vec![
                "Data events whose resources.ARN begins with arn:aws:s3 and resources.type is AWS::S3::Object, \
                 such as resources.ARN arn:aws:s3, resources.type AWS::S3::Object",
            ],
        ),
    ] {
        assert_eq!(descriptions(&before, &after), expected, "{before} to {after}");
    }
}

#[test]
fn what_is_said_otherwise_loses_nothing() {
    let management = |more: Value| {
        let mut conditions = vec![json!({"Field": "eventCategory", "Equals": ["Management"]})];
        conditions.extend(more.as_array().unwrap().clone());
        json!({"FieldSelectors": conditions})
    };
    let read = |word: &str| json!([{"Field": "readOnly", "Equals": [word]}]);
    let objects = |conditions: Value| {
        let mut all = vec![
            json!({"Field": "eventCategory", "Equals": ["Data"]}),
            json!({"Field": "resources.type", "Equals": ["AWS::S3::Object"]}),
        ];
        all.extend(conditions.as_array().unwrap().clone());
        json!({"FieldSelectors": all})
    };
    let named = |names: Value| objects(json!([{"Field": "eventName", "Equals": names}]));
    let arn = |condition: Value| objects(json!([condition]));
    for (before, after) in [
        (json!([{}]), json!([management(json!([]))])),
        (json!([{}]), json!([management(read("true")), management(read("false"))])),
        (json!([{"ReadWriteType": "ReadOnly"}, {"ReadWriteType": "WriteOnly"}]), json!([{}])),
        (
            json!([named(json!(["GetObject", "PutObject"]))]),
            json!([named(json!(["GetObject"])), named(json!(["PutObject"]))]),
        ),
        (
            json!([named(json!(["GetObject"]))]),
            json!([objects(json!([{"Field": "eventName", "StartsWith": ["Get"]}]))]),
        ),
        (
            json!([arn(json!({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::a/b"]}))]),
            json!([arn(json!({"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::c"]}))]),
        ),
        (
            json!([arn(json!({"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::c"]}))]),
            json!([arn(json!({"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::c/d"]}))]),
        ),
    ] {
        assert_eq!(lost(&before, &after), [], "{before} to {after}");
    }
}

#[test]
fn what_cannot_be_shown_to_be_kept_may_be_lost() {
    // Both halves together ask for every name, which is not seen: better a false alarm than a false silence.
    let half = |operator: &str| {
        json!({"FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
            {"Field": "eventName", operator: ["Get"]},
        ]})
    };
    let every = json!([{"FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ]}]);
    let found = lost(&every, &json!([half("StartsWith"), half("NotStartsWith")]));
    assert_eq!(found.len(), 1);
    assert!(!found[0].is_certain);
    assert_eq!(found[0].description, "Data events whose resources.type is AWS::S3::Object");
}
