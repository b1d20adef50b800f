//! `PutObject`, `CopyObject`, `DeleteObject` and `DeleteObjects`.

use bytes::{Bytes, BytesMut};
use cairn_objects::PutOptions;
use futures_util::StreamExt;
use s3s::dto::{
    CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, DeleteObjectInput, DeleteObjectsInput,
    DeleteObjectsOutput, DeletedObject, ETag, Error, Metadata, PutObjectInput, PutObjectOutput, StreamingBlob,
};
use s3s::{S3Request, S3Result, s3_error};

use crate::checksums::Checksums;
use crate::conditions::Conditions;
use crate::encryption::{Asked, told};
use crate::lock_headers::{LockHeaders, bypass};
use crate::object_reads::timestamp;
use crate::operations::Operations;
use crate::refusal::{refuse, refuse_body, refuse_extras};

/// The largest sum of names and values of user metadata in bytes, as in S3.
const METADATA_BYTES_MAX: usize = 2048;

/// The most keys in one `DeleteObjects`, as in S3.
const DELETED_KEYS_MAX: usize = 1000;

pub(crate) async fn put(operations: &Operations, request: S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
    let mut input = request.input;
    refuse_extras(&[
        ("x-amz-server-side-encryption-customer-algorithm", input.sse_customer_algorithm.is_some()),
        ("x-amz-tagging", input.tagging.is_some()),
        ("x-amz-write-offset-bytes", input.write_offset_bytes.is_some()),
        ("If-Match", input.if_match.is_some()),
        ("If-None-Match", input.if_none_match.as_ref().is_some_and(|condition| !condition.is_any())),
    ])?;
    let bucket = operations.bucket(&input.bucket).await?;
    let asked = Asked {
        algorithm: input.server_side_encryption.take(),
        key: input.ssekms_key_id.take(),
        context: input.ssekms_encryption_context.take(),
    };
    let encryption = asked.encryption(operations, &input.bucket).await?;
    let lock = LockHeaders {
        mode: input.object_lock_mode.take(),
        retain_until: input.object_lock_retain_until_date.take(),
        legal_hold: input.object_lock_legal_hold_status.take(),
    };
    let lock = lock.lock(operations, &input.bucket, &input.key).await?;
    let mut checksums = Checksums::of_headers(&input);
    let bytes = match input.body.take() {
        Some(body) => read(body, input.content_length).await?,
        None => Bytes::new(),
    };
    if let Some(trailers) = &request.trailing_headers {
        checksums.add_trailers(trailers);
    }
    checksums.check(&bytes)?;
    if lock.is_some() && !checksums.are_there() {
        let message = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock \
                       parameters";
        return Err(s3_error!(InvalidRequest, "{message}"));
    }
    let options = PutOptions {
        only_if_absent: input.if_none_match.is_some(),
        encryption,
        lock,
        ..options(input.content_type, input.content_encoding.as_deref(), input.metadata)?
    };
    let meta = bucket.put(&input.key, bytes, options).await.map_err(refuse)?;
    let (server_side_encryption, ssekms_key_id) = told(&meta);
    Ok(PutObjectOutput {
        e_tag: Some(ETag::Strong(meta.etag)),
        server_side_encryption,
        ssekms_key_id,
        ..PutObjectOutput::default()
    })
}

pub(crate) async fn copy(operations: &Operations, input: CopyObjectInput) -> S3Result<CopyObjectOutput> {
    let CopySource::Bucket { bucket: source_bucket, key: source_key, version_id: None } = &input.copy_source else {
        return Err(s3_error!(NotImplemented, "Only an object of a bucket can be copied, and not a version of it"));
    };
    let source_record = operations.record(source_bucket).await?;
    operations.asking.check(&source_record.rules(), "s3:GetObject", Some(&**source_key))?;
    let replaces = input.metadata_directive.as_ref().is_some_and(|directive| directive.as_str() == "REPLACE");
    if !replaces && **source_bucket == *input.bucket && **source_key == *input.key {
        return Err(s3_error!(InvalidRequest, "An object can be copied to itself only with new metadata."));
    }
    let source = operations.bucket(source_bucket).await?.get(source_key).await.map_err(refuse)?;
    let conditions = Conditions {
        if_match: input.copy_source_if_match,
        if_none_match: input.copy_source_if_none_match,
        if_modified_since: input.copy_source_if_modified_since,
        if_unmodified_since: input.copy_source_if_unmodified_since,
    };
    conditions.check(&source.meta).map_err(|_| s3_error!(PreconditionFailed))?;
    let asked = Asked {
        algorithm: input.server_side_encryption,
        key: input.ssekms_key_id,
        context: input.ssekms_encryption_context,
    };
    let encryption = asked.encryption(operations, &input.bucket).await?;
    let lock = LockHeaders {
        mode: input.object_lock_mode,
        retain_until: input.object_lock_retain_until_date,
        legal_hold: input.object_lock_legal_hold_status,
    };
    let lock = lock.lock(operations, &input.bucket, &input.key).await?;
    let options = if replaces {
        options(input.content_type, input.content_encoding.as_deref(), input.metadata)?
    } else {
        PutOptions {
            only_if_absent: false,
            content_type: source.meta.content_type,
            content_encoding: source.meta.content_encoding,
            user_metadata: source.meta.user_metadata,
            ..PutOptions::default()
        }
    };
    let options = PutOptions { encryption, lock, ..options };
    let meta = operations.bucket(&input.bucket).await?.put(&input.key, source.bytes, options).await.map_err(refuse)?;
    let (server_side_encryption, ssekms_key_id) = told(&meta);
    let result = CopyObjectResult {
        e_tag: Some(ETag::Strong(meta.etag)),
        last_modified: Some(timestamp(meta.last_modified)),
        ..CopyObjectResult::default()
    };
    Ok(CopyObjectOutput {
        copy_object_result: Some(result),
        server_side_encryption,
        ssekms_key_id,
        ..CopyObjectOutput::default()
    })
}

pub(crate) async fn delete(operations: &Operations, input: DeleteObjectInput) -> S3Result<()> {
    refuse_extras(&[("If-Match", input.if_match.is_some())])?;
    refuse_version(input.version_id.as_deref())?;
    let bypass = bypass(operations, &input.bucket, &input.key, input.bypass_governance_retention).await?;
    operations.bucket(&input.bucket).await?.delete_past(&input.key, bypass).await.map_err(refuse)
}

pub(crate) async fn delete_many(operations: &Operations, input: DeleteObjectsInput) -> S3Result<DeleteObjectsOutput> {
    if !(1..=DELETED_KEYS_MAX).contains(&input.delete.objects.len()) {
        return Err(s3_error!(MalformedXML));
    }
    let bucket = operations.bucket(&input.bucket).await?;
    let record = operations.record(&input.bucket).await?;
    let rules = record.rules();
    let mut output = DeleteObjectsOutput { deleted: Some(Vec::new()), ..DeleteObjectsOutput::default() };
    let quiet = input.delete.quiet.unwrap_or(false);
    for object in input.delete.objects {
        let is_allowed = operations.asking.check(&rules, "s3:DeleteObject", Some(&object.key));
        let is_allowed = is_allowed.and_then(|()| refuse_version(object.version_id.as_deref()));
        let asked_for = input.bypass_governance_retention;
        let deleted = match (is_allowed, bypass(operations, &input.bucket, &object.key, asked_for).await) {
            (Ok(()), Ok(bypass)) => bucket.delete_past(&object.key, bypass).await.map_err(refuse),
            (Err(error), _) | (Ok(()), Err(error)) => Err(error),
        };
        let key = Some(object.key);
        match deleted {
            Ok(()) if quiet => {}
            Ok(()) => output.deleted.get_or_insert_default().push(DeletedObject { key, ..DeletedObject::default() }),
            Err(error) => output.errors.get_or_insert_default().push(Error {
                code: Some(error.code().as_str().to_owned()),
                key,
                message: error.message().map(str::to_owned),
                version_id: None,
            }),
        }
    }
    Ok(output)
}

fn refuse_version(version: Option<&str>) -> S3Result<()> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(s3_error!(NotImplemented, "Versions of objects are not kept")),
    }
}

async fn read(mut body: StreamingBlob, announced: Option<i64>) -> S3Result<Bytes> {
    let announced = announced.and_then(|length| usize::try_from(length).ok());
    // What a client announces is not yet a reason to reserve more than this.
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or_default().min(1024 * 1024));
    while let Some(piece) = body.next().await {
        bytes.extend_from_slice(&piece.map_err(refuse_body)?);
    }
    if announced.is_some_and(|length| length != bytes.len()) {
        return Err(s3_error!(IncompleteBody));
    }
    Ok(bytes.freeze())
}

fn options(
    content_type: Option<String>,
    content_encoding: Option<&str>,
    metadata: Option<Metadata>,
) -> S3Result<PutOptions> {
    let metadata = metadata.unwrap_or_default();
    if metadata.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > METADATA_BYTES_MAX {
        return Err(s3_error!(MetadataTooLarge));
    }
    Ok(PutOptions {
        only_if_absent: false,
        content_type,
        content_encoding: content_encoding.and_then(lasting_encoding),
        user_metadata: metadata.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect(),
        ..PutOptions::default()
    })
}

/// The encoding of the object itself, without that of its transfer.
fn lasting_encoding(header: &str) -> Option<String> {
    let lasting: Vec<&str> =
        header.split(',').map(str::trim).filter(|name| !matches!(*name, "aws-chunked" | "")).collect();
    Some(lasting.join(",")).filter(|encodings| !encodings.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_of_the_transfer_is_not_kept() {
        assert_eq!(lasting_encoding("aws-chunked"), None);
        assert_eq!(lasting_encoding("gzip, aws-chunked").as_deref(), Some("gzip"));
        assert_eq!(lasting_encoding("gzip").as_deref(), Some("gzip"));
    }
}
