//! ARN and type of what a call is about, from members of its request and its answer.

use cairn_model::{Region, partition};
use serde_json::Value;

use crate::response::{CallOutcome, ResourceName};

/// A member, what it names, and the ARN with `{}` in the place of the member. `@` stands for `Region:account`.
type Rule = (&'static str, &'static str, &'static str);

/// Rules by event source. A member is a path below the parameters or the answer.
const RULES: &[(&str, &[Rule])] = &[
    ("cloudformation", &[("stackName", "AWS::CloudFormation::Stack", "arn:aws:cloudformation:@:stack/{}")]),
    (
        "cloudtrail",
        &[
            ("name", "AWS::CloudTrail::Trail", "arn:aws:cloudtrail:@:trail/{}"),
            ("trailName", "AWS::CloudTrail::Trail", "arn:aws:cloudtrail:@:trail/{}"),
        ],
    ),
    ("codecommit", &[("repositoryName", "AWS::CodeCommit::Repository", "arn:aws:codecommit:@:{}")]),
    (
        "dynamodb",
        &[
            ("tableName", "AWS::DynamoDB::Table", "arn:aws:dynamodb:@:table/{}"),
            ("streamArn", "AWS::DynamoDB::Stream", "{}"),
        ],
    ),
    (
        "ec2",
        &[
            ("instanceId", "AWS::EC2::Instance", "arn:aws:ec2:@:instance/{}"),
            ("instancesSet", "AWS::EC2::Instance", "arn:aws:ec2:@:instance/{}"),
            ("groupId", "AWS::EC2::SecurityGroup", "arn:aws:ec2:@:security-group/{}"),
            ("internetGatewayId", "AWS::EC2::InternetGateway", "arn:aws:ec2:@:internet-gateway/{}"),
            ("keyName", "AWS::EC2::KeyPair", "arn:aws:ec2:@:key-pair/{}"),
            ("networkAclId", "AWS::EC2::NetworkAcl", "arn:aws:ec2:@:network-acl/{}"),
            ("networkInterfaceId", "AWS::EC2::NetworkInterface", "arn:aws:ec2:@:network-interface/{}"),
            ("routeTableId", "AWS::EC2::RouteTable", "arn:aws:ec2:@:route-table/{}"),
            ("snapshotId", "AWS::EC2::Snapshot", "arn:aws:ec2:@:snapshot/{}"),
            ("subnetId", "AWS::EC2::Subnet", "arn:aws:ec2:@:subnet/{}"),
            ("subnet", "AWS::EC2::Subnet", "arn:aws:ec2:@:subnet/{}"),
            ("volumeId", "AWS::EC2::Volume", "arn:aws:ec2:@:volume/{}"),
            ("vpcId", "AWS::EC2::VPC", "arn:aws:ec2:@:vpc/{}"),
            ("vpc", "AWS::EC2::VPC", "arn:aws:ec2:@:vpc/{}"),
        ],
    ),
    ("ecr", &[("repositoryName", "AWS::ECR::Repository", "arn:aws:ecr:@:repository/{}")]),
    ("eks", &[("name", "AWS::EKS::Cluster", "arn:aws:eks:@:cluster/{}")]),
    (
        "events",
        &[
            ("name", "AWS::Events::Rule", "arn:aws:events:@:rule/{}"),
            ("rule", "AWS::Events::Rule", "arn:aws:events:@:rule/{}"),
        ],
    ),
    (
        "firehose",
        &[("deliveryStreamName", "AWS::KinesisFirehose::DeliveryStream", "arn:aws:firehose:@:deliverystream/{}")],
    ),
    (
        "iam",
        &[
            ("groupName", "AWS::IAM::Group", "arn:aws:iam::#:group/{}"),
            ("instanceProfileName", "AWS::IAM::InstanceProfile", "arn:aws:iam::#:instance-profile/{}"),
            ("policyArn", "AWS::IAM::Policy", "{}"),
            ("roleName", "AWS::IAM::Role", "arn:aws:iam::#:role/{}"),
            ("serialNumber", "AWS::IAM::MFADevice", "{}"),
            ("userName", "AWS::IAM::User", "arn:aws:iam::#:user/{}"),
        ],
    ),
    (
        "kinesis",
        &[
            ("streamName", "AWS::Kinesis::Stream", "arn:aws:kinesis:@:stream/{}"),
            ("streamARN", "AWS::Kinesis::Stream", "{}"),
        ],
    ),
    (
        "kms",
        &[
            ("keyId", "AWS::KMS::Key", "arn:aws:kms:@:key/{}"),
            ("keyMetadata", "AWS::KMS::Key", "{}"),
            ("targetKeyId", "AWS::KMS::Key", "arn:aws:kms:@:key/{}"),
        ],
    ),
    ("lambda", &[("functionName", "AWS::Lambda::Function", "arn:aws:lambda:@:function:{}")]),
    ("logs", &[("logGroupName", "AWS::Logs::LogGroup", "arn:aws:logs:@:log-group:{}")]),
    (
        "rds",
        &[
            ("dBInstanceIdentifier", "AWS::RDS::DBInstance", "arn:aws:rds:@:db:{}"),
            ("dBClusterIdentifier", "AWS::RDS::DBCluster", "arn:aws:rds:@:cluster:{}"),
        ],
    ),
    (
        "secretsmanager",
        &[
            ("secretId", "AWS::SecretsManager::Secret", "arn:aws:secretsmanager:@:secret:{}"),
            ("arn", "AWS::SecretsManager::Secret", "{}"),
            ("aRN", "AWS::SecretsManager::Secret", "{}"),
        ],
    ),
    (
        "sns",
        &[
            ("topicArn", "AWS::SNS::Topic", "{}"),
            ("targetArn", "AWS::SNS::PlatformEndpoint", "{}"),
            ("subscriptionArn", "AWS::SNS::Subscription", "{}"),
        ],
    ),
    (
        "sqs",
        &[("queueUrl", "AWS::SQS::Queue", "arn:aws:sqs:@:{}"), ("queueName", "AWS::SQS::Queue", "arn:aws:sqs:@:{}")],
    ),
    (
        "ssm",
        &[
            ("name", "AWS::SSM::Parameter", "arn:aws:ssm:@:parameter/{}"),
            ("instanceId", "AWS::EC2::Instance", "arn:aws:ec2:@:instance/{}"),
        ],
    ),
    (
        "states",
        &[
            ("stateMachineArn", "AWS::StepFunctions::StateMachine", "{}"),
            ("executionArn", "AWS::StepFunctions::Execution", "{}"),
            ("activityArn", "AWS::StepFunctions::Activity", "{}"),
        ],
    ),
    ("sts", &[("roleArn", "AWS::IAM::Role", "{}")]),
];

/// SSM operations whose `name` is a parameter; in others it may be a document.
const SSM_PARAMETERS: &str = "Parameter";

/// Who completes the ARNs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
}

/// What of a call's name decides about its resources.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) event_source: &'a str,
    pub(crate) event_name: &'a str,
    pub(crate) is_data: bool,
}

/// The resources of a call, each once, in the order of the rules.
pub(crate) fn find(
    named: &Named<'_>,
    parameters: Option<&Value>,
    outcome: &CallOutcome,
    owner: Owner<'_>,
) -> Vec<ResourceName> {
    let source = named.event_source.split('.').next().unwrap_or_default();
    if source == "s3" {
        return s3(named.is_data, parameters, owner);
    }
    let mut found: Vec<ResourceName> = Vec::new();
    let rules = RULES.iter().filter(|(name, _)| *name == source).flat_map(|(_, rules)| rules.iter());
    for (member, resource_type, pattern) in rules {
        if source == "ssm" && *member == "name" && !named.event_name.contains(SSM_PARAMETERS) {
            continue;
        }
        for side in [parameters, outcome.response_elements.as_ref()].into_iter().flatten() {
            for name in side.get(*member).map(names).unwrap_or_default() {
                let arn = arn(pattern, last_part(source, &name), owner);
                if !found.iter().any(|other| other.arn == arn) {
                    let account_id = Some(account_of(&arn).unwrap_or(owner.account).to_owned());
                    found.push(ResourceName {
                        resource_type: (*resource_type).to_owned(),
                        arn,
                        is_prefix: false,
                        account_id,
                    });
                }
            }
        }
    }
    found
}

/// An object first, without an owner, then its bucket, as records of S3 have them. A data event on no single object is
/// about all of the bucket's.
fn s3(is_data: bool, parameters: Option<&Value>, owner: Owner<'_>) -> Vec<ResourceName> {
    let text = |name: &str| parameters.and_then(|parameters| parameters.get(name)).and_then(Value::as_str);
    let mut found = Vec::new();
    let Some(bucket) = text("bucketName") else { return found };
    let bucket = format!("arn:{}:s3:::{bucket}", partition_of(owner.region));
    let object =
        |arn, is_prefix| ResourceName { resource_type: "AWS::S3::Object".to_owned(), arn, is_prefix, account_id: None };
    match text("key") {
        Some(key) => found.push(object(format!("{bucket}/{key}"), false)),
        None if is_data => found.push(object(format!("{bucket}/"), true)),
        None => {}
    }
    found.push(ResourceName {
        resource_type: "AWS::S3::Bucket".to_owned(),
        arn: bucket,
        is_prefix: false,
        account_id: Some(owner.account.to_owned()),
    });
    found
}

/// The names in a member: itself, or the ids of the elements of `{"items":[{"instanceId":..}]}`.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::String(name) if !name.is_empty() => vec![name.clone()],
        Value::Object(members) => match members.get("items").and_then(Value::as_array) {
            Some(items) => items.iter().filter_map(first_id).collect(),
            None => first_id(value).into_iter().collect(),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Vec::new(),
    }
}

/// The first member of an element that is its id or its ARN.
fn first_id(element: &Value) -> Option<String> {
    let ids = ["arn", "instanceId", "subnetId", "vpcId"];
    ids.iter().find_map(|id| element.get(*id)?.as_str().map(str::to_owned))
}

/// A queue's name is the last part of its URL.
fn last_part<'a>(source: &str, name: &'a str) -> &'a str {
    if source == "sqs" && name.contains("://") { name.rsplit('/').next().unwrap_or(name) } else { name }
}

fn arn(pattern: &str, name: &str, owner: Owner<'_>) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    // Aliases are named as they are: `alias/app` is no key.
    let pattern = if name.starts_with("alias/") { pattern.replace("key/{}", "{}") } else { pattern.to_owned() };
    // A name that begins with a slash brings the one that the pattern has.
    let name = if pattern.contains("/{}") { name.trim_start_matches('/') } else { name };
    let place = format!("{}:{}", owner.region, owner.account);
    let begin = format!("arn:{}:", partition_of(owner.region));
    pattern.replace("arn:aws:", &begin).replace('@', &place).replace('#', owner.account).replace("{}", name)
}

fn partition_of(region: &str) -> &'static str {
    Region::parse(region).map_or("aws", |region| partition(&region))
}

fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| account.len() == 12)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OWNER: Owner<'_> = Owner { account: "111122223333", region: "eu-west-1" };

    fn found(event_source: &str, event_name: &str, parameters: &Value, owner: Owner<'_>) -> Vec<ResourceName> {
        let named = Named { event_source, event_name, is_data: true };
        find(&named, Some(parameters), &CallOutcome::default(), owner)
    }

    fn arns(source: &str, name: &str, parameters: &Value) -> Vec<String> {
        let found = found(source, name, parameters, OWNER);
        found.into_iter().map(|resource| format!("{} {}", resource.resource_type, resource.arn)).collect()
    }

    #[test]
    fn members_name_resources() {
        let role = arns("iam.amazonaws.com", "CreateRole", &json!({"roleName": "app"}));
        assert_eq!(role, ["AWS::IAM::Role arn:aws:iam::111122223333:role/app"]);
        let queue = arns("sqs.amazonaws.com", "SendMessage", &json!({"queueUrl": "http://h/111122223333/jobs"}));
        assert_eq!(queue, ["AWS::SQS::Queue arn:aws:sqs:eu-west-1:111122223333:jobs"]);
        let instances = json!({"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}});
        assert_eq!(arns("ec2.amazonaws.com", "StopInstances", &instances).len(), 2);
        let alias = arns("kms.amazonaws.com", "DescribeKey", &json!({"keyId": "alias/app"}));
        assert_eq!(alias, ["AWS::KMS::Key arn:aws:kms:eu-west-1:111122223333:alias/app"]);
        let parameter = arns("ssm.amazonaws.com", "GetParameter", &json!({"name": "/a/b"}));
        assert_eq!(parameter, ["AWS::SSM::Parameter arn:aws:ssm:eu-west-1:111122223333:parameter/a/b"]);
    }

    #[test]
    fn arns_are_of_the_partition_of_the_region() {
        let owner = Owner { region: "cn-north-1", ..OWNER };
        let parameters = json!({"tableName": "t", "bucketName": "b"});
        let arn = |source| found(source, "Any", &parameters, owner).pop().unwrap().arn;
        assert_eq!(arn("dynamodb.amazonaws.com"), "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/t");
        assert_eq!(arn("s3.amazonaws.com"), "arn:aws-cn:s3:::b");
    }

    #[test]
    fn an_object_stands_before_its_bucket_and_has_no_owner() {
        let parameters = json!({"bucketName": "photos", "key": "a b.jpg"});
        let found = found("s3.amazonaws.com", "PutObject", &parameters, OWNER);
        let [object, bucket] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((object.arn.as_str(), object.account_id.as_deref()), ("arn:aws:s3:::photos/a b.jpg", None));
        assert_eq!((bucket.arn.as_str(), bucket.account_id.as_deref()), ("arn:aws:s3:::photos", Some("111122223333")));
    }

    #[test]
    fn a_listing_is_about_all_objects_of_its_bucket() {
        let found = found("s3.amazonaws.com", "ListObjects", &json!({"bucketName": "photos"}), OWNER);
        let [objects, bucket] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((objects.arn.as_str(), objects.is_prefix), ("arn:aws:s3:::photos/", true));
        assert!(!bucket.is_prefix);
    }
}
