"""A session of another account uses what is behind a gateway: both accounts see its calls, and nobody else's.

Arguments: the address of the gateway, and the key pair of the other account.
"""

import json
import sys
import time

import boto3

gateway, key, secret = sys.argv[1:]
OWNER, GUEST = "123456789012", "210987654321"

role = f"arn:aws:iam::{GUEST}:role/guest"
session = boto3.client("sts", endpoint_url=gateway).assume_role(RoleArn=role, RoleSessionName="visitor")
assert session["AssumedRoleUser"]["Arn"].split(":")[4] == GUEST, session
boto3.client("s3", endpoint_url=gateway).create_bucket(Bucket="photos")
credentials = session["Credentials"]
guest = boto3.client("s3", endpoint_url=gateway, aws_access_key_id=credentials["AccessKeyId"],
                     aws_secret_access_key=credentials["SecretAccessKey"],
                     aws_session_token=credentials["SessionToken"])
guest.create_bucket(Bucket="visits")
guest.put_object(Bucket="visits", Key="a", Body=b"hello")
guest.delete_objects(Bucket="visits", Delete={"Objects": [{"Key": "a"}]})


def seen(account, **keys):
    """The events of S3 that an account sees, by name."""
    history = boto3.client("cloudtrail", **keys)
    found = {}
    pages = history.get_paginator("lookup_events").paginate(EventCategory="all", LookupAttributes=[
        {"AttributeKey": "EventSource", "AttributeValue": "s3.amazonaws.com"}])
    for page in pages:
        for event in page["Events"]:
            record = json.loads(event["CloudTrailEvent"])
            assert record["recipientAccountId"] == account, record
            name = record["eventName"], (record["requestParameters"] or {}).get("bucketName")
            assert name not in found, record
            found[name] = record
    return found


def all_seen(count, account, **keys):
    """The same, once there are so many: an event is there a moment after the answer of its call."""
    for _ in range(100):
        found = seen(account, **keys)
        if len(found) >= count:
            return found
        time.sleep(0.1)
    return found


of_owner = all_seen(5, OWNER)
of_guest = all_seen(4, GUEST, aws_access_key_id=key, aws_secret_access_key=secret)
by_guest = {("CreateBucket", "visits"), ("PutObject", "visits"), ("DeleteObjects", "visits"), ("DeleteObject", "visits")}
assert of_guest.keys() == by_guest, of_guest.keys()
assert of_owner.keys() == by_guest | {("CreateBucket", "photos")}, of_owner.keys()
assert "sharedEventID" not in of_owner["CreateBucket", "photos"]
for name in by_guest:
    one, other = dict(of_owner[name]), dict(of_guest[name])
    assert one["sharedEventID"] == other["sharedEventID"], name
    assert one["eventID"] != other["eventID"], name
    assert one["userIdentity"]["accountId"] == GUEST, one
    for record in one, other:
        del record["eventID"], record["recipientAccountId"]
    assert one == other, (one, other)
shared = {of_owner[name]["sharedEventID"] for name in by_guest}
assert len(shared) == len(by_guest), shared
