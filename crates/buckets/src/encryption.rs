//! Encryption: how requests ask for it, how answers tell it, and the default of a bucket.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_objects::{DefaultEncryption, Encryption, ObjectMeta};
use s3s::dto::{
    GetBucketEncryptionOutput, PutBucketEncryptionInput, PutBucketEncryptionOutput, SSEKMSEncryptionContext,
    SSEKMSKeyId, ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule,
};
use s3s::{S3Result, s3_error};

use crate::operations::Operations;
use crate::refusal::refuse;

/// The headers of a request that ask for encryption.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) algorithm: Option<ServerSideEncryption>,
    pub(crate) key: Option<SSEKMSKeyId>,
    /// Base64 of a JSON object of texts.
    pub(crate) context: Option<SSEKMSEncryptionContext>,
}

impl Asked {
    /// What a put into `bucket` is to do.
    pub(crate) async fn encryption(self, operations: &Operations, bucket: &str) -> S3Result<Encryption> {
        let algorithm = self.algorithm.as_ref().map(ServerSideEncryption::as_str);
        match algorithm {
            Some(ServerSideEncryption::AWS_KMS) => {}
            _ if self.key.is_some() || self.context.is_some() => {
                let message = "Server Side Encryption with AWS KMS managed key requires HTTP header \
                               x-amz-server-side-encryption : aws:kms";
                return Err(s3_error!(InvalidArgument, "{message}"));
            }
            None => return Ok(Encryption::BucketDefault),
            Some(ServerSideEncryption::AES256) => return Ok(Encryption::Aes256),
            Some(_) => {
                return Err(s3_error!(NotImplemented, "Only the encryption algorithms AES256 and aws:kms are there"));
            }
        }
        let context = self.context.as_deref().map(read_context).transpose()?.unwrap_or_default();
        let key_arn = operations.buckets.kms_key(bucket, self.key.as_deref()).await.map_err(refuse)?;
        Ok(Encryption::Kms { key_arn, context })
    }
}

fn read_context(header: &str) -> S3Result<BTreeMap<String, String>> {
    let json = STANDARD.decode(header).ok().and_then(|json| serde_json::from_slice(&json).ok());
    json.ok_or_else(|| s3_error!(InvalidArgument, "The encryption context is not the base64 of a JSON object of texts"))
}

/// What an answer tells of an object's encryption: the algorithm, and the key of kms.
pub(crate) fn told(meta: &ObjectMeta) -> (Option<ServerSideEncryption>, Option<SSEKMSKeyId>) {
    let algorithm = |name: &'static str| Some(ServerSideEncryption::from_static(name));
    match &meta.encryption {
        None => (None, None),
        Some(cairn_objects::ServerSideEncryption::Aes256) => (algorithm(ServerSideEncryption::AES256), None),
        Some(cairn_objects::ServerSideEncryption::Kms { key_arn }) => {
            (algorithm(ServerSideEncryption::AWS_KMS), Some(key_arn.clone()))
        }
    }
}

pub(crate) async fn get_default(operations: &Operations, bucket: &str) -> S3Result<GetBucketEncryptionOutput> {
    let record = operations.record(bucket).await?;
    let (algorithm, key) = match record.encryption {
        Some(DefaultEncryption::Kms { key }) => (ServerSideEncryption::AWS_KMS, key),
        Some(DefaultEncryption::Aes256) | None => (ServerSideEncryption::AES256, None),
    };
    let default = ServerSideEncryptionByDefault {
        kms_master_key_id: key,
        sse_algorithm: ServerSideEncryption::from_static(algorithm),
    };
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(default),
        bucket_key_enabled: Some(false),
    };
    let configuration = ServerSideEncryptionConfiguration { rules: vec![rule] };
    Ok(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
}

pub(crate) async fn set_default(
    operations: &Operations,
    input: PutBucketEncryptionInput,
) -> S3Result<PutBucketEncryptionOutput> {
    let mut rules = input.server_side_encryption_configuration.rules.into_iter();
    let (Some(rule), None) = (rules.next(), rules.next()) else { return Err(s3_error!(MalformedXML)) };
    let Some(default) = rule.apply_server_side_encryption_by_default else { return Err(s3_error!(MalformedXML)) };
    let default = match (default.sse_algorithm.as_str(), default.kms_master_key_id) {
        (ServerSideEncryption::AES256, None) => DefaultEncryption::Aes256,
        (ServerSideEncryption::AES256, Some(_)) => {
            let message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms";
            return Err(s3_error!(InvalidArgument, "{message}"));
        }
        (ServerSideEncryption::AWS_KMS, key) => DefaultEncryption::Kms { key },
        _ => return Err(s3_error!(MalformedXML)),
    };
    operations.buckets.set_encryption(&input.bucket, Some(default)).await.map_err(refuse)?;
    Ok(PutBucketEncryptionOutput {})
}

pub(crate) async fn delete_default(operations: &Operations, bucket: &str) -> S3Result<()> {
    operations.buckets.set_encryption(bucket, None).await.map_err(refuse)
}
