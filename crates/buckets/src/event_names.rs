//! What CloudTrail calls each S3 operation, and which of them are data events.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html>

/// An operation as CloudTrail sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventName {
    pub(crate) name: &'static str,
    pub(crate) is_data_event: bool,
}

/// Operations whose events have another name.
const RENAMED: [(&str, &str); 14] = [
    ("ListObjectsV2", "ListObjects"),
    ("GetBucketLifecycleConfiguration", "GetBucketLifecycle"),
    ("PutBucketLifecycleConfiguration", "PutBucketLifecycle"),
    ("GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("PutBucketNotificationConfiguration", "PutBucketNotification"),
    ("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
    ("PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
    ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
    ("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
    ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
    ("DeletePublicAccessBlock", "DeleteBucketPublicAccessBlock"),
    ("GetBucketAnalyticsConfiguration", "GetAnalyticsConfiguration"),
    ("GetBucketInventoryConfiguration", "GetInventoryConfiguration"),
];

const DATA: [&str; 32] = [
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjects",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectTorrent",
    "HeadBucket",
    "HeadObject",
    "ListMultipartUploads",
    "ListObjectVersions",
    "ListObjects",
    "ListParts",
    "PostObject",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "RenameObject",
    "RestoreObject",
    "SelectObjectContent",
    "UpdateObjectEncryption",
    "UploadPart",
    "UploadPartCopy",
];

const MANAGEMENT: [&str; 47] = [
    "CreateBucket",
    "DeleteBucket",
    "DeleteBucketCors",
    "DeleteBucketEncryption",
    "DeleteBucketLifecycle",
    "DeleteBucketOwnershipControls",
    "DeleteBucketPolicy",
    "DeleteBucketPublicAccessBlock",
    "DeleteBucketReplication",
    "DeleteBucketTagging",
    "DeleteBucketWebsite",
    "GetAccelerateConfiguration",
    "GetAnalyticsConfiguration",
    "GetBucketAcl",
    "GetBucketCors",
    "GetBucketEncryption",
    "GetBucketLifecycle",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketNotification",
    "GetBucketObjectLockConfiguration",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketPublicAccessBlock",
    "GetBucketReplication",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetInventoryConfiguration",
    "ListBuckets",
    "PutAccelerateConfiguration",
    "PutBucketAcl",
    "PutBucketCors",
    "PutBucketEncryption",
    "PutBucketLifecycle",
    "PutBucketLogging",
    "PutBucketNotification",
    "PutBucketObjectLockConfiguration",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketReplication",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
];

impl EventName {
    /// The event name of an operation of the S3 model; `None` when it leaves no event that we know.
    pub(crate) fn of(operation: &str) -> Option<Self> {
        let renamed = RENAMED.iter().find(|(from, _)| *from == operation).map_or(operation, |(_, to)| to);
        let find = |names: &[&'static str], is_data_event| {
            names.iter().find(|name| **name == renamed).map(|name| Self { name, is_data_event })
        };
        find(&DATA, true).or_else(|| find(&MANAGEMENT, false))
    }

    /// Whether the operation changes nothing.
    pub(crate) fn is_read_only(self) -> bool {
        ["Get", "Head", "List", "Select"].iter().any(|verb| self.name.starts_with(verb))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_the_names_and_kinds_of_their_events() {
        let list = EventName::of("ListObjectsV2").unwrap();
        assert_eq!((list.name, list.is_data_event, list.is_read_only()), ("ListObjects", true, true));
        let create = EventName::of("CreateBucket").unwrap();
        assert_eq!((create.is_data_event, create.is_read_only()), (false, false));
        assert!(EventName::of("PutObject").is_some_and(|put| put.is_data_event && !put.is_read_only()));
        assert_eq!(EventName::of("Nothing"), None);
        for (_, name) in RENAMED {
            assert!(EventName::of(name).is_some(), "{name}");
        }
    }
}
