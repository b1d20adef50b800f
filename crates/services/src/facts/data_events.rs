//! Which operations are data events: calls on or in a resource (reference sections 4.1, 4.4 and 8.1).

use cairn_model::Category;

use crate::tables::ServiceTable;

/// Operations that are data events, by service. Sorted by service.
const DATA_EVENTS: &[(&str, &[&str])] = &[
    ("appconfigdata", &["GetLatestConfiguration", "StartConfigurationSession"]),
    (
        "bedrock-agent-runtime",
        &[
            "InvokeAgent",
            "InvokeFlow",
            "InvokeInlineAgent",
            "Retrieve",
            "RetrieveAndGenerate",
            "RetrieveAndGenerateStream",
        ],
    ),
    (
        "bedrock-runtime",
        &[
            "ApplyGuardrail",
            "GetAsyncInvoke",
            "InvokeModelWithBidirectionalStream",
            "ListAsyncInvokes",
            "StartAsyncInvoke",
        ],
    ),
    ("cloudfront-keyvaluestore", &["DeleteKey", "DescribeKeyValueStore", "GetKey", "ListKeys", "PutKey", "UpdateKeys"]),
    ("cloudtrail-data", &["PutAuditEvents"]),
    ("cloudwatch", &["GetMetricData", "GetMetricStatistics", "GetMetricWidgetImage", "ListMetrics", "PutMetricData"]),
    (
        "cognito-identity",
        &[
            "GetCredentialsForIdentity",
            "GetId",
            "GetOpenIdToken",
            "GetOpenIdTokenForDeveloperIdentity",
            "UnlinkIdentity",
        ],
    ),
    (
        "dynamodb",
        &[
            "BatchExecuteStatement",
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "ExecuteStatement",
            "ExecuteTransaction",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "TransactGetItems",
            "TransactWriteItems",
            "UpdateItem",
        ],
    ),
    ("dynamodbstreams", &["GetRecords", "GetShardIterator"]),
    (
        "ebs",
        &[
            "CompleteSnapshot",
            "GetSnapshotBlock",
            "ListChangedBlocks",
            "ListSnapshotBlocks",
            "PutSnapshotBlock",
            "StartSnapshot",
        ],
    ),
    ("events", &["PutEvents", "PutPartnerEvents"]),
    ("firehose", &["PutRecord", "PutRecordBatch"]),
    ("iot-data", &["DeleteThingShadow", "GetThingShadow", "ListNamedShadowsForThing", "Publish", "UpdateThingShadow"]),
    ("kinesis", &["GetRecords", "GetShardIterator", "PutRecord", "PutRecords", "SubscribeToShard"]),
    ("lambda", &["Invoke", "InvokeAsync", "InvokeWithResponseStream"]),
    (
        "s3",
        &[
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CopyObject",
            "CreateMultipartUpload",
            "CreateSession",
            "DeleteObject",
            "DeleteObjectAnnotation",
            "DeleteObjectTagging",
            "DeleteObjects",
            "GetObject",
            "GetObjectAcl",
            "GetObjectAnnotation",
            "GetObjectAttributes",
            "GetObjectLegalHold",
            "GetObjectRetention",
            "GetObjectTagging",
            "GetObjectTorrent",
            "HeadBucket",
            "HeadObject",
            "ListMultipartUploads",
            "ListObjectAnnotations",
            "ListObjectVersions",
            "ListObjects",
            "ListObjectsV2",
            "ListParts",
            "PutObject",
            "PutObjectAcl",
            "PutObjectAnnotation",
            "PutObjectLegalHold",
            "PutObjectRetention",
            "PutObjectTagging",
            "RenameObject",
            "RestoreObject",
            "SelectObjectContent",
            "UpdateObjectEncryption",
            "UploadPart",
            "UploadPartCopy",
            "WriteGetObjectResponse",
        ],
    ),
    ("s3vectors", &["DeleteVectors", "GetVectors", "ListVectors", "PutVectors", "QueryVectors"]),
    ("sagemaker-featurestore-runtime", &["BatchGetRecord", "DeleteRecord", "GetRecord", "PutRecord"]),
    ("sagemaker-runtime", &["InvokeEndpoint", "InvokeEndpointAsync", "InvokeEndpointWithResponseStream"]),
    (
        "sdb",
        &[
            "BatchDeleteAttributes",
            "BatchPutAttributes",
            "DeleteAttributes",
            "GetAttributes",
            "PutAttributes",
            "Select",
        ],
    ),
    ("servicediscovery", &["DiscoverInstances", "DiscoverInstancesRevision"]),
    ("ses", &["SendBulkTemplatedEmail", "SendEmail", "SendRawEmail", "SendTemplatedEmail"]),
    ("sesv2", &["SendBulkEmail", "SendEmail"]),
    ("sns", &["Publish", "PublishBatch"]),
    (
        "sqs",
        &[
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "DeleteMessage",
            "DeleteMessageBatch",
            "GetQueueAttributes",
            "GetQueueUrl",
            "ListDeadLetterSourceQueues",
            "ListQueueTags",
            "ListQueues",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
        ],
    ),
    (
        "verifiedpermissions",
        &["BatchIsAuthorized", "BatchIsAuthorizedWithToken", "IsAuthorized", "IsAuthorizedWithToken"],
    ),
];

/// `Data` for the operations of the list, else `Management`.
pub(crate) fn category(service: &ServiceTable, operation: &str) -> Category {
    let is_data = DATA_EVENTS.iter().any(|(name, operations)| *name == service.name && operations.contains(&operation));
    if is_data { Category::Data } else { Category::Management }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn every_operation_in_the_list_is_in_the_tables() {
        for (service, operations) in DATA_EVENTS {
            let model = tables::named(service).unwrap_or_else(|| panic!("{service}")).model();
            for operation in *operations {
                assert!(model.operation(operation).is_some(), "{service} {operation}");
            }
        }
    }

    #[test]
    fn object_calls_are_data_and_bucket_settings_are_management() {
        let s3 = tables::named("s3").unwrap();
        assert_eq!(category(s3, "GetObject"), Category::Data);
        assert_eq!(category(s3, "PutBucketPolicy"), Category::Management);
        assert_eq!(category(tables::named("kms").unwrap(), "Decrypt"), Category::Management);
    }
}
