//! Requests as botocore serializes them, of every operation and protocol: each is named, its members are read back, and
//! none of its secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_services::ServiceCall;
use serde_json::Value;

use crate::sent::Request;

const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Services that share requests with another one, signing name and all: the first is asked for, the second named.
const TWINS: &[(&str, &str)] = &[
    ("bedrock-agent-runtime", "bedrock-agent"),
    ("bedrock-data-automation", "bedrock"),
    ("chime-sdk-media-pipelines", "chime-sdk-identity"),
    ("chime-sdk-meetings", "chime-sdk-identity"),
    ("chime-sdk-messaging", "chime-sdk-identity"),
    ("chime-sdk-voice", "chime"),
    ("chime-sdk-voice", "chime-sdk-identity"),
    ("docdb", "rds"),
    ("greengrassv2", "greengrass"),
    ("ivs-realtime", "ivs"),
    ("lambda-microvms", "lambda"),
    ("lexv2-models", "lex-models"),
    ("neptune", "rds"),
    ("signer-data", "signer"),
    ("sms-voice", "pinpoint-sms-voice"),
    ("timestream-write", "timestream-query"),
    ("wisdom", "qconnect"),
];

/// Pairs of operations that one request may mean: the first is asked for, the second named.
const SAME_REQUEST: &[(&str, &str)] = &[
    ("GetBucketLifecycleConfiguration", "GetBucketLifecycle"),
    ("GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("ListDirectoryBuckets", "ListBuckets"),
    ("ListImports", "StartImport"),
    ("PutBucketLifecycleConfiguration", "PutBucketLifecycle"),
    ("PutBucketNotificationConfiguration", "PutBucketNotification"),
];

/// Members that records do not show, in requests of a service.
const UNSHOWN: &[(&str, &str)] = &[
    ("ec2", "DryRun"),
    ("s3", "CacheControl"),
    ("s3", "ContentDisposition"),
    ("s3", "ContentEncoding"),
    ("s3", "ContentLanguage"),
    ("s3", "ContentLength"),
    ("s3", "ContentMD5"),
    ("s3", "ContentType"),
    ("s3", "Delete"),
    ("s3", "DestinationIfMatch"),
    ("s3", "DestinationIfNoneMatch"),
    ("s3", "IfMatch"),
    ("s3", "IfNoneMatch"),
    ("s3", "Metadata"),
    ("s3", "MultipartUpload"),
    ("s3", "Range"),
];

/// Members that models call sensitive and records show: names of keys, not keys.
const SHOWN: &[&str] = &["KMSKeyArn", "KMSKeyId", "KMSMasterKeyID", "KeyId", "KmsKeyId", "SSEKMSKeyId", "accessKeyId"];

struct Sent {
    service: String,
    protocol: String,
    operation: String,
    signing_name: String,
    request: Request,
    members: BTreeMap<String, Vec<String>>,
    /// What the model calls sensitive: the member that holds it, and the value.
    secrets: Vec<(String, String)>,
}

impl Sent {
    fn read(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| value[name].as_str().unwrap().to_owned();
        let members = value["members"].as_object().unwrap().iter().map(|(name, leaves)| {
            let leaves = leaves.as_array().unwrap().iter().map(|leaf| leaf.as_str().unwrap().to_owned());
            (name.clone(), leaves.collect())
        });
        let mut request = Request::new(&text("method"), &format!("{}?{}", text("path"), text("query")));
        request.service = Some(text("signing_name"));
        request.body = STANDARD.decode(text("body")).unwrap();
        for (name, value) in value["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        Self {
            service: text("service"),
            protocol: text("protocol"),
            operation: text("operation"),
            signing_name: text("signing_name"),
            request,
            members: members.collect(),
            secrets: serde_json::from_value(value["secrets"].clone()).unwrap(),
        }
    }

    fn name(&self) -> String {
        format!("{} {} {} (signed for {})", self.service, self.protocol, self.operation, self.signing_name)
    }
}

fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    python.is_file().then_some(python)
}

fn requests() -> Option<Vec<Sent>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts/serialize.py");
    let output = Command::new(python()?).arg(script).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(Sent::read).collect())
}

/// Whether a call is the one that was asked for.
fn is_named(sent: &Sent, call: &ServiceCall) -> bool {
    let name = call.operation_name();
    let service = call.service_name();
    let is_twin = TWINS.iter().any(|(asked, named)| *asked == sent.service && Some(*named) == service);
    let is_service = service == Some(sent.service.as_str()) || is_twin;
    let is_same = SAME_REQUEST.iter().any(|(asked, named)| *asked == sent.operation && Some(*named) == name);
    is_service && (name == Some(sent.operation.as_str()) || is_same)
}

/// Every plain value below a value, as text.
fn leaves(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| leaves(member, found)),
        Value::Array(elements) => elements.iter().for_each(|element| leaves(element, found)),
        Value::String(text) => {
            found.insert(text.clone());
            found.extend(text.split(',').map(|part| part.trim().to_owned()));
        }
        Value::Number(_) | Value::Bool(_) => drop(found.insert(value.to_string())),
        Value::Null => {}
    }
}

/// The members that are not read back.
fn missing(sent: &Sent, parameters: &Value) -> Vec<String> {
    let mut all = BTreeSet::new();
    leaves(parameters, &mut all);
    let lost = sent.members.iter().filter(|(_, given)| given.iter().any(|leaf| !all.contains(leaf)));
    lost.filter(|(name, given)| {
        let of_name = parameters.as_object().into_iter().flatten().find(|(other, _)| other.eq_ignore_ascii_case(name));
        let mut shown = BTreeSet::new();
        if let Some((_, value)) = of_name {
            leaves(value, &mut shown);
        }
        // Some records put members below a name of their own or call them otherwise; S3 shows headers by theirs.
        let names_header = ["CustomerKey", "EncryptionContext"].iter().any(|part| name.contains(part));
        let is_elsewhere = of_name.is_none() && (sent.service != "s3" || names_header);
        let is_hidden = shown.contains(HIDDEN) || (is_elsewhere && all.contains(HIDDEN));
        let is_unshown = UNSHOWN.contains(&(sent.service.as_str(), name.as_str()));
        !is_hidden && !is_unshown && !given.is_empty()
    })
    .map(|(name, _)| name.clone())
    .collect()
}

/// The members whose sensitive values are shown.
fn betrayed(sent: &Sent, parameters: &Value) -> Vec<String> {
    let mut shown = BTreeSet::new();
    leaves(parameters, &mut shown);
    let secrets = sent.secrets.iter().filter(|(name, _)| !SHOWN.contains(&name.as_str()));
    secrets.filter(|(_, secret)| shown.contains(secret)).map(|(name, _)| name.clone()).collect()
}

#[test]
fn every_request_of_botocore_is_named_and_read_back_without_its_secrets() {
    let Some(requests) = requests() else {
        println!("skipped: no .venv with botocore");
        return;
    };
    let mut per_protocol: BTreeMap<String, usize> = BTreeMap::new();
    let (mut misnamed, mut lost, mut betrayals, mut secrets) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for sent in &requests {
        *per_protocol.entry(sent.protocol.clone()).or_default() += 1;
        let call = sent.request.call();
        if !is_named(sent, &call) {
            misnamed.push(format!("{}: {:?} {:?}", sent.name(), call.service_name(), call.operation_name()));
            continue;
        }
        let parameters = call.request_parameters(&sent.request.view()).unwrap_or_default();
        secrets += sent.secrets.len();
        // What another service calls sensitive is not known of the one that is named.
        let is_itself = call.service_name() == Some(sent.service.as_str());
        let shown = if is_itself { betrayed(sent, &parameters) } else { Vec::new() };
        if !shown.is_empty() {
            betrayals.push(format!("{}: {}", sent.name(), shown.join(", ")));
        }
        let gone = missing(sent, &parameters);
        if !gone.is_empty() {
            lost.push(format!("{}: {}", sent.name(), gone.join(", ")));
        }
    }
    println!("{} requests, {secrets} secrets: {per_protocol:?}", requests.len());
    assert!(secrets > 1000, "only {secrets} secrets");
    assert!(betrayals.is_empty(), "{} show secrets:\n{}", betrayals.len(), betrayals.join("\n"));
    assert!(requests.len() >= 300);
    for protocol in ["ec2", "json", "query", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"] {
        assert!(per_protocol.contains_key(protocol), "{protocol}");
    }
    assert!(misnamed.is_empty(), "{} misnamed:\n{}", misnamed.len(), misnamed.join("\n"));
    assert!(lost.is_empty(), "{} lost members:\n{}", lost.len(), lost.join("\n"));
}
