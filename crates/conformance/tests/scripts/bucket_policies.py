"""Buckets with AWS's documented policy and with broken ones: what CreateTrail, UpdateTrail and PutBucketPolicy say."""

import copy
import json

import boto3

from expect import refused, run

s3 = boto3.client("s3")
cloudtrail = boto3.client("cloudtrail")
BUCKET = "policed"
TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main"
SERVICE = {"Service": "cloudtrail.amazonaws.com"}
DOCUMENTED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "AWSCloudTrailAclCheck20150319",
            "Effect": "Allow",
            "Principal": SERVICE,
            "Action": "s3:GetBucketAcl",
            "Resource": "arn:aws:s3:::" + BUCKET,
            "Condition": {"StringEquals": {"aws:SourceArn": TRAIL}},
        },
        {
            "Sid": "AWSCloudTrailWrite20150319",
            "Effect": "Allow",
            "Principal": SERVICE,
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::" + BUCKET + "/AWSLogs/123456789012/*",
            "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": TRAIL}},
        },
    ],
}


def put(policy):
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy if isinstance(policy, str) else json.dumps(policy))


def changed(change):
    policy = copy.deepcopy(DOCUMENTED)
    change(policy["Statement"])
    return policy


def the_documented_policy_is_enough():
    s3.create_bucket(Bucket=BUCKET)
    put(DOCUMENTED)
    cloudtrail.create_trail(Name="main", S3BucketName=BUCKET, EnableLogFileValidation=True)


def each_insufficient_policy_has_its_error_and_changes_nothing():
    before = cloudtrail.get_trail(Name="main")["Trail"]
    denial = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::" + BUCKET + "/*"}
    other = "arn:aws:cloudtrail:us-east-1:999999999999:trail/main"
    for what, change in {
        "no GetBucketAcl": lambda all: all.pop(0),
        "no PutObject": lambda all: all.pop(1),
        "no digests": lambda all: all[1].update(Resource=all[1]["Resource"].replace("/*", "/CloudTrail/*")),
        "another prefix": lambda all: all[1].update(Resource=all[1]["Resource"].replace("/AWSLogs", "/p/AWSLogs")),
        "another trail": lambda all: all[1]["Condition"]["StringEquals"].update({"aws:SourceArn": other}),
        "another account": lambda all: all[0].update(Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}}),
        "an explicit deny": lambda all: all.append(denial),
        "huge lists": lambda all: all[1].update(Resource=["arn:aws:s3:::%s/%d/*" % (BUCKET, n) for n in range(500)]),
    }.items():
        put(changed(change))
        message = refused(
            "InsufficientS3BucketPolicyException", cloudtrail.update_trail, Name="main", EnableLogFileValidation=True,
            IncludeGlobalServiceEvents=False,
        )
        start = "Incorrect S3 bucket policy is detected for bucket: " + BUCKET
        assert message.startswith(start), (what, message)
        assert cloudtrail.get_trail(Name="main")["Trail"] == before, what
        refused("InsufficientS3BucketPolicyException", cloudtrail.create_trail, Name="second", S3BucketName=BUCKET)
        needed = message.split("It needs this policy: ", 1)[1]
        put(needed)
        cloudtrail.update_trail(Name="main")
    put(DOCUMENTED)
    cloudtrail.update_trail(Name="main", EnableLogFileValidation=True)


def bad_policies_are_malformed_with_their_place():
    deep = '{"Statement":' + "[" * 5000 + "]" * 5000 + "}"
    for policy, place in [
        ('{"Statement": [', "line 1, column 16"),
        (deep, "nested deeper than"),
        ('{"Statement":[]}', "there is no statement"),
        (json.dumps(changed(lambda all: all[1].update(Efect="Allow"))), "Statement[1]"),
        (json.dumps(changed(lambda all: all[0].update(Effect="allow"))), "Statement[0].Effect"),
        (json.dumps(changed(lambda all: all[0].update(Action="s3"))), "Statement[0].Action"),
        (json.dumps(changed(lambda all: all[0].update(Resource="arn:aws:s3:::other"))), "Statement[0].Resource"),
        (json.dumps(changed(lambda all: all[1].update(Condition={"StringIs": {"a:b": "c"}}))), "Condition.StringIs"),
        (json.dumps(changed(lambda all: all[1].update(Principal={"AWS": "arn:aws:iam::*:root"}))), "Principal.AWS"),
        (json.dumps(changed(lambda all: all[1].update(Sid="x" * 21000))), "maximum"),
    ]:
        message = refused("MalformedPolicy", s3.put_bucket_policy, Bucket=BUCKET, Policy=policy)
        assert place in message, (place, message)
    assert json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"]) == DOCUMENTED


run(
    the_documented_policy_is_enough,
    each_insufficient_policy_has_its_error_and_changes_nothing,
    bad_policies_are_malformed_with_their_place,
)
