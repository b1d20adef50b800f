"""Copies a bucket's objects whose keys contain a text to the same bucket of another S3, with their metadata.

Arguments: the address of the other S3, the bucket, the text.
"""

import sys

import boto3

address, bucket, text = sys.argv[1:]
source, target = boto3.client("s3"), boto3.client("s3", endpoint_url=address)
target.create_bucket(Bucket=bucket)
for page in source.get_paginator("list_objects_v2").paginate(Bucket=bucket):
    for listed in page.get("Contents", []):
        key = listed["Key"]
        if text not in key:
            continue
        found = source.get_object(Bucket=bucket, Key=key)
        target.put_object(
            Bucket=bucket,
            Key=key,
            Body=found["Body"].read(),
            Metadata=found["Metadata"],
            ContentType=found["ContentType"],
            ContentEncoding=found["ContentEncoding"],
        )
