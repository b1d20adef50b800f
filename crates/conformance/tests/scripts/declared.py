"""What the settings declare: a user with a key, a group, a role and a policy."""

import json
import sys

import boto3
from expect import refused

iam = boto3.client("iam")
KEY = "AKIADECLAREDALICE001"
POLICY = "arn:aws:iam::123456789012:policy/trails"


def alice(service):
    secret = "declared/secret+of/forty+characters00000"
    return boto3.client(service, aws_access_key_id=KEY, aws_secret_access_key=secret, aws_session_token=None)


def unmodifiable(call, **arguments):
    message = refused("UnmodifiableEntity", call, **arguments)
    assert "is declared in cairn.toml" in message, message


def there():
    assert alice("sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/ops/alice"
    alice("cloudtrail").describe_trails()
    refused("AccessDeniedException", alice("cloudtrail").create_trail, Name="main", S3BucketName="logs")
    tags = {tag["Key"]: tag["Value"] for tag in iam.list_user_tags(UserName="alice")["Tags"]}
    assert tags == {"team": "ops", "cairn:declared-in": "cairn.toml"}, tags
    assert iam.get_policy(PolicyArn=POLICY)["Policy"]["Tags"] == [{"Key": "cairn:declared-in", "Value": "cairn.toml"}]
    everything = json.dumps({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    unmodifiable(iam.delete_user, UserName="alice")
    unmodifiable(iam.put_user_policy, UserName="alice", PolicyName="more", PolicyDocument=everything)
    unmodifiable(iam.attach_group_policy, GroupName="auditors", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    unmodifiable(iam.update_role, RoleName="audit", Description="mine")
    unmodifiable(iam.delete_role, RoleName="audit")
    unmodifiable(iam.create_policy_version, PolicyArn=POLICY, PolicyDocument=everything, SetAsDefault=True)
    unmodifiable(iam.update_access_key, UserName="alice", AccessKeyId=KEY, Status="Inactive")
    own = iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    iam.delete_access_key(UserName="alice", AccessKeyId=own)


def gone():
    refused("NoSuchEntity", iam.get_user, UserName="alice")
    refused("NoSuchEntity", iam.get_policy, PolicyArn=POLICY)
    refused("InvalidClientTokenId", alice("sts").get_caller_identity)


{"there": there, "gone": gone}[sys.argv[1]]()
