//! Real records: over all of them realistic selectors decide as the naive matcher does.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use cairn_model::selectors::{EventSelectors, SelectorLimits, Subject};
use cairn_model::{Document, EventFields, JsonLimits, split_documents};
use serde_json::{Value, json};

use crate::naive;

/// The log files of `../shared/fixtures`, with a plain word when they are not there.
fn files() -> Option<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    if !folder.join("INDEX.json").exists() {
        // Past the test harness, which shows nothing of tests that pass.
        writeln!(std::io::stderr(), "skipped: real records, because {} is absent", folder.display()).unwrap();
        return None;
    }
    let (mut folders, mut files) = (vec![folder], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "gz") {
                files.push(path);
            }
        }
    }
    files.sort();
    Some(files)
}

fn unpacked(path: &Path) -> Vec<u8> {
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(fs::File::open(path).unwrap()).read_to_end(&mut text).unwrap();
    text
}

fn basic_selectors() -> Vec<Value> {
    let data = |kind: &str, value: &str| json!([{"Type": kind, "Values": [value]}]);
    vec![
        json!([{}]),
        json!([{"ReadWriteType": "ReadOnly"}]),
        json!([{"ReadWriteType": "WriteOnly", "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]),
        json!([{"IncludeManagementEvents": false, "DataResources": data("AWS::S3::Object", "arn:aws:s3")}]),
        json!([{"IncludeManagementEvents": false, "DataResources": data("AWS::S3::Object", "arn:aws:s3:::b")}]),
        json!([{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": false,
                "DataResources": data("AWS::S3::Object", "arn:aws:s3:::")}]),
        json!([{"IncludeManagementEvents": false, "DataResources": data("AWS::Lambda::Function", "arn:aws:lambda")}]),
        json!([{"IncludeManagementEvents": false, "DataResources": data("AWS::DynamoDB::Table", "arn:aws:dynamodb")},
               {"ReadWriteType": "ReadOnly", "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]),
    ]
}

fn advanced_selectors() -> Vec<Value> {
    let of = |category: &str, more: &[Value]| {
        let category = json!({"Field": "eventCategory", "Equals": [category]});
        let fields = [&[category], more].concat();
        json!({"FieldSelectors": fields})
    };
    let objects = json!({"Field": "resources.type", "Equals": ["AWS::S3::Object"]});
    let reads = json!({"Field": "readOnly", "Equals": ["true"]});
    let mut sets = vec![
        json!([of("Management", &[])]),
        json!([of("Management", std::slice::from_ref(&reads))]),
        json!([of("Management", &[json!({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]})])]),
        json!([of("Data", std::slice::from_ref(&objects))]),
        json!([of("Data", &[objects.clone(), reads.clone()]), of("Management", &[])]),
        json!([of("NetworkActivity", &[json!({"Field": "eventSource", "Equals": ["s3.amazonaws.com"]})])]),
    ];
    for condition in [
        json!({"Field": "eventName", "Equals": ["GetObject", "PutObject"], "StartsWith": ["Head"]}),
        json!({"Field": "eventName", "NotEquals": ["GetObject"], "NotStartsWith": ["List"]}),
        json!({"Field": "eventName", "EndsWith": ["Object"], "NotEndsWith": ["eObject"]}),
        json!({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::b", "arn:aws:s3:::s"]}),
        json!({"Field": "resources.ARN", "NotEndsWith": [".json", ".gz", "/"]}),
        json!({"Field": "userIdentity.arn", "StartsWith": ["arn:aws:sts"]}),
        json!({"Field": "userIdentity.arn", "NotStartsWith": ["arn:aws:sts"]}),
        json!({"Field": "eventType", "NotEquals": ["AwsServiceEvent"]}),
        json!({"Field": "sessionCredentialFromConsole", "NotEquals": ["true"]}),
        json!({"Field": "eventSource", "EndsWith": ["amazonaws.com"], "NotStartsWith": ["kms"]}),
    ] {
        for kind in
            ["AWS::S3::Object", "AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::SSMMessages::ControlChannel"]
        {
            let kind = json!({"Field": "resources.type", "Equals": [kind]});
            sets.push(json!([of("Data", &[kind, condition.clone()])]));
        }
    }
    sets
}

/// A set of selectors and how the naive matcher reads it.
type Naive = fn(&Value, &Value, &str) -> bool;

#[test]
fn real_records_are_decided_as_the_naive_matcher_decides_them() {
    let Some(files) = files() else { return };
    let limits = SelectorLimits::default();
    let (naive_basic, naive_advanced): (Naive, Naive) = (naive::basic, naive::advanced);
    let basic = basic_selectors().into_iter().map(|selectors| {
        let shapes = serde_json::from_value::<Vec<_>>(selectors.clone()).unwrap();
        (EventSelectors::check(&shapes, &[], &limits).unwrap().matcher(), selectors, naive_basic)
    });
    let advanced = advanced_selectors().into_iter().map(|selectors| {
        let read = serde_json::from_value::<Vec<_>>(selectors.clone()).unwrap();
        (EventSelectors::check(&[], &read, &limits).unwrap().matcher(), selectors, naive_advanced)
    });
    let sets: Vec<_> = basic.chain(advanced).collect();
    let (mut events, mut asked_for) = (0_usize, vec![0_usize; sets.len()]);
    for file in files {
        let text = unpacked(&file);
        for document in split_documents(&text, JsonLimits::default()).flatten() {
            let Document::Events(ranges) = document else { continue };
            for range in ranges {
                let Ok(fields) = EventFields::parse(&text[range.clone()]) else { continue };
                let event: Value = serde_json::from_slice(&text[range]).unwrap();
                let subject = Subject::of(&fields);
                events += 1;
                for (count, (matcher, selectors, naive)) in asked_for.iter_mut().zip(&sets) {
                    let got = matcher.matches(&subject);
                    assert_eq!(got, naive(selectors, &event, fields.category.as_str()), "{selectors} {event}");
                    *count += usize::from(got);
                }
            }
        }
    }
    assert!(events > 2_900, "{events} records were read");
    let telling = asked_for.iter().filter(|count| (1..events).contains(*count)).count();
    assert!(telling >= 15, "selectors that ask for some records and not for others: {telling} of {}", sets.len());
    println!("{events} records, {} sets of selectors", sets.len());
}
