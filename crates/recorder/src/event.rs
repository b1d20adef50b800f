//! The event of a call: the record as CloudTrail writes it, member for member (reference sections 3.2 and 8.1).

use bytes::Bytes;
use cairn_model::{AccountId, Category, Timestamp};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::{Call, CallResource, TlsDetails};

pub(crate) const EVENT_VERSION: &str = "1.11";
const TEXT_BYTES_MAX: usize = 1 << 10;
const PARAMETERS_BYTES_MAX: usize = 100 << 10;
const ADDITIONAL_BYTES_MAX: usize = 28 << 10;
const RESOURCES_MAX: usize = 100;

/// The members in the order in which they are written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    event_version: &'static str,
    user_identity: &'a Value,
    event_time: String,
    event_source: &'a str,
    event_name: &'a str,
    aws_region: &'a str,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
    request_parameters: Option<Box<RawValue>>,
    response_elements: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_event_data: Option<Box<RawValue>>,
    #[serde(rename = "requestID")]
    request_id: &'a str,
    #[serde(rename = "eventID")]
    event_id: &'a str,
    read_only: bool,
    #[serde(skip_serializing_if = "<[CallResource]>::is_empty")]
    resources: &'a [CallResource],
    event_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_version: Option<&'a str>,
    management_event: bool,
    recipient_account_id: AccountId,
    #[serde(rename = "sharedEventID", skip_serializing_if = "Option::is_none")]
    shared_event_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vpc_endpoint_id: Option<&'a str>,
    event_category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_details: Option<TlsDetails>,
}

/// What stands in place of a member that is too large.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Marker {
    #[serde(rename = "omitted")]
    is_omitted: bool,
    original_size: usize,
    reason: String,
}

/// Whether a marker stands in the event in place of its request parameters.
pub(crate) fn omits_parameters(event: &[u8]) -> bool {
    memchr::memmem::find(event, br#""reason":"requestParameters too large""#).is_some()
}

/// The event of `call`, which was completed at `completed_at`.
pub(crate) fn event_of(call: &Call, event_id: &str, completed_at: Timestamp) -> Bytes {
    let record = Record {
        event_version: EVENT_VERSION,
        user_identity: &call.user_identity,
        event_time: completed_at.iso_seconds(),
        event_source: cut(&call.event_source),
        event_name: cut(&call.event_name),
        aws_region: call.region.as_str(),
        source_ip_address: cut(&call.source_ip),
        user_agent: call.user_agent.as_deref().map(cut),
        error_code: call.error.as_ref().map(|(code, _)| cut(code)).filter(|code| !code.is_empty()),
        error_message: call.error.as_ref().map(|(_, message)| cut(message)),
        request_parameters: part("requestParameters", call.request_parameters.as_ref(), PARAMETERS_BYTES_MAX),
        response_elements: part("responseElements", call.response_elements.as_ref(), PARAMETERS_BYTES_MAX),
        additional_event_data: part("additionalEventData", call.additional_event_data.as_ref(), ADDITIONAL_BYTES_MAX),
        request_id: cut(&call.request_id),
        event_id,
        read_only: call.read_only,
        resources: call.resources.get(..RESOURCES_MAX).unwrap_or(&call.resources),
        event_type: call.event_type.as_str(),
        api_version: call.api_version.as_deref().map(cut),
        management_event: call.category == Category::Management,
        recipient_account_id: call.account,
        shared_event_id: call.shared_event_id.as_deref(),
        vpc_endpoint_id: call.vpc_endpoint_id.as_deref().map(cut),
        event_category: call.category.as_str(),
        tls_details: call.tls.as_ref().map(cut_tls),
    };
    // A value that was built in memory always has a JSON form; an empty object would be seen in any test.
    serde_json::to_vec(&record).unwrap_or_else(|_| b"{}".to_vec()).into()
}

/// A member that may be an object: nothing when it is empty, and a marker when it is larger than `bytes_max`.
fn part(name: &str, value: Option<&Value>, bytes_max: usize) -> Option<Box<RawValue>> {
    let value = value.filter(|value| !is_empty(value))?;
    let raw = to_raw_value(value).ok()?;
    let original_size = raw.get().len();
    if original_size <= bytes_max {
        return Some(raw);
    }
    to_raw_value(&Marker { is_omitted: true, original_size, reason: format!("{name} too large") }).ok()
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or(text)
}

fn cut_tls(tls: &TlsDetails) -> TlsDetails {
    let cut = |text: &Option<String>| text.as_deref().map(|text| cut(text).to_owned());
    TlsDetails {
        tls_version: cut(&tls.tls_version),
        cipher_suite: cut(&tls.cipher_suite),
        client_provided_host_header: cut(&tls.client_provided_host_header),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use cairn_model::{EventFields, Region};
    use serde_json::json;

    use super::*;
    use crate::ResourceArn;

    pub(crate) fn call() -> Call {
        Call {
            account: AccountId::DEFAULT,
            user_identity: json!({"type": "Root", "principalId": "123456789012"}),
            event_source: "cloudtrail.amazonaws.com".into(),
            event_name: "CreateTrail".into(),
            region: Region::us_east_1(),
            received_at: Timestamp::from_unix_seconds(1_790_841_792),
            source_ip: "198.51.100.23".into(),
            user_agent: Some("aws-cli/2".into()),
            error: Some(("TrailNotFoundException".into(), "Unknown trail".into())),
            request_parameters: Some(json!({"name": "audit"})),
            response_elements: Some(json!({"trailARN": "arn"})),
            additional_event_data: Some(json!({"x": 1})),
            request_id: "r-1".into(),
            read_only: false,
            category: Category::Management,
            resources: vec![CallResource {
                account_id: Some(AccountId::DEFAULT),
                resource_type: "AWS::CloudTrail::Trail".into(),
                arn: ResourceArn::Whole("arn:aws:cloudtrail:us-east-1:123456789012:trail/audit".into()),
            }],
            api_version: Some("20131101".into()),
            tls: Some(TlsDetails {
                tls_version: Some("TLSv1.3".into()),
                cipher_suite: None,
                client_provided_host_header: Some("h".into()),
            }),
            event_type: crate::EventType::ApiCall,
            shared_event_id: Some("s-1".into()),
            vpc_endpoint_id: Some("vpce-1".into()),
        }
    }

    fn written(call: &Call) -> Value {
        let bytes = event_of(call, "e-1", Timestamp::from_unix_seconds(1_790_841_793));
        EventFields::parse(&bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    fn members(event: &Value) -> Vec<&str> {
        event.as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn the_members_stand_in_the_order_of_real_records() {
        let event = written(&call());
        let expected = "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent \
                        errorCode errorMessage requestParameters responseElements additionalEventData requestID eventID \
                        readOnly resources eventType apiVersion managementEvent recipientAccountId sharedEventID \
                        vpcEndpointId eventCategory tlsDetails";
        assert_eq!(members(&event), expected.split_whitespace().collect::<Vec<_>>());
        assert_eq!(event["eventVersion"], "1.11");
        assert_eq!(event["eventTime"], "2026-10-01T08:03:13Z");
        assert_eq!(event["managementEvent"], true);
        assert_eq!(event["recipientAccountId"], "123456789012");
        assert_eq!(event["eventCategory"], "Management");
        assert_eq!(event["tlsDetails"], json!({"tlsVersion": "TLSv1.3", "clientProvidedHostHeader": "h"}));
        assert_eq!(members(&event["resources"][0]), ["accountId", "type", "ARN"]);
        let objects = CallResource {
            account_id: None,
            resource_type: "AWS::S3::Object".into(),
            arn: ResourceArn::Prefix("arn:aws:s3:::photos/".into()),
        };
        let listing = written(&Call { resources: vec![objects], ..call() });
        assert_eq!(listing["resources"], json!([{"type": "AWS::S3::Object", "ARNPrefix": "arn:aws:s3:::photos/"}]));
    }

    #[test]
    fn what_is_empty_is_null_or_absent() {
        let bare = Call {
            user_agent: None,
            error: None,
            request_parameters: None,
            response_elements: Some(json!({})),
            additional_event_data: None,
            resources: Vec::new(),
            api_version: None,
            tls: None,
            shared_event_id: None,
            vpc_endpoint_id: None,
            category: Category::Data,
            ..call()
        };
        let event = written(&bare);
        let expected = "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress \
                        requestParameters responseElements requestID eventID readOnly eventType managementEvent \
                        recipientAccountId eventCategory";
        assert_eq!(members(&event), expected.split_whitespace().collect::<Vec<_>>());
        assert_eq!(event["requestParameters"], Value::Null);
        assert_eq!(event["responseElements"], Value::Null);
        assert_eq!(event["managementEvent"], false);
    }

    #[test]
    fn what_is_too_large_is_cut_or_replaced_by_a_marker() {
        let large = Call {
            user_agent: Some("é".repeat(1000)),
            error: Some(("c".repeat(2000), "m".repeat(2000))),
            request_parameters: Some(json!({"policy": "x".repeat(200_000)})),
            additional_event_data: Some(json!({"policy": "x".repeat(30_000)})),
            request_id: "r".repeat(5000),
            ..call()
        };
        let event = written(&large);
        assert_eq!(event["userAgent"].as_str().unwrap().len(), 1024);
        assert_eq!(event["errorCode"].as_str().unwrap().len(), 1024);
        assert_eq!(event["errorMessage"].as_str().unwrap().len(), 1024);
        assert_eq!(event["requestID"].as_str().unwrap().len(), 1024);
        let marker = json!({"omitted": true, "originalSize": 200_013, "reason": "requestParameters too large"});
        assert_eq!(event["requestParameters"], marker);
        assert!(
            omits_parameters(event.to_string().as_bytes())
                && !omits_parameters(written(&call()).to_string().as_bytes())
        );
        assert_eq!(event["additionalEventData"]["omitted"], true);
        assert_eq!(event["responseElements"], json!({"trailARN": "arn"}));
    }
}
