//! `GetObject` and `HeadObject`.

use std::ops::Range;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_objects::{ObjectMeta, ObjectReader};
use futures_util::{StreamExt, TryStreamExt, stream};
use http_body::Frame;
use http_body_util::StreamBody;
use s3s::dto::{self, ETag, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, StreamingBlob};
use s3s::{S3Response, S3Result, s3_error};

use crate::S3Body;
use crate::conditions::Conditions;
use crate::encryption::told;
use crate::lock_headers;
use crate::operations::Operations;
use crate::refusal::refuse;

/// What is read and sent at once.
const PIECE_BYTES: u64 = 1024 * 1024;

pub(crate) async fn get(operations: &Operations, input: GetObjectInput) -> S3Result<GetObjectOutput> {
    refuse_version(input.version_id.as_deref())?;
    let reader = operations.bucket(&input.bucket).await?.open_object(&input.key).await.map_err(refuse)?;
    let conditions = Conditions {
        if_match: input.if_match,
        if_none_match: input.if_none_match,
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    conditions.check(reader.meta())?;
    let part = part(reader.meta().size, input.range)?;
    let meta = reader.meta().clone();
    let body = body(reader, part.range.clone(), &operations.environment)?;
    let (server_side_encryption, ssekms_key_id) = told(&meta);
    let lock = lock_headers::told(operations, &input.bucket, &meta).await?;
    Ok(GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        body: Some(StreamingBlob::from(body)),
        content_encoding: meta.content_encoding.clone(),
        content_length: Some(part.length()),
        content_range: part.header,
        content_type: Some(content_type(&meta)),
        e_tag: Some(ETag::Strong(meta.etag.clone())),
        last_modified: Some(timestamp(meta.last_modified)),
        metadata: Some(metadata(&meta)),
        object_lock_legal_hold_status: lock.legal_hold,
        object_lock_mode: lock.mode,
        object_lock_retain_until_date: lock.retain_until,
        server_side_encryption,
        ssekms_key_id,
        ..GetObjectOutput::default()
    })
}

pub(crate) async fn head(operations: &Operations, input: HeadObjectInput) -> S3Result<S3Response<HeadObjectOutput>> {
    refuse_version(input.version_id.as_deref())?;
    let meta = operations.bucket(&input.bucket).await?.head(&input.key).await.map_err(refuse)?;
    let conditions = Conditions {
        if_match: input.if_match,
        if_none_match: input.if_none_match,
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    conditions.check(&meta)?;
    let part = part(meta.size, input.range)?;
    let is_part = part.header.is_some();
    let (server_side_encryption, ssekms_key_id) = told(&meta);
    let lock = lock_headers::told(operations, &input.bucket, &meta).await?;
    let output = HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_encoding: meta.content_encoding.clone(),
        content_length: Some(part.length()),
        content_range: part.header,
        content_type: Some(content_type(&meta)),
        e_tag: Some(ETag::Strong(meta.etag.clone())),
        last_modified: Some(timestamp(meta.last_modified)),
        metadata: Some(metadata(&meta)),
        object_lock_legal_hold_status: lock.legal_hold,
        object_lock_mode: lock.mode,
        object_lock_retain_until_date: lock.retain_until,
        server_side_encryption,
        ssekms_key_id,
        ..HeadObjectOutput::default()
    };
    let status = if is_part { http::StatusCode::PARTIAL_CONTENT } else { http::StatusCode::OK };
    Ok(S3Response::with_status(output, status))
}

/// Which bytes are asked for.
#[derive(Debug)]
struct Part {
    range: Range<u64>,
    /// `Content-Range`, unless it is the whole.
    header: Option<String>,
}

impl Part {
    fn length(&self) -> i64 {
        i64::try_from(self.range.end - self.range.start).unwrap_or(i64::MAX)
    }
}

fn part(size: u64, asked: Option<dto::Range>) -> S3Result<Part> {
    let Some(asked) = asked else { return Ok(Part { range: 0..size, header: None }) };
    let range = asked.check(size).map_err(|_| s3_error!(InvalidRange))?;
    let header = Some(format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1)));
    Ok(Part { range, header })
}

/// The bytes as a body: at once when they are few, else piece by piece as the client takes them.
fn body(reader: ObjectReader, range: Range<u64>, environment: &Environment) -> S3Result<S3Body> {
    if range.end - range.start <= PIECE_BYTES {
        return Ok(S3Body::from(reader.read(range).map_err(refuse)?));
    }
    let tasks = environment.tasks.clone();
    let pieces = stream::try_unfold(range.start, move |from| {
        let (reader, tasks) = (reader.clone(), tasks.clone());
        let to = (from + PIECE_BYTES).min(range.end);
        async move {
            if from == to {
                return Ok(None);
            }
            let piece: Bytes = tasks.blocking(move || reader.read(from..to)).await?;
            Ok::<_, cairn_objects::ObjectError>(Some((piece, to)))
        }
    });
    Ok(S3Body::http_body_unsync(StreamBody::new(pieces.map_ok(Frame::data).boxed())))
}

pub(crate) fn refuse_version(version: Option<&str>) -> S3Result<()> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(s3_error!(NoSuchVersion, "The specified version does not exist.")),
    }
}

fn content_type(meta: &ObjectMeta) -> String {
    meta.content_type.clone().unwrap_or_else(|| "binary/octet-stream".to_owned())
}

fn metadata(meta: &ObjectMeta) -> dto::Metadata {
    meta.user_metadata.clone().into_iter().collect()
}

/// A moment as the protocol layer has it.
pub(crate) fn timestamp(moment: cairn_model::Timestamp) -> dto::Timestamp {
    let ns = i128::from(moment.unix_ms()) * 1_000_000;
    time::OffsetDateTime::from_unix_timestamp_nanos(ns).unwrap_or(time::OffsetDateTime::UNIX_EPOCH).into()
}
