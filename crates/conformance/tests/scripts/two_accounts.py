"""What one account does with another's things stands in the log files of both, with one sharedEventID.

Arguments: the key pair of the guest's root, and the address of a gateway, or nothing. The owner is the default account.
"""

import gzip
import json
import sys
import time

import boto3
from expect import refused, run

key, secret, *gateways = sys.argv[1:]
OWNER, GUEST = "123456789012", "210987654321"
HIS = {"aws_access_key_id": key, "aws_secret_access_key": secret}
STATEMENT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{GUEST}:root"}}
ROLE = f"arn:aws:iam::{OWNER}:role/guests"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def temporary(credentials):
    return {"aws_access_key_id": credentials["AccessKeyId"], "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials.get("SessionToken")}


def trail(bucket, **keys):
    """A trail of all events, S3's objects included, except those of its own bucket."""
    boto3.client("s3", **keys).create_bucket(Bucket=bucket)
    cloudtrail = boto3.client("cloudtrail", **keys)
    cloudtrail.create_trail(Name="both", S3BucketName=bucket, IsMultiRegionTrail=True)
    field = {"Field": "eventCategory", "Equals": ["Data"]}
    cloudtrail.put_event_selectors(TrailName="both", AdvancedEventSelectors=[
        {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
        {"FieldSelectors": [field, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                            {"Field": "resources.ARN", "NotStartsWith": [f"arn:aws:s3:::{bucket}/"]}]}])
    cloudtrail.start_logging(Name="both")


def files(bucket, account, **keys):
    """Every event in the account's log files, which are all about that account."""
    s3 = boto3.client("s3", **keys)
    found = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"AWSLogs/{account}/CloudTrail/"):
        for item in page.get("Contents", []):
            text = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
            found += json.loads(gzip.decompress(text))["Records"] if text else []
    assert all(record["recipientAccountId"] == account for record in found), account
    return found


def wait_for(bucket, account, wanted, **keys):
    """The events of these names and agents in the account's log files, when all are there."""
    for _ in range(300):
        found = {}
        for record in files(bucket, account, **keys):
            if "errorCode" not in record and record["userIdentity"].get("accountId") == GUEST:
                found.setdefault((record["eventSource"].split(".")[0], record["eventName"], subject(record)), []).append(record)
        if wanted <= found.keys():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{account}: {sorted(wanted - found.keys())} are missing")


def subject(record):
    given = record["requestParameters"] or {}
    return given.get("key") or given.get("roleArn") or given.get("keyId") or given.get("bucketName") or ""


def in_both(wanted):
    """The events are in the files of both accounts, once in each, alike, with one sharedEventID each."""
    owners, guests = wait_for("owner-logs", OWNER, wanted), wait_for("guest-logs", GUEST, wanted, **HIS)
    shared = set()
    for name in wanted:
        (one,), (other,) = owners[name], guests[name]
        assert one["eventID"] != other["eventID"], name
        shared.add(one["sharedEventID"])
        for record in one, other:
            del record["eventID"], record["recipientAccountId"]
        assert one == other, (one, other)
    assert len(shared) == len(wanted), shared


def objects_in_the_owners_bucket():
    boto3.client("s3").create_bucket(Bucket="shared-photos")
    may = {**STATEMENT, "Action": ["s3:PutObject", "s3:GetObject"], "Resource": "arn:aws:s3:::shared-photos/*"}
    boto3.client("s3").put_bucket_policy(Bucket="shared-photos", Policy=document(may))
    guest = boto3.client("s3", **HIS)
    guest.put_object(Bucket="shared-photos", Key="a.jpg", Body=b"a")
    guest.get_object(Bucket="shared-photos", Key="a.jpg")
    in_both({("s3", "PutObject", "a.jpg"), ("s3", "GetObject", "a.jpg")})


def the_owners_key():
    kms = boto3.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    guest = boto3.client("kms", **HIS)
    refused("AccessDeniedException", guest.encrypt, KeyId=arn, Plaintext=b"x")
    everything = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"}, "Action": "kms:*", "Resource": "*"}
    may = {**STATEMENT, "Action": ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"], "Resource": "*"}
    kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=document(everything, may))
    sealed = guest.encrypt(KeyId=arn, Plaintext=b"x")["CiphertextBlob"]
    assert guest.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    assert guest.describe_key(KeyId=arn)["KeyMetadata"]["AWSAccountId"] == OWNER
    for call in [guest.generate_data_key, guest.disable_key, guest.schedule_key_deletion]:
        refused("AccessDeniedException", call, KeyId=arn, **({"KeySpec": "AES_256"} if call == guest.generate_data_key else {}))
    own = guest.create_key()["KeyMetadata"]["Arn"]
    refused("IncorrectKeyException", guest.decrypt, CiphertextBlob=sealed, KeyId=own)
    refused("IncorrectKeyException", guest.decrypt, KeyId=arn, CiphertextBlob=guest.encrypt(KeyId=own, Plaintext=b"y")["CiphertextBlob"])
    in_both({("kms", "Encrypt", arn), ("kms", "Decrypt", ""), ("kms", "DescribeKey", arn)})


def the_owners_role():
    iam = boto3.client("iam")
    trust = {**STATEMENT, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName="guests", AssumeRolePolicyDocument=document(trust))
    hers = boto3.client("iam", **HIS)
    hers.create_user(UserName="gina")
    hers.put_user_policy(UserName="gina", PolicyName="may", PolicyDocument=document(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}))
    gina = temporary(hers.create_access_key(UserName="gina")["AccessKey"])
    sts = boto3.client("sts", **gina)
    refused("AccessDenied", sts.assume_role, RoleArn=ROLE + "2", RoleSessionName="gina")
    credentials = sts.assume_role(RoleArn=ROLE, RoleSessionName="gina")["Credentials"]
    caller = boto3.client("sts", **temporary(credentials)).get_caller_identity()
    assert caller["Account"] == OWNER, caller
    in_both({("sts", "AssumeRole", ROLE)})
    refusals = [record for record in files("owner-logs", OWNER) if record["eventName"] == "AssumeRole" and "errorCode" in record]
    assert refusals == [], refusals


def what_is_behind_a_gateway():
    upstream = {"endpoint_url": gateways[0]}
    session = boto3.client("sts", **upstream).assume_role(RoleArn=f"arn:aws:iam::{GUEST}:role/guest", RoleSessionName="visitor")
    guest = boto3.client("s3", **upstream, **temporary(session["Credentials"]))
    guest.create_bucket(Bucket="visits")
    guest.put_object(Bucket="visits", Key="b.jpg", Body=b"b")
    in_both({("s3", "CreateBucket", "visits"), ("s3", "PutObject", "b.jpg")})


trail("owner-logs")
trail("guest-logs", **HIS)
run(objects_in_the_owners_bucket, the_owners_key, the_owners_role, *([what_is_behind_a_gateway] if gateways else []))
