//! The tables against real records: every event is known, and its parameters are names that the tables give.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model::{Member, Operation, Place};
use crate::parameters::{api_gateway_input, located_name, rendering};
use crate::tables::{self, ServiceTable};
use crate::{ec2, facts};

const EXPLAINED: &str = include_str!("../explained_differences.txt");

/// Every name that `requestParameters` of an operation may have at its top.
fn parameter_names(service: &ServiceTable, operation: &Operation) -> BTreeSet<String> {
    let rendering = rendering(service);
    let members = rendering.model.members(operation.input);
    match service.name {
        "s3" => s3_names(members, operation),
        "ec2" if !ec2::is_classic(operation.name) => [ec2::request_name(operation.name)].into(),
        "ec2" => {
            let mut names: BTreeSet<String> =
                members.iter().map(|member| ec2::top_name(&rendering, operation.name, member)).collect();
            if operation.name == "RunInstances" {
                names.extend(["instancesSet", "tenancy", "availabilityZone"].map(str::to_owned));
            }
            names
        }
        _ => {
            let mut names: BTreeSet<String> =
                members.iter().map(|member| rendering.name(top_name(service, member))).collect();
            match service.name {
                "s3control" => drop(names.insert("Host".to_owned())),
                "apigateway" => names.extend([api_gateway_input(operation), "template".to_owned()]),
                _ => {}
            }
            names
        }
    }
}

fn s3_names(members: &[Member], operation: &Operation) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = ["bucketName", "Host"].map(str::to_owned).into();
    for member in members {
        match member.place {
            Place::Path if member.name == "Key" => drop(names.insert("key".to_owned())),
            Place::Body if operation.name == "PutBucketPolicy" => drop(names.insert("bucketPolicy".to_owned())),
            Place::Query | Place::Header | Place::Body => drop(names.insert(member.body_name().to_owned())),
            Place::Path | Place::Headers | Place::StatusCode => {}
        }
    }
    names.extend(operation.uri.fixed_query().map(str::to_owned));
    names
}

/// Every name that `responseElements` of an operation may have at its top.
fn answer_names(service: &ServiceTable, operation: &Operation) -> BTreeSet<String> {
    let rendering = rendering(service);
    let members = rendering.model.members(operation.output);
    let wrapper = match members {
        [only] => rendering.model.structure(only.shape).filter(|inner| inner.is_wrapper),
        _ => None,
    };
    let members = wrapper.map_or(members, |inner| &inner.members);
    match service.name {
        "s3" => members.iter().map(|member| member.body_name().to_owned()).collect(),
        "ec2" if !ec2::is_classic(operation.name) => [format!("{}Response", operation.name)].into(),
        "ec2" => {
            let names = members.iter().map(|member| ec2::answer_name(operation.name, member.body_name()));
            names.chain(["requestId", "_return"]).map(str::to_owned).collect()
        }
        _ => {
            let names = members.iter().map(|member| rendering.name(top_name(service, member)));
            names.map(|name| facts::answer_name(service, operation.name, name)).collect()
        }
    }
}

/// What a member is called at the top of a record before its first letter changes.
fn top_name(service: &ServiceTable, member: &Member) -> &'static str {
    if member.place != Place::Body {
        return located_name(service, member);
    }
    let by_model = service.speaks("query") || service.speaks("rest-xml") || member.is_payload;
    if by_model { member.name } else { member.body_name() }
}

fn fixtures() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    folder.is_dir().then_some(folder)
}

fn records(folder: &Path) -> Vec<Value> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .flat_map(|set| fs::read_dir(set).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "gz"))
        .collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let mut text = Vec::new();
        let is_gzip = flate2::read::GzDecoder::new(fs::File::open(&path).unwrap()).read_to_end(&mut text).is_ok();
        let document: Value = if is_gzip { serde_json::from_slice(&text).unwrap_or_default() } else { Value::Null };
        found.extend(document.get("Records").and_then(Value::as_array).cloned().unwrap_or_default());
    }
    found
}

/// The operations of every service, by source and event name.
fn operations() -> BTreeMap<(String, String), Vec<(&'static ServiceTable, &'static Operation)>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for service in tables::all() {
        for operation in service.model().operations() {
            let event_name = facts::event_name(service, operation.name, operation.uri.text());
            found.entry((facts::event_source(service), event_name)).or_default().push((service, operation));
        }
    }
    found
}

/// Where a record differs from what the tables say: `source event what`.
fn differences(record: &Value, known: &[(&'static ServiceTable, &'static Operation)]) -> Vec<String> {
    let names: BTreeSet<String> =
        known.iter().flat_map(|(service, operation)| parameter_names(service, operation)).collect();
    let asked = record["requestParameters"].as_object();
    let mut found: Vec<String> = asked
        .into_iter()
        .flat_map(serde_json::Map::keys)
        .filter(|name| !names.contains(*name))
        .map(|name| format!("member {name}"))
        .collect();
    let answers: BTreeSet<String> =
        known.iter().flat_map(|(service, operation)| answer_names(service, operation)).collect();
    let answered = record["responseElements"].as_object().filter(|_| record["errorCode"].is_null());
    let unknown = answered.into_iter().flat_map(serde_json::Map::keys).filter(|name| !answers.contains(*name));
    found.extend(unknown.map(|name| format!("answer {name}")));
    let is_read =
        |expected| known.iter().any(|(service, operation)| facts::is_read_only(service, operation) == expected);
    if record["readOnly"].as_bool().is_some_and(|read_only| !is_read(read_only)) {
        found.push(format!("readOnly {}", record["readOnly"]));
    }
    let is_of = |category: &str| {
        known.iter().any(|(service, operation)| facts::category(service, operation.name).as_str() == category)
    };
    if record["eventCategory"].as_str().is_some_and(|category| !is_of(category)) {
        found.push(format!("eventCategory {}", record["eventCategory"]));
    }
    found
}

#[test]
fn real_records_show_nothing_that_the_tables_do_not_give_or_that_is_not_explained() {
    let Some(folder) = fixtures() else {
        println!("skipped: no ../shared/fixtures");
        return;
    };
    let operations = operations();
    let sources: BTreeSet<&String> = operations.keys().map(|(source, _)| source).collect();
    let (mut found, mut compared) = (BTreeSet::new(), BTreeSet::new());
    for record in records(&folder) {
        let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        let (source, name) = (text("eventSource"), text("eventName"));
        if text("eventType") != "AwsApiCall" || !sources.contains(&source) {
            continue;
        }
        let place = format!("{source} {name}");
        match operations.get(&(source, name)) {
            None => drop(found.insert(format!("{place} operation"))),
            Some(known) => {
                found.extend(differences(&record, known).into_iter().map(|what| format!("{place} {what}")));
                compared.insert(place);
            }
        }
    }
    println!("{} kinds of events compared", compared.len());
    assert!(compared.len() > 300, "only {} kinds of events were compared", compared.len());
    let explained: BTreeSet<String> = EXPLAINED
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(": ").expect("each line has a reason").0.to_owned())
        .collect();
    let unexplained: Vec<_> = found.difference(&explained).cloned().collect();
    let stale: Vec<_> = explained.difference(&found).cloned().collect();
    assert!(unexplained.is_empty(), "not explained:\n{}", unexplained.join("\n"));
    assert!(stale.is_empty(), "explained, but not there any more:\n{}", stale.join("\n"));
}
