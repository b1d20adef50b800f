//! Selectors through the stock clients, from the request to the log files, and `cairn selectors try` beside them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::aws::{Aws, run_script, said};
use crate::bucket::Bucket;
use crate::server::Server;
use crate::trail::Trail;
use crate::wait;

#[test]
fn boto3_finds_selectors_insights_and_summaries_as_aws_has_them() {
    let server = Server::start();
    run_script(&server, "trail_selectors.py", &[]);
}

#[test]
fn the_limits_of_selectors_and_their_resource_types_are_settings() {
    let server = Server::start_with(
        "[limits]\nevent_selectors_max = 6\nselector_values_max = 4\ndata_resources_max = 1\n\
         [selectors]\nmore_resource_types = \"AWS::Own::Thing, AWS::Own::Other\"\n",
    );
    let aws = Aws::of(&server);
    Bucket::new(&aws, "audit-logs").create();
    aws.cloudtrail(&["create-trail", "--name", "main", "--s3-bucket-name", "audit-logs"]);
    let put = |kind: &'static str, selectors: &Value| {
        let output =
            aws.output(&["cloudtrail", "put-event-selectors", "--trail-name", "main", kind, &selectors.to_string()]);
        (output.status.success(), said(&output))
    };
    let objects = |keys: &[&str]| {
        let values: Vec<String> = keys.iter().map(|key| format!("arn:aws:s3:::b/{key}")).collect();
        json!([{"DataResources": [{"Type": "AWS::S3::Object", "Values": values}]}])
    };
    let things = |names: &[&str]| {
        json!([{"FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::Own::Thing"]},
            {"Field": "eventName", "Equals": names},
        ]}])
    };
    for (kind, selectors, is_good) in [
        ("--event-selectors", json!([{}, {}, {}, {}, {}, {}]), true),
        ("--event-selectors", json!([{}, {}, {}, {}, {}, {}, {}]), false),
        ("--event-selectors", objects(&["1"]), true),
        ("--event-selectors", objects(&["1", "2"]), false),
        ("--advanced-event-selectors", things(&["a", "b"]), true),
        ("--advanced-event-selectors", things(&["a", "b", "c"]), false),
    ] {
        let (succeeded, report) = put(kind, &selectors);
        assert_eq!(succeeded, is_good, "{selectors}: {report}");
        assert!(is_good || report.contains("InvalidEventSelectorsException"), "{report}");
    }
}

/// The names of the objects' calls in the files of a bucket, with their keys.
fn delivered_calls(bucket: &Bucket) -> BTreeSet<(String, String)> {
    let text = |event: &Value, place: &str| event.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned();
    let records = bucket.records();
    let data = records.iter().filter(|event| event["eventCategory"] == "Data");
    data.map(|event| (text(event, "/eventName"), text(event, "/requestParameters/key"))).collect()
}

#[test]
fn a_trail_delivers_the_data_events_that_its_selectors_ask_for_and_no_others() {
    let server = Server::start();
    let aws = Aws::of(&server);
    let logs = Bucket::new(&aws, "audit-logs");
    let photos = Bucket::new(&aws, "photos");
    photos.create();
    let trail = Trail::logging(&aws, "writes", &logs);
    let selectors = json!([
        {"Name": "management", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
        {"Name": "writes to photos, not to its drafts", "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
            {"Field": "readOnly", "Equals": ["false"]},
            {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::photos/"], "NotStartsWith": ["arn:aws:s3:::photos/drafts/"]},
        ]},
    ]);
    let put = ["put-event-selectors", "--trail-name", "writes", "--advanced-event-selectors", &selectors.to_string()];
    assert_eq!(aws.cloudtrail(&put)["AdvancedEventSelectors"], selectors);
    let file = server.folder().join("photo.jpg");
    std::fs::write(&file, "a photo").unwrap();
    for key in ["2026/a.jpg", "drafts/b.jpg"] {
        aws.run(&["s3api", "put-object", "--bucket", "photos", "--key", key, "--body", file.to_str().unwrap()]);
        let copy = server.folder().join("copy.jpg");
        aws.run(&["s3api", "get-object", "--bucket", "photos", "--key", key, copy.to_str().unwrap()]);
    }
    aws.run(&["s3api", "delete-object", "--bucket", "photos", "--key", "2026/a.jpg"]);
    let expected = [("DeleteObject", "2026/a.jpg"), ("PutObject", "2026/a.jpg")];
    let expected: BTreeSet<_> = expected.map(|(name, key)| (name.to_owned(), key.to_owned())).into();
    wait::until("the files with the photos' writes", || (delivered_calls(&logs) == expected).then_some(()));
    trail.finish(&logs);
    assert_eq!(delivered_calls(&logs), expected);
    trail.assert_valid();
}

/// A server with a logging trail, and events of five kinds that were imported live.
fn server_with_events(count: usize) -> Server {
    let server = Server::start();
    let aws = Aws::of(&server);
    Trail::logging(&aws, "everything", &Bucket::new(&aws, "audit-logs"));
    let now = aws.cloudtrail(&["get-trail-status", "--name", "everything"])["TimeLoggingStarted"].clone();
    let event = |number: usize| {
        let (source, name, read_only) = [
            ("ec2", "DescribeInstances", true),
            ("ec2", "RunInstances", false),
            ("kms", "Decrypt", true),
            ("iam", "CreateUser", false),
            ("s3express", "GetObject", true),
        ][number % 5];
        let category = if source == "s3express" { "Data" } else { "Management" };
        json!({
            "eventVersion": "1.11", "eventID": format!("00000000-0000-4000-8000-{number:012}"), "eventTime": now,
            "eventSource": format!("{source}.amazonaws.com"), "eventName": name, "awsRegion": "us-east-1",
            "readOnly": read_only, "eventCategory": category, "eventType": "AwsApiCall",
            "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::photos/a"}],
        })
    };
    let lines: Vec<String> = (0..count).map(|number| event(number).to_string()).collect();
    std::fs::write(server.folder().join("events.json"), lines.join("\n")).unwrap();
    let imported = server.cairn(&["import", "events.json"]);
    assert!(imported.status.success(), "{}", said(&imported));
    server
}

/// The numbers of a row: events, kept events.
fn row(report: &str, name: &str) -> (String, String) {
    let line = report.lines().find(|line| line.split_whitespace().next() == Some(name));
    let line = line.unwrap_or_else(|| panic!("no row {name}: {report}"));
    let words: Vec<&str> = line.split_whitespace().collect();
    (words[1].to_owned(), words[4].to_owned())
}

#[test]
fn selectors_are_tried_against_the_history_before_a_trail_has_them() {
    let server = server_with_events(2_000);
    let proposed = json!([{"ReadWriteType": "WriteOnly"}]);
    std::fs::write(server.folder().join("proposed.json"), proposed.to_string()).unwrap();
    let output = server.cairn(&["selectors", "try", "proposed.json", "--since", "1d"]);
    let report = said(&output);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert_eq!(row(&report, "s3express.amazonaws.com"), ("400".into(), "0".into()), "{report}");
    assert_eq!(row(&report, "kms.amazonaws.com"), ("400".into(), "0".into()), "{report}");
    assert_eq!(row(&report, "ec2.amazonaws.com"), ("800".into(), "400".into()), "{report}");
    assert_eq!(row(&report, "iam.amazonaws.com"), ("400".into(), "400".into()), "{report}");
    assert!(report.contains("everything: would get the selectors"), "{report}");
    assert!(report.contains("WOULD GO BLIND"), "{report}");
    for lost in ["400  kms.amazonaws.com Decrypt", "400  ec2.amazonaws.com DescribeInstances"] {
        assert!(report.contains(lost), "{lost}: {report}");
    }
    let wider = json!({"TrailName": "everything", "EventSelectors": [
        {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::photos/"]}]},
    ]});
    std::fs::write(server.folder().join("wider.json"), wider.to_string()).unwrap();
    let output = server.cairn(&["selectors", "try", "wider.json"]);
    let report = said(&output);
    assert_eq!(output.status.code(), Some(0), "{report}");
    assert_eq!(row(&report, "s3express.amazonaws.com"), ("400".into(), "400".into()), "{report}");
    assert!(report.contains("no trail would go blind"), "{report}");
    let found = Aws::of(&server).cloudtrail(&["get-event-selectors", "--trail-name", "everything"]);
    assert_eq!(found["EventSelectors"][0]["DataResources"], json!([]), "nothing is changed");
}

#[test]
fn a_trial_that_cannot_be_made_says_why_and_where() {
    let server = Server::start();
    let try_file = |text: &str, more: &[&str]| {
        std::fs::write(server.folder().join("proposed.json"), text).unwrap();
        let output = server.cairn(&[&["selectors", "try", "proposed.json"], more].concat());
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        said(&output)
    };
    let management = r#"[{"ReadWriteType":"All"}]"#;
    for (text, more, expected) in [
        ("[\n {\"ReadWriteType\": \"None\"}\n]", &[][..], "proposed.json:2:20: selectors[0].ReadWriteType: "),
        ("[{\"ReadWriteTipe\": 1}]", &[], "proposed.json:1:20: `ReadWriteTipe` is not one of"),
        ("[{]", &[], "proposed.json:1:3: "),
        (management, &["--since", "tomorrow"], "--since"),
        (management, &["--trail", "nobody"], "there is no trail nobody"),
        (management, &["--endpoint-url", "http://127.0.0.1:1"], "does not answer"),
    ] {
        let report = try_file(text, more);
        assert!(report.contains(expected), "{expected}: {report}");
    }
    let absent = server.cairn(&["selectors", "try", "absent.json"]);
    assert_eq!(absent.status.code(), Some(3), "{}", said(&absent));
    assert!(said(&absent).contains("absent.json"), "{}", said(&absent));
}
