//! moto's own tests, run against moto and through a gateway in front of another moto: each ends as it does without the
//! gateway, and each request is one event.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use serde_json::Value;

use crate::aws::{Aws, script};
use crate::moto::Moto;
use crate::server::{ACCESS_KEY_ID, Server, free_port, repository};
use crate::{http, wait};

/// What is run, as pytest takes it: most tests of S3, and some of services with other protocols. Left out are those that
/// sleep or take long. `MOTO_TESTS` names others; `make moto` runs all of many services.
const PART: &str = "tests/test_s3 --ignore=tests/test_s3/test_s3_cloudformation.py \
    --ignore=tests/test_s3/test_s3_copyobject.py --ignore=tests/test_s3/test_s3_list_object_versions.py \
    --ignore=tests/test_s3/test_s3_lock.py --ignore=tests/test_s3/test_s3_multipart.py \
    --ignore=tests/test_s3/test_s3_select.py tests/test_sts tests/test_kinesis/test_kinesis_boto3.py \
    tests/test_route53/test_route53_healthchecks.py tests/test_cloudwatch/test_cloudwatch_alarms.py";

/// Long enough for whatever `MOTO_TESTS` names.
const PATIENCE: Duration = Duration::from_hours(1);

/// How each test ended, by its name.
type Outcomes = BTreeMap<String, String>;

#[test]
fn the_tests_of_moto_end_as_they_do_without_a_gateway_and_each_request_is_one_event() {
    let sources = repository().join("target/moto-tests");
    let (Some(alone), Some(behind), true) = (Moto::start(), Moto::start(), sources.join("tests").is_dir()) else {
        println!("skipped: moto or its tests are missing; `make test` fetches them");
        return;
    };
    let gateway = format!("127.0.0.1:{}", free_port());
    let server = Server::start_with(&format!("[[capture]]\nlisten = \"{gateway}\"\nupstream = \"{}\"\n", behind.url()));
    let answered_before = behind.answers();
    // One after the other: some of the tests start servers of their own on fixed ports.
    let [alone, through] = [("alone", alone.url()), ("behind", format!("http://{gateway}"))].map(|(name, url)| {
        let run = start(&server, &sources, (name, &url));
        outcomes(server.folder(), name, run)
    });

    let differing: Vec<String> = alone
        .keys()
        .chain(through.keys())
        .filter(|test| alone.get(*test) != through.get(*test))
        .map(|test| format!("{test}: {:?} without the gateway, {:?} with it", alone.get(test), through.get(test)))
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    let passed = through.values().filter(|outcome| *outcome == "passed").count();
    assert!(passed >= 100, "only {passed} of {} passed", through.len());

    let forwarded = without(behind.answers(), &answered_before);
    assert_eq!(calls(&server), forwarded, "the gateway answered otherwise than its upstream");
    let requests: u64 = forwarded.values().sum();
    // The last event is there a moment after the last answer.
    wait::until("the events of all requests", || (events(&server) >= requests).then_some(()));
    assert_eq!(events(&server), requests);
    println!("{} tests of moto, {passed} passed; {requests} requests, each one event", through.len());
}

/// The tests that are run.
#[expect(clippy::disallowed_methods, reason = "whoever runs the tests chooses")]
fn selection() -> Vec<String> {
    let chosen = std::env::var("MOTO_TESTS").unwrap_or_default();
    let chosen = if chosen.trim().is_empty() { PART } else { chosen.as_str() };
    chosen.split_whitespace().map(str::to_owned).collect()
}

/// Starts the tests against `url`. What they say goes into a file beside their outcomes.
fn start(server: &Server, sources: &Path, (name, url): (&str, &str)) -> Child {
    let file = |ending: &str| server.folder().join(format!("{name}.{ending}"));
    let said = fs::File::create(file("out")).unwrap();
    let mut command = script(server, "moto_suite.py", &[url, file("json").to_str().unwrap()]);
    command.args(selection()).current_dir(sources).stdout(said.try_clone().unwrap()).stderr(said);
    command.spawn().unwrap()
}

fn outcomes(folder: &Path, name: &str, mut run: Child) -> Outcomes {
    wait::within(PATIENCE, "the tests of moto", || run.try_wait().unwrap());
    let written = fs::read_to_string(folder.join(format!("{name}.json")));
    let said = || fs::read_to_string(folder.join(format!("{name}.out"))).unwrap();
    serde_json::from_str(&written.unwrap_or_else(|_| panic!("no outcomes: {}", said()))).unwrap()
}

fn without(mut answers: BTreeMap<String, u64>, before: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    for (status, count) in before {
        *answers.get_mut(status).unwrap() -= count;
    }
    answers.retain(|_, count| *count > 0);
    answers
}

/// The calls that the gateway counted by status, those among them that it refused or that nobody answered.
fn calls(server: &Server) -> BTreeMap<String, u64> {
    let metrics = http::get(server.address(), "/metrics").unwrap();
    let mut calls = BTreeMap::new();
    for line in metrics.lines().filter(|line| line.starts_with("cairn_capture_")) {
        let (name, count) = line.rsplit_once(' ').unwrap();
        let status = name.split("status=\"").nth(1).and_then(|rest| rest.split('"').next());
        if let (true, Some(status)) = (name.starts_with("cairn_capture_calls_total{"), status) {
            *calls.entry(status.to_owned()).or_default() += count.parse::<u64>().unwrap();
        }
        let is_fault = ["refused", "gaps", "upstream_errors"].iter().any(|kind| {
            name.strip_prefix("cairn_capture_").is_some_and(|rest| rest.starts_with(&format!("{kind}_total")))
        });
        assert!(!is_fault, "{line}");
    }
    calls
}

/// The events of requests through the gateway. Those of single keys of a deletion stand beside that of the request.
fn events(server: &Server) -> u64 {
    let history = Aws::of(server).in_region("all").cloudtrail(&["lookup-events", "--event-category", "all"]);
    let events = history["Events"].as_array().unwrap().iter();
    let records =
        events.map(|event| -> Value { serde_json::from_str(event["CloudTrailEvent"].as_str().unwrap()).unwrap() });
    let is_request =
        |record: &Value| record["eventType"] == "AwsApiCall" && record["userIdentity"]["accessKeyId"] != ACCESS_KEY_ID;
    u64::try_from(records.filter(is_request).count()).unwrap()
}
