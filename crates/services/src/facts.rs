//! What service models do not say: how CloudTrail names sources, events and versions, and what it takes for a read.
//!
//! From the reference (sections 3.2, 4 and 8.1) and from real records.

mod data_events;
mod read_only;

use crate::tables::ServiceTable;

pub(crate) use data_events::category;
pub(crate) use read_only::{is_read_only, reads_by_name};

/// `eventSource` of services where it is not made of their endpoint prefix.
const EVENT_SOURCES: &[(&str, &str)] = &[
    ("bedrock-agent", "bedrock"),
    ("bedrock-agent-runtime", "bedrock"),
    ("bedrock-data-automation", "bedrock"),
    ("bedrock-data-automation-runtime", "bedrock"),
    ("bedrock-runtime", "bedrock"),
    ("chime-sdk-identity", "chime"),
    ("chime-sdk-media-pipelines", "chime"),
    ("chime-sdk-meetings", "chime"),
    ("chime-sdk-messaging", "chime"),
    ("chime-sdk-voice", "chime"),
    ("cloudhsmv2", "cloudhsm"),
    ("discovery", "discovery"),
    ("dynamodbstreams", "dynamodb"),
    ("ecr", "ecr"),
    ("ecr-public", "ecr-public"),
    ("iot-data", "iotdata"),
    ("ivs-realtime", "ivs"),
    ("lexv2-models", "lex"),
    ("lexv2-runtime", "lex"),
    ("marketplace-agreement", "agreement-marketplace"),
    ("marketplace-catalog", "catalog-marketplace"),
    ("marketplace-discovery", "discovery-marketplace"),
    ("marketplace-entitlement", "entitlement-marketplace"),
    ("meteringmarketplace", "metering-marketplace"),
    ("pinpoint", "mobiletargeting"),
    ("pinpoint-email", "ses"),
    ("s3control", "s3"),
    ("ses", "ses"),
    ("sesv2", "ses"),
    ("signer-data", "signer"),
    ("sso", "sso"),
    ("sso-oidc", "sso"),
];

/// `apiVersion`, for services whose records show one.
const API_VERSIONS: &[(&str, &str)] = &[
    ("appmesh", "2019-01-25"),
    ("cloudfront", "2020_05_31"),
    ("dynamodb", "2012-08-10"),
    ("dynamodbstreams", "2012-08-10"),
    ("efs", "2015-02-01"),
    ("elb", "2012-06-01"),
    ("elbv2", "2015-12-01"),
    ("logs", "20140328"),
    ("route53", "2013-04-01"),
    ("wafv2", "2019-04-23"),
];

/// S3 operations that CloudTrail calls otherwise.
const S3_EVENT_NAMES: &[(&str, &str)] = &[
    ("DeletePublicAccessBlock", "DeleteBucketPublicAccessBlock"),
    ("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
    ("GetBucketLifecycleConfiguration", "GetBucketLifecycle"),
    ("GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
    ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("ListObjectsV2", "ListObjects"),
    ("PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
    ("PutBucketLifecycleConfiguration", "PutBucketLifecycle"),
    ("PutBucketNotificationConfiguration", "PutBucketNotification"),
    ("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
    ("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
];

/// S3 Control operations that CloudTrail calls otherwise.
const S3_CONTROL_EVENT_NAMES: &[(&str, &str)] = &[
    ("DeletePublicAccessBlock", "DeleteAccountPublicAccessBlock"),
    ("GetPublicAccessBlock", "GetAccountPublicAccessBlock"),
    ("PutPublicAccessBlock", "PutAccountPublicAccessBlock"),
];

/// Operations of other services that CloudTrail calls otherwise.
const EVENT_NAMES: &[(&str, &str, &str)] = &[
    ("cloudfront", "CreateFunction", "CreateFunction2020_05_31"),
    ("cloudfront", "DeleteFunction", "DeleteFunction2020_05_31"),
    ("cloudfront", "DescribeFunction", "DescribeFunction2020_05_31"),
    ("cloudfront", "PublishFunction", "PublishFunction2020_05_31"),
    ("cloudfront", "UpdateFunction", "UpdateFunction2020_05_31"),
];

/// Lambda operations whose event name ends with the date of their path.
const LAMBDA_DATED: &[&str] = &[
    "AddLayerVersionPermission",
    "CreateAlias",
    "CreateEventSourceMapping",
    "CreateFunction",
    "DeleteAlias",
    "DeleteEventSourceMapping",
    "DeleteFunction",
    "DeleteFunctionConcurrency",
    "DeleteLayerVersion",
    "GetAccountSettings",
    "GetAlias",
    "GetEventSourceMapping",
    "GetLayerVersion",
    "GetLayerVersionPolicy",
    "ListAliases",
    "ListEventSourceMappings",
    "ListFunctions",
    "ListLayerVersions",
    "ListLayers",
    "ListTags",
    "ListVersionsByFunction",
    "PublishLayerVersion",
    "PublishVersion",
    "PutFunctionConcurrency",
    "RemoveLayerVersionPermission",
    "UpdateAlias",
    "UpdateEventSourceMapping",
];

/// Lambda operations whose event name ends with the date of their path and `v2`.
const LAMBDA_DATED_V2: &[&str] = &[
    "AddPermission",
    "GetFunction",
    "GetFunctionConfiguration",
    "GetPolicy",
    "RemovePermission",
    "TagResource",
    "UntagResource",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
];

/// Services whose records keep the first letter of members as the API has it.
const KEEPS_CASING: &[&str] = &["account", "ce", "resource-explorer-2", "securityhub"];

/// Services whose records call members of paths as the path does, not as the member is called.
const NAMED_BY_PATH: &[&str] = &["eks"];

/// Members of answers that are called otherwise in the records of some operations.
const ANSWER_NAMES: &[(&str, &[&str], &str, &str)] =
    &[("secretsmanager", &["CreateSecret", "PutSecretValue"], "aRN", "arn")];

/// Reads whose `responseElements` AWS keeps.
const KEEPS_ANSWER: &[&str] = &["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"];

/// `s3.amazonaws.com`
pub(crate) fn event_source(service: &ServiceTable) -> String {
    let given = EVENT_SOURCES.iter().find(|(name, _)| *name == service.name).map(|(_, source)| *source);
    let has_labels = service.endpoint_prefix.contains('.');
    let derived = if has_labels { service.signing_name } else { service.endpoint_prefix };
    format!("{}.amazonaws.com", given.unwrap_or(derived))
}

/// CloudTrail's name of an operation. `path` is that of the request, or of the operation's pattern.
pub(crate) fn event_name(service: &ServiceTable, operation: &'static str, path: &str) -> String {
    match service.name {
        "s3" => s3_event_name(operation).to_owned(),
        "s3control" => renamed(S3_CONTROL_EVENT_NAMES, operation).to_owned(),
        "lambda" => lambda_event_name(operation, path),
        other => EVENT_NAMES
            .iter()
            .find(|(service, name, _)| *service == other && *name == operation)
            .map_or(operation, |(_, _, event_name)| event_name)
            .to_owned(),
    }
}

/// CloudTrail's name of an operation of S3.
pub(crate) fn s3_event_name(operation: &'static str) -> &'static str {
    renamed(S3_EVENT_NAMES, operation)
}

fn renamed(names: &[(&str, &'static str)], operation: &'static str) -> &'static str {
    names.iter().find(|(name, _)| *name == operation).map_or(operation, |(_, event_name)| event_name)
}

fn lambda_event_name(operation: &str, path: &str) -> String {
    let suffix = if LAMBDA_DATED.contains(&operation) {
        ""
    } else if LAMBDA_DATED_V2.contains(&operation) {
        "v2"
    } else {
        return operation.to_owned();
    };
    let date = path.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    let digits: String = date.chars().filter(char::is_ascii_digit).collect();
    format!("{operation}{digits}{suffix}")
}

/// `apiVersion` of a service's records, if they show one.
pub(crate) fn api_version(service: &ServiceTable) -> Option<&'static str> {
    API_VERSIONS.iter().find(|(name, _)| *name == service.name).map(|(_, version)| *version)
}

/// Whether the records of a service keep the first letter of members as the API has it.
pub(crate) fn keeps_casing(service: &ServiceTable) -> bool {
    KEEPS_CASING.contains(&service.name)
}

/// Whether the records of a service call members of paths as the path does.
pub(crate) fn names_by_path(service: &ServiceTable) -> bool {
    NAMED_BY_PATH.contains(&service.name)
}

/// What a member is called at the top of an answer, where it is called otherwise.
pub(crate) fn answer_name(service: &ServiceTable, operation: &str, name: String) -> String {
    let is_renamed = |(of, operations, member, _): &&(&str, &[&str], &str, &str)| {
        *of == service.name && operations.contains(&operation) && *member == name
    };
    ANSWER_NAMES.iter().find(is_renamed).map(|(_, _, _, record)| (*record).to_owned()).unwrap_or(name)
}

/// Whether the record of a read says what was answered.
pub(crate) fn keeps_answer(service: &ServiceTable, operation: &str) -> bool {
    service.name == "sts" && KEEPS_ANSWER.contains(&operation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn every_name_in_the_hand_written_lists_is_in_the_tables() {
        for (service, _) in EVENT_SOURCES.iter().chain(API_VERSIONS) {
            assert!(tables::named(service).is_some(), "{service}");
        }
        let has = |service: &str, operation: &str| {
            let model = tables::named(service).unwrap().model();
            assert!(model.operation(operation).is_some(), "{service} {operation}");
        };
        let s3 = S3_EVENT_NAMES.iter().map(|(operation, _)| ("s3", operation));
        let s3_control = S3_CONTROL_EVENT_NAMES.iter().map(|(operation, _)| ("s3control", operation));
        let others = EVENT_NAMES.iter().map(|(service, operation, _)| (*service, operation));
        let lambda = LAMBDA_DATED.iter().chain(LAMBDA_DATED_V2).map(|operation| ("lambda", operation));
        let sts = KEEPS_ANSWER.iter().map(|operation| ("sts", operation));
        for (service, operation) in s3.chain(s3_control).chain(others).chain(lambda).chain(sts) {
            has(service, operation);
        }
    }

    #[test]
    fn lambda_events_carry_the_date_of_their_path() {
        let lambda = tables::named("lambda").unwrap();
        let path = "/2015-03-31/functions/a/code";
        assert_eq!(event_name(lambda, "UpdateFunctionCode", path), "UpdateFunctionCode20150331v2");
        assert_eq!(event_name(lambda, "CreateFunction", "/2015-03-31/functions"), "CreateFunction20150331");
        assert_eq!(
            event_name(lambda, "PutFunctionEventInvokeConfig", "/2019-09-25/functions/a"),
            "PutFunctionEventInvokeConfig"
        );
    }

    #[test]
    fn sources_follow_the_endpoint_unless_records_say_otherwise() {
        let source = |name: &str| event_source(tables::named(name).unwrap());
        assert_eq!(source("cloudwatch"), "monitoring.amazonaws.com");
        assert_eq!(source("sesv2"), "ses.amazonaws.com");
        assert_eq!(source("sagemaker-runtime"), "sagemaker.amazonaws.com");
        assert_eq!(source("elbv2"), "elasticloadbalancing.amazonaws.com");
    }
}
