//! The event sources of network activity events (reference section 4.5).

/// Whether selectors can ask for the network activity of `source`, such as `s3.amazonaws.com`.
pub(super) fn is_network_source(source: &str) -> bool {
    source.strip_suffix(".amazonaws.com").is_some_and(|service| SERVICES.binary_search(&service).is_ok())
}

/// In byte order.
#[rustfmt::skip]
const SERVICES: [&str; 100] = [
    "aco-automation", "agent-registry", "appconfig", "application-signals", "appmesh", "assurance", "athena",
    "autoscaling", "aws-external-anthropic", "b2bi", "backup-gateway", "bcm-data-exports", "bcm-pricing-calculator",
    "bedrock", "bedrock-agentcore", "billing", "cassandra", "ce", "chime-sdk-media-pipelines", "chime-sdk-voice",
    "cloudcontrolapi", "cloudformation", "cloudhsm", "cloudoptimization", "cloudtrail", "codedeploy", "comprehend",
    "comprehendmedical", "config", "ds", "dsql", "dynamodb", "ec2", "ecr", "ecs", "elasticfilesystem",
    "elasticloadbalancing", "events", "firehose", "frauddetector", "freetier", "fsx", "glue", "healthlake",
    "identitystore", "invoicing", "iot", "iotfleetwise", "iotsecuredtunneling", "iotsitewise", "kms", "lakeformation",
    "lambda", "license-manager", "lookoutequipment", "lookoutvision", "monitoring", "nova-act", "partnercentral-prm",
    "personalize", "qbusiness", "quicksight", "rds", "rdsdata", "rdsdataapi", "rekognition", "rolesanywhere",
    "route53", "s3", "s3vectors", "sagemaker", "scheduler", "secretsmanager", "servicediscovery", "ses", "signin",
    "sns", "sqs", "ssm", "ssm-contacts", "sso", "sso-directory", "sso-oauth", "states", "storagegateway", "sts",
    "swf", "textract", "transcribe", "transcribestreaming", "transfer", "transform", "transform-agents",
    "transform-custom", "translate", "user-subscriptions", "verifiedpermissions", "voiceid", "workmail",
    "workmailmessageflow",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_are_in_byte_order_and_a_source_is_a_service_of_aws() {
        assert!(SERVICES.is_sorted_by(|one, next| one < next));
        assert!(is_network_source("s3.amazonaws.com"));
        assert!(!is_network_source("s3"));
        assert!(!is_network_source("s3.example.com"));
        assert!(!is_network_source("iam.amazonaws.com"));
    }
}
