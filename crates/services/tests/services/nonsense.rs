//! Random and broken requests and answers: they give what can be read, and never a panic.

use http::StatusCode;
use proptest::prelude::*;

use crate::sent::Request;

const SIGNING_NAMES: [&str; 14] = [
    "s3",
    "iam",
    "sts",
    "ec2",
    "sqs",
    "sns",
    "kms",
    "dynamodb",
    "lambda",
    "monitoring",
    "route53",
    "apigateway",
    "rds",
    "nobody",
];

const TARGETS: [&str; 6] = [
    "DynamoDB_20120810.PutItem",
    "AmazonSQS.SendMessage",
    "TrentService.Encrypt",
    ".",
    "GraniteServiceVersion20100801.PutMetricData",
    "",
];

/// Whole bodies of each form, to be broken.
const BODIES: [&[u8]; 8] = [
    br#"{"TableName":"t","Item":{"a":{"L":[{"S":"x"},{"N":"1"}]}},"Tags":[{"Key":"k","Value":"v"}]}"#,
    b"Action=RunInstances&Version=2016-11-15&ImageId=a&SecurityGroupId.1=g&Filter.1.Value.2=x&UserData=%zz",
    b"Action=CreateRole&Version=2010-05-08&RoleName=r&Tags.member.1.Key=k&Tags.member.99999999999999999999.Key=k",
    br#"<Delete xmlns="x"><Object><Key>a&amp;b</Key><VersionId>v</VersionId></Object><Quiet>true</Quiet></Delete>"#,
    b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>",
    b"\xa3\x69Namespace\x61a\x6aMetricData\x81\xa1\x6aMetricName\x61m\x61t\xc1\xfb\x41\xd9\x00\x00\x00\x00\x00\x00",
    b"--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n${filename}\r\n--x\r\nContent-Disposition: x; name=file\r\n\r\n",
    b"<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><AccessKeyId>A</AccessKeyId></AccessKey>",
];

fn body() -> impl Strategy<Value = Vec<u8>> {
    let broken = (0..BODIES.len(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()).prop_map(
        |(body, cut, at, byte)| {
            let mut bytes = BODIES[body].to_vec();
            let index = at.index(bytes.len());
            bytes[index] = byte;
            bytes.truncate(cut.index(bytes.len()) + 1);
            bytes
        },
    );
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        broken,
        (0..BODIES.len()).prop_map(|body| BODIES[body].to_vec())
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let method = prop_oneof![Just("GET"), Just("PUT"), Just("POST"), Just("DELETE"), Just("HEAD"), Just("PATCH")];
    let path = prop_oneof![
        "/[a-zA-Z0-9%/._-]{0,40}",
        Just("/2015-03-31/functions/a".to_owned()),
        Just("/service/GraniteServiceVersion20100801/operation/PutMetricData".to_owned()),
        Just("/restapis/a/stages".to_owned()),
        Just("/2013-04-01/hostedzone/Z/rrset/".to_owned()),
        Just("/".to_owned()),
    ];
    let query = prop_oneof![
        Just(String::new()),
        "[a-zA-Z0-9%&=+._-]{1,60}",
        Just("delete".to_owned()),
        Just("tagging&x=%ff".to_owned()),
    ];
    let headers = prop::collection::vec(
        (
            prop_oneof![
                Just("content-type".to_owned()),
                Just("host".to_owned()),
                Just("x-amz-copy-source".to_owned()),
                "x-amz-[a-z-]{1,20}",
            ],
            prop_oneof![
                "[ -~]{0,30}",
                Just("application/x-www-form-urlencoded".to_owned()),
                Just("multipart/form-data; boundary=x".to_owned()),
                Just("a.s3.amazonaws.com".to_owned()),
            ],
        ),
        0..4,
    );
    let kind = (prop::option::of(0..TARGETS.len()), any::<bool>(), prop::option::of(0..SIGNING_NAMES.len()));
    (method, path, query, headers, kind, body()).prop_map(|(method, path, query, headers, kind, body)| {
        let (target, is_cbor, service) = kind;
        let mut request = Request::new(method, &format!("{path}?{query}")).body(body);
        for (name, value) in headers {
            request = request.header(&name, &value);
        }
        if let Some(target) = target {
            request = request.header("x-amz-target", TARGETS[target]);
        }
        if is_cbor {
            request = request.header("smithy-protocol", "rpc-v2-cbor");
        }
        request.service = service.map(|service| SIGNING_NAMES[service].to_owned());
        request
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_request_or_answer_makes_trouble(request in request(), status in 100_u16..600, answer in body()) {
        let call = request.call();
        prop_assert!(!call.event_name.is_empty());
        prop_assert!(call.event_source.ends_with(".amazonaws.com"));
        let parameters = call.request_parameters(&request.view());
        let status = StatusCode::from_u16(status).unwrap();
        let headers = http::HeaderMap::new();
        let body = cairn_services::BodyView { bytes: &answer, is_whole: false };
        let response = cairn_services::ResponseView { status, headers: &headers, body };
        let outcome = call.outcome(&response);
        prop_assert_eq!(outcome.error.is_some() && outcome.response_elements.is_some(), false);
        let _ = (call.request_need(), call.response_need(status));
        let _ = (call.deleted_keys(&request.view()), call.deletion_errors(&response));
        for resource in call.resources(parameters.as_ref(), &outcome, "111122223333", "eu-west-1") {
            prop_assert!(resource.arn.starts_with("arn:") || !resource.arn.is_empty());
        }
    }
}

#[test]
fn deep_nesting_ends_somewhere() {
    let deep_json = "{\"a\":".repeat(50_000);
    let deep_xml = "<a>".repeat(50_000);
    let deep_form = format!("Action=CreateRole&Version=2010-05-08&{}=1", "Tags.1.".repeat(20_000));
    let deep_cbor = "\u{81}".repeat(50_000);
    assert_eq!(Request::json("kms", "TrentService.Encrypt", &deep_json).event_name(), "Encrypt");
    let _ = Request::json("kms", "TrentService.Encrypt", &deep_json).parameters();
    let _ = Request::s3("PUT", "/photos?tagging").body(deep_xml).parameters();
    let _ = Request::form("iam", &deep_form).parameters();
    let cbor = Request::new("POST", "/service/GraniteServiceVersion20100801/operation/PutMetricData");
    let cbor = cbor.signed_for("monitoring").header("smithy-protocol", "rpc-v2-cbor").body(deep_cbor);
    assert_eq!(cbor.event_name(), "PutMetricData");
    let _ = cbor.parameters();
}
