//! Which permission an operation needs: most have their own name, some share one.

/// Operations whose permission has another name, without its prefix.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>
const OTHERS: [(&str, &str); 36] = [
    ("CompleteMultipartUpload", "PutObject"),
    ("CopyObject", "PutObject"),
    ("CreateMultipartUpload", "PutObject"),
    ("DeleteBucketCors", "PutBucketCORS"),
    ("DeleteBucketEncryption", "PutEncryptionConfiguration"),
    ("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
    ("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
    ("DeleteBucketReplication", "PutReplicationConfiguration"),
    ("DeleteBucketTagging", "PutBucketTagging"),
    ("DeleteObjects", "DeleteObject"),
    ("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
    ("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
    ("GetBucketCors", "GetBucketCORS"),
    ("GetBucketEncryption", "GetEncryptionConfiguration"),
    ("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
    ("GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("GetBucketReplication", "GetReplicationConfiguration"),
    ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
    ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("HeadBucket", "ListBucket"),
    ("HeadObject", "GetObject"),
    ("ListMultipartUploads", "ListBucketMultipartUploads"),
    ("ListObjectVersions", "ListBucketVersions"),
    ("ListObjects", "ListBucket"),
    ("ListObjectsV2", "ListBucket"),
    ("ListParts", "ListMultipartUploadParts"),
    ("PostObject", "PutObject"),
    ("PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
    ("PutBucketCors", "PutBucketCORS"),
    ("PutBucketEncryption", "PutEncryptionConfiguration"),
    ("PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"),
    ("PutBucketNotificationConfiguration", "PutBucketNotification"),
    ("PutBucketReplication", "PutReplicationConfiguration"),
    ("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
    ("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
    ("UploadPart", "PutObject"),
];

/// The permissions that have another name when a version is meant.
const OF_VERSIONS: [(&str, &str); 4] = [
    ("DeleteObject", "DeleteObjectVersion"),
    ("GetObject", "GetObjectVersion"),
    ("GetObjectAttributes", "GetObjectVersionAttributes"),
    ("GetObjectTagging", "GetObjectVersionTagging"),
];

/// The permission, such as `s3:PutObject`, that the operation needs.
pub(crate) fn action(operation: &str, of_version: bool) -> String {
    let other = |table: &[(&'static str, &'static str)], name: &str| {
        table.iter().find(|(operation, _)| *operation == name).map(|(_, action)| *action)
    };
    let action = other(&OTHERS, operation).unwrap_or(operation);
    let action = other(&OF_VERSIONS, action).filter(|_| of_version).unwrap_or(action);
    format!("s3:{action}")
}

/// Permissions that no operation is called after.
const BESIDE_OPERATIONS: [&str; 4] =
    ["BypassGovernanceRetention", "GetObjectVersionForReplication", "ListAllMyBuckets", "PutObjectVersionAcl"];

/// The names, such as `GetObject`, of all permissions of S3.
pub fn actions() -> Vec<String> {
    let of = |name, of_version| action(name, of_version).trim_start_matches("s3:").to_owned();
    let names = cairn_services::operation_names("s3");
    let of_operations = names.flat_map(|name| [of(name, false), of(name, true)]);
    let mut all: Vec<_> = of_operations.chain(BESIDE_OPERATIONS.map(str::to_owned)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_need_their_own_permission_or_one_that_they_share() {
        for (operation, of_version, expected) in [
            ("GetObject", false, "s3:GetObject"),
            ("HeadObject", true, "s3:GetObjectVersion"),
            ("ListObjectsV2", false, "s3:ListBucket"),
            ("DeleteObjects", false, "s3:DeleteObject"),
            ("GetBucketAcl", false, "s3:GetBucketAcl"),
            ("PutBucketLifecycleConfiguration", false, "s3:PutLifecycleConfiguration"),
        ] {
            assert_eq!(action(operation, of_version), expected, "{operation}");
        }
    }
    #[test]
    fn every_permission_is_listed_once() {
        let all = actions();
        for name in ["GetObject", "GetObjectVersion", "ListBucket", "ListAllMyBuckets", "PutLifecycleConfiguration"] {
            assert_eq!(all.iter().filter(|action| *action == name).count(), 1, "{name}");
        }
        assert!(!all.iter().any(|action| action == "HeadObject" || action.contains(':')));
    }
}
