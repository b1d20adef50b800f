//! Requests and answers of S3.

use crate::body::Body;
use crate::call::Call;
use crate::rng::{Rng, narrow, wide};
use crate::text::{first, put, token, uuid};

/// Any call of S3.
pub(super) fn s3(call: &Call<'_>, rng: &mut Rng, body: &mut Body) {
    let Call { world, account, account_id: acc, region, event, .. } = *call;
    let bucket = format!(
        "example-{}-{}-{acc}",
        ["logs", "data-lake", "assets", "backups", "artifacts", "web", "exports"][rng.below(7)],
        region
    );
    let (kind, id) = (narrow(rng.mostly_low(5.0)), rng.number());
    let key = format!(
        "{}/year=2026/month={:02}/day={:02}/part-{:05}-{:016x}.snappy.parquet",
        ["events", "orders", "sessions", "clicks", "users"][kind],
        1 + id % 12,
        1 + id / 12 % 28,
        id / 512 % 200,
        id
    );
    put!(body.request, "{{\"bucketName\":\"{bucket}\",\"Host\":\"{bucket}.s3.{region}.amazonaws.com\"");
    let object = event.contains("Object");
    if object && event != "ListObjects" {
        put!(body.request, ",\"key\":\"{key}\"");
    }
    match event {
        "PutObject" => {
            put!(
                body.request,
                ",\"x-amz-acl\":\"bucket-owner-full-control\",\"x-amz-server-side-encryption\":\"aws:kms\""
            );
        }
        "ListObjects" => {
            put!(
                body.request,
                ",\"list-type\":\"2\",\"prefix\":\"{}\",\"max-keys\":\"1000\",\"encoding-type\":\"url\"",
                first(&key, 30)
            );
        }
        "GetBucketPolicy" => body.request.push_str(",\"policy\":\"\""),
        "PutBucketPolicy" => {
            put!(
                body.request,
                ",\"bucketPolicy\":{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{},\"Action\":[\"s3:GetObject\",\"s3:ListBucket\"],\"Resource\":[\"arn:aws:s3:::{bucket}\",\"arn:aws:s3:::{bucket}/*\"]}}]}},\"policy\":\"\"",
                if rng.chance(0.1) { "\"*\"".into() } else { format!("{{\"AWS\":\"arn:aws:iam::{acc}:root\"}}") }
            );
        }
        "CreateBucket" => {
            put!(
                body.request,
                ",\"CreateBucketConfiguration\":{{\"LocationConstraint\":\"{region}\",\"xmlns\":\"http://s3.amazonaws.com/doc/2006-03-01/\"}}"
            );
        }
        _ => {}
    }
    body.request.push('}');
    if event == "PutObject" {
        put!(
            body.response,
            "{{\"x-amz-server-side-encryption\":\"aws:kms\",\"x-amz-server-side-encryption-aws-kms-key-id\":\"arn:aws:kms:{region}:{acc}:key/{}\"}}",
            uuid(&mut Rng::keyed(world.seed, wide(account) + 77))
        );
    }
    put!(
        body.additional,
        "\"SignatureVersion\":\"SigV4\",\"CipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"bytesTransferredIn\":{},\"AuthenticationMethod\":\"AuthHeader\",\"x-amz-id-2\":\"{}\",\"bytesTransferredOut\":{}",
        if event == "PutObject" { rng.below(1 << 22) } else { 0 },
        token(rng, 76),
        if event == "GetObject" { rng.below(1 << 22) } else { 340 }
    );
    if object && event != "ListObjects" {
        put!(body.resources, "{{\"type\":\"AWS::S3::Object\",\"ARN\":\"arn:aws:s3:::{bucket}/{key}\"}},");
    }
    put!(body.resources, "{{\"accountId\":\"{acc}\",\"type\":\"AWS::S3::Bucket\",\"ARN\":\"arn:aws:s3:::{bucket}\"}}");
}
