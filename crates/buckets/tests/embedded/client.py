"""Uses an S3 endpoint through boto3 and checks what comes back. Arguments: endpoint, owner's key, stranger's key, secret."""

import io
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, OWNER, STRANGER, SECRET = sys.argv[1:]


def client(key, **options):
    config = Config(s3={"addressing_style": "path", **options.pop("s3", {})}, retries={"total_max_attempts": 1}, **options)
    return boto3.client("s3", endpoint_url=ENDPOINT, region_name="us-east-1", aws_access_key_id=key,
                        aws_secret_access_key=SECRET, config=config)


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return
    raise AssertionError(f"{code} was expected")


s3 = client(OWNER)
s3.create_bucket(Bucket="my-logs")
assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["my-logs"]
assert s3.get_bucket_location(Bucket="my-logs")["LocationConstraint"] is None
refused("404", s3.head_bucket, Bucket="absent")
refused("NoSuchBucket", s3.list_objects_v2, Bucket="absent")

# As boto3 sends by default: a CRC32 header, or with a stream a trailer.
key = "AWSLogs/123456789012/a b+é%.json.gz"
s3.put_object(Bucket="my-logs", Key=key, Body=b"hello", ContentType="application/json", ContentEncoding="gzip",
              Metadata={"signature": "00ff"}, IfNoneMatch="*")
refused("PreconditionFailed", s3.put_object, Bucket="my-logs", Key=key, Body=b"other", IfNoneMatch="*")
answer = s3.get_object(Bucket="my-logs", Key=key)
assert answer["Body"].read() == b"hello" and answer["Metadata"] == {"signature": "00ff"}
assert answer["ContentType"] == "application/json" and answer["ContentEncoding"] == "gzip"
assert s3.get_object(Bucket="my-logs", Key=key, Range="bytes=1-2")["Body"].read() == b"el"
assert s3.head_object(Bucket="my-logs", Key=key)["ContentLength"] == 5

big = bytes(range(256)) * 8192
for algorithm in ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]:
    try:
        s3.put_object(Bucket="my-logs", Key="sum/" + algorithm, Body=io.BytesIO(big), ChecksumAlgorithm=algorithm)
    except Exception as error:  # some algorithms need an extra package of botocore's
        assert type(error).__name__ == "MissingDependencyException", error
        continue
    assert s3.get_object(Bucket="my-logs", Key="sum/" + algorithm)["Body"].read() == big
assert s3.list_objects_v2(Bucket="my-logs", Prefix="sum/")["KeyCount"] >= 3

# A signed payload with chunks, as old SDKs do, and unsigned ones.
signed = client(OWNER, s3={"payload_signing_enabled": True})
signed.put_object(Bucket="my-logs", Key="signed", Body=io.BytesIO(big))
assert s3.get_object(Bucket="my-logs", Key="signed")["Body"].read() == big
plain = client(OWNER, request_checksum_calculation="when_required")
plain.put_object(Bucket="my-logs", Key="plain", Body=io.BytesIO(big))
assert s3.head_object(Bucket="my-logs", Key="plain")["ContentLength"] == len(big)
plain.upload_fileobj(io.BytesIO(b"uploaded"), "my-logs", "uploaded")

url = s3.generate_presigned_url("get_object", Params={"Bucket": "my-logs", "Key": key}, ExpiresIn=60)
assert urllib.request.urlopen(url).read() == b"hello"

for number in range(25):
    s3.put_object(Bucket="my-logs", Key=f"list/{number % 5}/{number:02} ~é", Body=b"")
pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket="my-logs", Prefix="list/", PaginationConfig={"PageSize": 4}))
keys = [entry["Key"] for page in pages for entry in page["Contents"]]
assert len(pages) == 7 and keys == sorted(f"list/{number % 5}/{number:02} ~é" for number in range(25)), keys
for operation in ["list_objects", "list_objects_v2"]:
    pages = s3.get_paginator(operation).paginate(Bucket="my-logs", Prefix="list/", Delimiter="/", PaginationConfig={"PageSize": 2})
    prefixes = [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])]
    assert prefixes == [f"list/{number}/" for number in range(5)], prefixes
pages = s3.get_paginator("list_objects").paginate(Bucket="my-logs", Prefix="list/", PaginationConfig={"PageSize": 3})
assert [entry["Key"] for page in pages for entry in page["Contents"]] == keys

s3.put_bucket_versioning(Bucket="my-logs", VersioningConfiguration={"Status": "Enabled"})
assert s3.get_bucket_versioning(Bucket="my-logs")["Status"] == "Enabled"
policy = '{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:PutBucketTagging", "Resource": "arn:aws:s3:::my-logs"}}'
s3.put_bucket_policy(Bucket="my-logs", Policy=policy)
assert s3.get_bucket_policy(Bucket="my-logs")["Policy"] == policy
s3.delete_bucket_policy(Bucket="my-logs")
refused("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket="my-logs")
assert s3.get_bucket_acl(Bucket="my-logs")["Grants"][0]["Permission"] == "FULL_CONTROL"

s3.copy_object(Bucket="my-logs", Key="copied", CopySource={"Bucket": "my-logs", "Key": key})
assert s3.get_object(Bucket="my-logs", Key="copied")["Metadata"] == {"signature": "00ff"}

stranger = client(STRANGER)
refused("AccessDenied", stranger.get_object, Bucket="my-logs", Key=key)
refused("AccessDenied", stranger.list_objects_v2, Bucket="my-logs")
refused("BucketAlreadyExists", stranger.create_bucket, Bucket="my-logs")
refused("NotImplemented", s3.create_multipart_upload, Bucket="my-logs", Key="m")
refused("BucketNotEmpty", s3.delete_bucket, Bucket="my-logs")

names = [entry["Key"] for entry in s3.list_objects_v2(Bucket="my-logs")["Contents"]]
deleted = s3.delete_objects(Bucket="my-logs", Delete={"Objects": [{"Key": name} for name in names]})
assert len(deleted["Deleted"]) == len(names) and "Errors" not in deleted, deleted
s3.delete_bucket(Bucket="my-logs")
assert s3.list_buckets()["Buckets"] == []
print("all done")
