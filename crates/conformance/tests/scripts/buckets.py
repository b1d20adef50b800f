"""The embedded S3 as far as a log bucket needs it."""

import boto3
from botocore.config import Config
from expect import refused, run

s3 = boto3.client("s3")


def objects_come_back_as_they_were_put():
    s3.create_bucket(Bucket="log-bucket")
    put = s3.put_object(Bucket="log-bucket", Key="a/b c+d/\u00e4.txt", Body=b"hello", ContentType="text/plain",
                        Metadata={"signature": "00ff"})
    got = s3.get_object(Bucket="log-bucket", Key="a/b c+d/\u00e4.txt")
    assert got["Body"].read() == b"hello" and got["Metadata"] == {"signature": "00ff"} and got["ETag"] == put["ETag"]
    head = s3.head_object(Bucket="log-bucket", Key="a/b c+d/\u00e4.txt")
    assert head["ContentLength"] == 5 and head["ContentType"] == "text/plain"
    part = s3.get_object(Bucket="log-bucket", Key="a/b c+d/\u00e4.txt", Range="bytes=1-2")
    assert part["Body"].read() == b"el"
    s3.delete_object(Bucket="log-bucket", Key="a/b c+d/\u00e4.txt")
    refused("NoSuchKey", s3.get_object, Bucket="log-bucket", Key="a/b c+d/\u00e4.txt")


def a_name_that_is_taken_is_not_overwritten_when_asked_so():
    s3.put_object(Bucket="log-bucket", Key="once", Body=b"first", IfNoneMatch="*")
    refused("PreconditionFailed", s3.put_object, Bucket="log-bucket", Key="once", Body=b"second", IfNoneMatch="*")
    assert s3.get_object(Bucket="log-bucket", Key="once")["Body"].read() == b"first"


def both_listings_page_in_the_order_of_keys():
    s3.create_bucket(Bucket="listed-bucket")
    keys = sorted(f"p/{n % 7}/{n:03}" for n in range(60))
    for key in keys:
        s3.put_object(Bucket="listed-bucket", Key=key, Body=b"")
    for operation, size in [("list_objects_v2", 7), ("list_objects", 7)]:
        pages = s3.get_paginator(operation).paginate(Bucket="listed-bucket", Prefix="p/", PaginationConfig={"PageSize": size})
        assert [o["Key"] for page in pages for o in page.get("Contents", [])] == keys, operation
    folders = s3.list_objects_v2(Bucket="listed-bucket", Prefix="p/", Delimiter="/")["CommonPrefixes"]
    assert [folder["Prefix"] for folder in folders] == [f"p/{n}/" for n in range(7)]
    after = s3.list_objects(Bucket="listed-bucket", Prefix="p/", Marker=keys[40])["Contents"]
    assert [o["Key"] for o in after] == keys[41:]


def buckets_answer_for_themselves():
    assert s3.get_bucket_location(Bucket="log-bucket").get("LocationConstraint") is None
    assert "log-bucket" in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    s3.put_bucket_versioning(Bucket="log-bucket", VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket="log-bucket")["Status"] == "Enabled"
    refused("NoSuchBucket", s3.list_objects_v2, Bucket="no-such-bucket")
    refused("404", s3.head_bucket, Bucket="no-such-bucket")
    refused("BucketNotEmpty", s3.delete_bucket, Bucket="log-bucket")
    for bucket in ["Bad_Name", "ab", "..", "a..b"]:
        bare = boto3.client("s3", config=Config(parameter_validation=False))
        refused("InvalidBucketName", bare.create_bucket, Bucket=bucket)


def keys_stay_inside_their_bucket():
    for key in ["../outside", "a/../../outside", "/absolute", "a//b", ".", "a/./b", "con\u0000trol"]:
        try:
            s3.put_object(Bucket="log-bucket", Key=key, Body=b"trick")
        except s3.exceptions.ClientError as error:
            assert 400 <= error.response["ResponseMetadata"]["HTTPStatusCode"] < 500, error
        else:
            assert s3.get_object(Bucket="log-bucket", Key=key)["Body"].read() == b"trick", key


run(objects_come_back_as_they_were_put, a_name_that_is_taken_is_not_overwritten_when_asked_so,
    both_listings_page_in_the_order_of_keys, buckets_answer_for_themselves, keys_stay_inside_their_bucket)
