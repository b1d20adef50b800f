//! Which services and events exist, most frequent first.
//!
//! Popularity is Zipf by position: over the services, and within a service over its events. An event's
//! `readOnly` flag follows its verb (see `is_read_only`), its category and shape follow the functions below and in `body`.

/// (eventSource prefix, service prefix in IAM actions, events in descending order of frequency)
pub(crate) const SERVICES: &[(&str, &str, &str)] = &[
    (
        "sts",
        "sts",
        "AssumeRole GetCallerIdentity AssumeRoleWithWebIdentity AssumeRoleWithSAML GetSessionToken \
        GetFederationToken DecodeAuthorizationMessage GetAccessKeyInfo",
    ),
    (
        "s3",
        "s3",
        "GetObject PutObject HeadObject GetBucketAcl ListObjects GetBucketLocation DeleteObject \
        GetBucketPolicy GetBucketEncryption GetBucketVersioning ListBuckets GetBucketPublicAccessBlock GetBucketTagging \
        GetBucketLogging CopyObject PutBucketPolicy CreateBucket PutBucketEncryption PutBucketPublicAccessBlock \
        PutBucketAcl DeleteBucket DeleteBucketPolicy PutBucketVersioning PutBucketLifecycle PutBucketReplication",
    ),
    (
        "ec2",
        "ec2",
        "DescribeInstances DescribeSecurityGroups DescribeNetworkInterfaces DescribeVolumes DescribeTags \
        DescribeSubnets DescribeVpcs DescribeInstanceStatus DescribeImages DescribeSnapshots DescribeRouteTables \
        DescribeRegions DescribeAvailabilityZones DescribeAddresses RunInstances CreateTags TerminateInstances \
        CreateNetworkInterface DeleteNetworkInterface AuthorizeSecurityGroupIngress DescribeLaunchTemplates \
        RevokeSecurityGroupIngress CreateSecurityGroup DescribeKeyPairs DescribeVpcEndpoints DescribeNatGateways \
        AuthorizeSecurityGroupEgress StopInstances StartInstances CreateSnapshot ModifyInstanceAttribute \
        DeleteSecurityGroup DescribeFlowLogs AttachVolume DetachVolume CreateVolume DeleteVolume DeleteSnapshot \
        RevokeSecurityGroupEgress ModifyNetworkInterfaceAttribute DescribeInternetGateways DescribeNetworkAcls \
        CreateImage ModifySecurityGroupRules ModifySnapshotAttribute SharedSnapshotVolumeCreated \
        UpdateSecurityGroupRuleDescriptionsIngress CreateKeyPair CreateRoute DeleteRoute CreateVpc \
        CreateSubnet UpdateSecurityGroupRuleDescriptionsEgress DeleteFlowLogs CreateFlowLogs CreateNetworkAclEntry \
        DeleteNetworkAclEntry AssociateSecurityGroupVpc DisassociateSecurityGroupVpc AcceptVpcPeeringConnection \
        EnableSerialConsoleAccess GetPasswordData GetConsoleScreenshot DescribeInstanceAttribute ImportKeyPair",
    ),
    (
        "kms",
        "kms",
        "Decrypt GenerateDataKey Encrypt DescribeKey ListAliases GetKeyPolicy ListKeys CreateGrant \
        GetKeyRotationStatus RetireGrant ListResourceTags ReEncrypt GenerateDataKeyWithoutPlaintext CreateKey \
        PutKeyPolicy CreateAlias ScheduleKeyDeletion DisableKey EnableKeyRotation CancelKeyDeletion",
    ),
    (
        "iam",
        "iam",
        "GetRole ListRoles GetUser ListAttachedRolePolicies GetPolicyVersion ListUsers GetPolicy \
        ListRolePolicies ListAccessKeys GetAccountSummary GetRolePolicy ListPolicies GetInstanceProfile ListMFADevices \
        ListGroupsForUser GetAccessKeyLastUsed GetLoginProfile CreateRole AttachRolePolicy PutRolePolicy \
        CreatePolicy CreatePolicyVersion PassRole DeleteRole DetachRolePolicy CreateUser CreateAccessKey \
        AttachUserPolicy UpdateAssumeRolePolicy DeleteAccessKey UpdateAccessKey PutUserPolicy AddUserToGroup \
        DeleteUser CreateLoginProfile UpdateLoginProfile DeleteRolePolicy DeactivateMFADevice EnableMFADevice \
        CreateVirtualMFADevice UpdateAccountPasswordPolicy CreateSAMLProvider UpdateSAMLProvider \
        GenerateCredentialReport GetAccountAuthorizationDetails DeleteAccountPasswordPolicy",
    ),
    (
        "logs",
        "logs",
        "CreateLogStream DescribeLogGroups DescribeLogStreams FilterLogEvents StartQuery CreateLogGroup \
        GetQueryResults PutRetentionPolicy GetLogEvents DescribeMetricFilters PutMetricFilter DescribeSubscriptionFilters \
        PutSubscriptionFilter DeleteLogGroup DeleteLogStream AssociateKmsKey TagLogGroup",
    ),
    (
        "lambda",
        "lambda",
        "Invoke GetFunction20150331v2 ListFunctions20150331 GetFunctionConfiguration20150331v2 \
        ListVersionsByFunction20150331 UpdateFunctionCode20150331v2 GetPolicy20150331v2 ListTags20170331 \
        UpdateFunctionConfiguration20150331v2 ListEventSourceMappings20150331 CreateFunction20150331 \
        AddPermission20150331v2 PublishVersion20150331 DeleteFunction20150331 RemovePermission20150331v2 \
        CreateEventSourceMapping20150331 UpdateAlias20150331 ListLayers20181031",
    ),
    (
        "dynamodb",
        "dynamodb",
        "GetItem PutItem DescribeTable Query UpdateItem ListTables BatchGetItem Scan BatchWriteItem \
        DeleteItem DescribeTimeToLive DescribeContinuousBackups ListTagsOfResource UpdateTable CreateTable DeleteTable \
        CreateBackup ExportTableToPointInTime",
    ),
    (
        "monitoring",
        "cloudwatch",
        "DescribeAlarms PutMetricAlarm GetMetricData ListMetrics GetDashboard PutDashboard \
        DeleteAlarms SetAlarmState DescribeAlarmHistory ListDashboards DisableAlarmActions",
    ),
    (
        "ssm",
        "ssm",
        "UpdateInstanceInformation GetParameters GetParameter DescribeInstanceInformation \
        GetParametersByPath ListInstanceAssociations PutInventory DescribeParameters StartSession SendCommand \
        TerminateSession OpenDataChannel GetDocument PutParameter ListCommands GetCommandInvocation DeleteParameter \
        ResumeSession CreateAssociation ModifyDocumentPermission",
    ),
    (
        "secretsmanager",
        "secretsmanager",
        "GetSecretValue DescribeSecret ListSecrets GetResourcePolicy \
        BatchGetSecretValue PutSecretValue RotateSecret CreateSecret UpdateSecret DeleteSecret PutResourcePolicy",
    ),
    (
        "ecr",
        "ecr",
        "BatchGetImage GetAuthorizationToken GetDownloadUrlForLayer BatchCheckLayerAvailability \
        DescribeRepositories DescribeImages ListImages PutImage InitiateLayerUpload CompleteLayerUpload UploadLayerPart \
        CreateRepository SetRepositoryPolicy DescribeImageScanFindings BatchDeleteImage PutLifecyclePolicy",
    ),
    (
        "ecs",
        "ecs",
        "DescribeServices DescribeTasks ListTasks DescribeTaskDefinition RegisterTaskDefinition \
        UpdateService SubmitTaskStateChange ListServices DescribeClusters RunTask StopTask DeregisterTaskDefinition \
        CreateService PollEndpoint ExecuteCommand",
    ),
    (
        "autoscaling",
        "autoscaling",
        "DescribeAutoScalingGroups DescribeAutoScalingInstances DescribeLaunchConfigurations \
        DescribeScalingActivities UpdateAutoScalingGroup SetDesiredCapacity TerminateInstanceInAutoScalingGroup \
        CreateAutoScalingGroup PutScalingPolicy DescribeLifecycleHooks CompleteLifecycleAction",
    ),
    (
        "elasticloadbalancing",
        "elasticloadbalancing",
        "DescribeLoadBalancers DescribeTargetHealth DescribeTargetGroups \
        DescribeListeners DescribeTags RegisterTargets DeregisterTargets DescribeRules DescribeLoadBalancerAttributes \
        ModifyListener CreateTargetGroup CreateLoadBalancer SetSecurityGroups ModifyRule DeleteLoadBalancer \
        ApplySecurityGroupsToLoadBalancer",
    ),
    (
        "sqs",
        "sqs",
        "GetQueueAttributes ListQueues GetQueueUrl CreateQueue SetQueueAttributes DeleteQueue ListQueueTags \
        PurgeQueue AddPermission",
    ),
    (
        "sns",
        "sns",
        "ListTopics GetTopicAttributes ListSubscriptionsByTopic Subscribe Publish CreateTopic \
        SetTopicAttributes ListTagsForResource DeleteTopic Unsubscribe",
    ),
    (
        "rds",
        "rds",
        "DescribeDBInstances DescribeDBClusters ListTagsForResource DescribeDBSnapshots DescribeEvents \
        DescribeDBClusterSnapshots CreateDBSnapshot ModifyDBInstance DescribePendingMaintenanceActions CreateDBInstance \
        ModifyDBSnapshotAttribute DeleteDBInstance AuthorizeDBSecurityGroupIngress CreateDBSecurityGroup \
        RevokeDBSecurityGroupIngress DeleteDBSecurityGroup RestoreDBInstanceFromDBSnapshot StartExportTask",
    ),
    (
        "cloudformation",
        "cloudformation",
        "DescribeStacks DescribeStackEvents ListStacks GetTemplate \
        DescribeStackResources CreateChangeSet DescribeChangeSet ExecuteChangeSet UpdateStack CreateStack DeleteStack \
        ListStackResources ValidateTemplate DetectStackDrift",
    ),
    (
        "signin",
        "signin",
        "ConsoleLogin GetSigninToken SwitchRole CheckMfa CredentialVerification ExitRole PasswordUpdated",
    ),
    ("tagging", "tag", "GetResources GetTagKeys TagResources GetTagValues UntagResources"),
    (
        "cloudtrail",
        "cloudtrail",
        "LookupEvents DescribeTrails GetTrailStatus GetEventSelectors ListTrails GetTrail \
        StartQuery GetQueryResults UpdateTrail PutEventSelectors StopLogging StartLogging CreateTrail DeleteTrail \
        ListEventDataStores PutInsightSelectors",
    ),
    (
        "config",
        "config",
        "PutEvaluations DescribeConfigurationRecorders DescribeConfigurationRecorderStatus \
        DescribeConfigRules SelectResourceConfig GetComplianceDetailsByConfigRule ListDiscoveredResources \
        BatchGetResourceConfig PutConfigRule DeleteConfigRule StopConfigurationRecorder DeleteDeliveryChannel",
    ),
    (
        "eks",
        "eks",
        "DescribeCluster ListClusters ListNodegroups DescribeNodegroup AccessKubernetesApi \
        UpdateNodegroupConfig ListAddons DescribeAddon CreateCluster UpdateClusterConfig CreateAccessEntry",
    ),
    (
        "organizations",
        "organizations",
        "ListAccounts DescribeOrganization DescribeAccount ListParents \
        ListTagsForResource ListOrganizationalUnitsForParent DescribePolicy ListPolicies AttachPolicy CreateAccount \
        LeaveOrganization",
    ),
    (
        "sso",
        "sso",
        "Federate Authenticate ListAccountAssignments DescribePermissionSet GetRoleCredentials \
        ListPermissionSets CreateAccountAssignment",
    ),
    (
        "securityhub",
        "securityhub",
        "GetFindings BatchImportFindings DescribeHub BatchUpdateFindings \
        GetEnabledStandards DescribeStandardsControls DisableSecurityHub",
    ),
    (
        "guardduty",
        "guardduty",
        "ListDetectors GetFindings ListFindings GetDetector ListMembers GetMasterAccount \
        UpdateDetector CreateIPSet DeleteDetector StopMonitoringMembers",
    ),
    (
        "route53",
        "route53",
        "ListHostedZones ListResourceRecordSets ChangeResourceRecordSets GetHostedZone GetChange \
        CreateHostedZone ListTagsForResource DisassociateVPCFromHostedZone",
    ),
    (
        "acm",
        "acm",
        "DescribeCertificate ListCertificates RequestCertificate RenewCertificate ListTagsForCertificate \
        ImportCertificate DeleteCertificate",
    ),
    (
        "athena",
        "athena",
        "GetQueryExecution StartQueryExecution GetQueryResults ListWorkGroups GetWorkGroup \
        ListDataCatalogs BatchGetQueryExecution StopQueryExecution",
    ),
    (
        "glue",
        "glue",
        "GetTable GetPartitions GetDatabase GetDatabases GetTables BatchCreatePartition GetJobRun \
        StartJobRun CreateTable UpdateTable BatchGetPartition DeleteTable",
    ),
    (
        "events",
        "events",
        "PutTargets DescribeRule ListRules ListTargetsByRule PutRule PutEvents RemoveTargets DeleteRule \
        DisableRule",
    ),
    (
        "states",
        "states",
        "DescribeExecution StartExecution ListExecutions DescribeStateMachine ListStateMachines \
        GetExecutionHistory CreateStateMachine UpdateStateMachine",
    ),
    (
        "elasticfilesystem",
        "elasticfilesystem",
        "NewClientConnection DescribeFileSystems DescribeMountTargets \
        CreateFileSystem DescribeAccessPoints DeleteMountTarget DeleteFileSystem",
    ),
    (
        "backup",
        "backup",
        "ListBackupJobs StartBackupJob DescribeBackupJob ListRecoveryPointsByBackupVault \
        ListBackupPlans BackupJobCompleted DeleteRecoveryPoint DeleteBackupVault",
    ),
    (
        "redshift",
        "redshift",
        "DescribeClusters DescribeClusterSnapshots GetClusterCredentials ModifyCluster \
        AuthorizeClusterSecurityGroupIngress CreateClusterSnapshot DisableLogging",
    ),
    (
        "wafv2",
        "wafv2",
        "ListWebACLs GetWebACL GetWebACLForResource UpdateWebACL ListResourcesForWebACL UpdateIPSet \
        DisassociateWebACL",
    ),
    (
        "bedrock",
        "bedrock",
        "InvokeModel Converse ListFoundationModels InvokeModelWithResponseStream GetFoundationModel \
        CreateModelInvocationJob DeleteModelInvocationLoggingConfiguration",
    ),
    ("health", "health", "DescribeEvents DescribeEventAggregates DescribeAffectedEntities DescribeEventDetails"),
    (
        "cloudfront",
        "cloudfront",
        "ListDistributions GetDistribution CreateInvalidation GetDistributionConfig \
        UpdateDistribution ListTagsForResource CreateDistribution",
    ),
];

/// The 18 event names that change who may reach what through a security group.
pub(crate) const SECURITY_GROUP_CHANGES: &[&str] = &[
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
    "ModifySecurityGroupRules",
    "UpdateSecurityGroupRuleDescriptionsIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
    "AssociateSecurityGroupVpc",
    "DisassociateSecurityGroupVpc",
    "SetSecurityGroups",
    "ApplySecurityGroupsToLoadBalancer",
    "AuthorizeDBSecurityGroupIngress",
    "RevokeDBSecurityGroupIngress",
    "CreateDBSecurityGroup",
    "DeleteDBSecurityGroup",
    "AuthorizeClusterSecurityGroupIngress",
];

pub(crate) const REGIONS: &[&str] = &[
    "us-east-1",
    "eu-west-1",
    "us-west-2",
    "eu-central-1",
    "ap-northeast-1",
    "us-east-2",
    "ap-southeast-2",
    "eu-west-2",
    "ap-south-1",
    "ap-southeast-1",
    "ca-central-1",
    "sa-east-1",
    "eu-north-1",
    "us-west-1",
    "ap-northeast-2",
];

pub(crate) const USER_AGENTS: &[&str] = &[
    "aws-sdk-go-v2/1.36.3 os/linux lang/go#1.24.4 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.211.0",
    "Boto3/1.38.23 md/Botocore#1.38.23 ua/2.1 os/linux#6.1.134-152.225.amzn2023.x86_64 md/arch#x86_64 lang/python#3.12.10 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.38.23",
    "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) terraform-provider-aws/5.98.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.36.3 os/linux lang/go#1.23.8",
    "aws-cli/2.27.22 md/awscrt#0.26.1 ua/2.1 os/linux#5.15.0-139-generic md/arch#x86_64 lang/python#3.13.3 md/pyimpl#CPython md/prompt#off md/command#ec2.describe-instances",
    "aws-internal/3 aws-sdk-java/1.12.783 Linux/5.10.236-208.928.amzn2int.x86_64 OpenJDK_64-Bit_Server_VM/25.452-b09 java/1.8.0_452 vendor/Oracle_Corporation cfg/retry-mode/standard",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36",
    "aws-sdk-java/2.31.45 md/io#sync md/http#Apache ua/2.1 os/Linux#5.10.235 lang/java#21.0.7 md/OpenJDK_64-Bit_Server_VM#21.0.7+6-LTS md/vendor#Amazon.com_Inc. md/en_US m/D,N,E",
    "aws-sdk-js/3.812.0 ua/2.1 os/linux#6.1.132 lang/js md/nodejs#22.15.0 api/dynamodb#3.812.0 m/E,N,e",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
    "aws-cli/2.15.30 Python/3.11.8 Darwin/24.4.0 exe/x86_64 prompt/off command/s3.cp",
    "kube-controller-manager/v1.32.3 (linux/amd64) kubernetes/32cc146/cloud-provider",
    "amazon-ssm-agent/3.3.2299.0",
    "S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.783 Linux/5.10.236",
    "cluster-autoscaler/v1.32.1 aws-sdk-go/1.55.6 (go1.23.6; linux; amd64)",
    "Coral/Netty4",
    "eks-auth-agent/1.3.7 aws-sdk-go-v2/1.36.1 os/linux lang/go#1.23.5 api/eksauth#1.8.3",
    "AWS CloudWatch Console",
    "aws-sdk-rust/1.3.7 os/linux lang/rust/1.86.0 api/s3/1.85.0",
    "console.amazonaws.com",
    "aws-sdk-nodejs/2.1692.0 linux/v20.19.1 promise",
    "Steampipe/1.1.1 aws-sdk-go-v2/1.36.3",
    "Prowler/5.6.0 Boto3/1.35.99",
    "python-requests/2.32.3",
    "aws-sdk-php/3.343.8 OS/Linux#6.8.0 lang/php#8.3.20",
];

pub(crate) fn is_read_only(event: &str) -> bool {
    const PREFIXES: &[&str] = &[
        "Describe",
        "List",
        "Get",
        "Head",
        "Lookup",
        "BatchGet",
        "Select",
        "Filter",
        "Query",
        "Scan",
        "AssumeRole",
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
        "DecodeAuth",
        "Validate",
        "Poll",
        "BatchCheck",
        "Federate",
        "Authenticate",
        "InvokeModel",
        "Converse",
        "GenerateCredential",
        "ReEncrypt",
    ];
    PREFIXES.iter().any(|p| event.starts_with(p))
}

/// Data events: recorded only where a trail's selectors ask for them, `managementEvent` false.
pub(crate) fn is_data_event(service: &str, event: &str) -> bool {
    match service {
        "s3" => {
            matches!(event, "GetObject" | "PutObject" | "HeadObject" | "DeleteObject" | "CopyObject" | "ListObjects")
        }
        "lambda" => event == "Invoke",
        "dynamodb" => matches!(
            event,
            "GetItem" | "PutItem" | "Query" | "UpdateItem" | "BatchGetItem" | "Scan" | "BatchWriteItem" | "DeleteItem"
        ),
        _ => false,
    }
}
