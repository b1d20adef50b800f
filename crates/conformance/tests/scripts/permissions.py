"""What a user, a role and a chain of roles may do, as boto3 and the AWS CLI see it."""

import json
import os
import subprocess
import sys
import time

import boto3
from botocore.exceptions import ClientError
from authenticator import Authenticator
from expect import refused, run

iam = boto3.client("iam")
ACCOUNT = "123456789012"
READ_ONLY = "arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess"
STS = ["sts:AssumeRole", "sts:SetSourceIdentity"]
ASSUME = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": STS, "Resource": "*"}]}


def client(service, credentials):
    return boto3.client(
        service,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials.get("SessionToken"),
    )


def user(name):
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=READ_ONLY)
    return iam.create_access_key(UserName=name)["AccessKey"]


def role(name, trusted, condition=None):
    statement = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": STS}
    if condition:
        statement["Condition"] = condition
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.attach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    iam.put_role_policy(RoleName=name, PolicyName="assume", PolicyDocument=json.dumps(ASSUME))
    return made["Arn"]


def denied(action, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"].startswith("AccessDenied"), error
        assert f"is not authorized to perform: {action}" in error.response["Error"]["Message"], error
        return
    raise AssertionError(f"{action} was not refused")


def recorded(name):
    for _ in range(50):
        found = boto3.client("cloudtrail").lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])["Events"]
        events = [json.loads(event["CloudTrailEvent"]) for event in found]
        if events:
            return events
        time.sleep(0.1)
    raise AssertionError(f"no event {name}")


def a_reader_reads_and_changes_nothing():
    key = user("rita")
    trails = client("cloudtrail", key)
    trails.lookup_events()
    trails.list_trails()
    denied("cloudtrail:StopLogging", trails.stop_logging, Name="main")
    denied("iam:ListUsers", client("iam", key).list_users)
    denied("kms:ListKeys", client("kms", key).list_keys)
    denied("s3:ListAllMyBuckets", client("s3", key).list_buckets)
    event = recorded("StopLogging")[0]
    assert event["errorCode"] == "AccessDenied" or event["errorCode"] == "AccessDeniedException", event
    assert event["userIdentity"]["type"] == "IAMUser" and event["userIdentity"]["userName"] == "rita", event
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
                   "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    command = [sys.executable, "-m", "awscli", "sts", "get-caller-identity", "--output", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert json.loads(done.stdout)["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/rita", done.stdout


def a_chain_of_three_roles_with_an_external_id_is_followed():
    key = user("nina")
    iam.put_user_policy(UserName="nina", PolicyName="assume", PolicyDocument=json.dumps(ASSUME))
    person = f"arn:aws:iam::{ACCOUNT}:user/nina"
    first = role("first", person, {"StringEquals": {"sts:ExternalId": "shared"}})
    second = role("second", first)
    third = role("third", second)
    denied("sts:AssumeRole", client("sts", key).assume_role, RoleArn=first, RoleSessionName="me")
    credentials = client("sts", key).assume_role(
        RoleArn=first, RoleSessionName="me", ExternalId="shared", SourceIdentity="nina")["Credentials"]
    for arn in (second, third):
        refused("ValidationError", client("sts", credentials).assume_role,
                RoleArn=arn, RoleSessionName="omar", DurationSeconds=7200)
        credentials = client("sts", credentials).assume_role(RoleArn=arn, RoleSessionName="omar")["Credentials"]
    caller = client("sts", credentials).get_caller_identity()
    assert caller["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/third/omar", caller
    client("cloudtrail", credentials).lookup_events()
    denied("cloudtrail:DeleteTrail", client("cloudtrail", credentials).delete_trail, Name="main")
    context = recorded("DeleteTrail")[0]["userIdentity"]["sessionContext"]
    assert context["sourceIdentity"] == "nina" and context["sessionIssuer"]["userName"] == "third", context
    found = boto3.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "OriginPrincipal", "AttributeValue": person}])["Events"]
    names = {event["EventName"] for event in found}
    assert names == {"AssumeRole", "GetCallerIdentity", "LookupEvents", "DeleteTrail"}, names
    assert {event["Username"] for event in found} == {"me", "omar"}, found
    iam.delete_role_policy(RoleName="third", PolicyName="assume")
    iam.detach_role_policy(RoleName="third", PolicyArn=READ_ONLY)
    denied("cloudtrail:LookupEvents", client("cloudtrail", credentials).lookup_events)
    iam.delete_role(RoleName="third")
    refused("InvalidClientTokenId", client("sts", credentials).get_caller_identity)


def a_device_opens_what_asks_for_one():
    key = user("mona")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="mona")["VirtualMFADevice"]
    serial, shown = device["SerialNumber"], Authenticator(device["Base32StringSeed"])
    iam.enable_mfa_device(UserName="mona", SerialNumber=serial,
                          AuthenticationCode1=shown.code(-2), AuthenticationCode2=shown.code(-1))
    with_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    guarded = role("guarded", f"arn:aws:iam::{ACCOUNT}:user/mona", with_mfa)
    statement = {"Effect": "Allow", "Action": ["iam:ListUsers", *STS], "Resource": "*", "Condition": with_mfa}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="mona", PolicyName="with-mfa", PolicyDocument=document)
    sts = client("sts", key)
    denied("iam:ListUsers", client("iam", key).list_users)
    denied("sts:AssumeRole", sts.assume_role, RoleArn=guarded, RoleSessionName="mona")
    plain = sts.get_session_token()["Credentials"]
    refused("InvalidClientTokenId", client("iam", plain).list_users)
    refused("AccessDenied", client("sts", plain).get_access_key_info, AccessKeyId=plain["AccessKeyId"])
    for wrong in ({"SerialNumber": serial}, {"SerialNumber": serial, "TokenCode": "000000"},
                  {"SerialNumber": serial.replace("mona", "nobody"), "TokenCode": shown.code(0)},
                  {"SerialNumber": serial, "TokenCode": shown.code(-1)}):
        message = refused("AccessDenied", sts.get_session_token, **wrong)
        assert "MultiFactorAuthentication failed" in message, message
        refused("AccessDenied", sts.assume_role, RoleArn=guarded, RoleSessionName="mona", **wrong)
    session = sts.get_session_token(SerialNumber=serial, TokenCode=shown.code(0))["Credentials"]
    client("iam", session).list_users()
    refused("AccessDenied", sts.get_session_token, SerialNumber=serial, TokenCode=shown.code(0))
    assumed = sts.assume_role(
        RoleArn=guarded, RoleSessionName="mona", SerialNumber=serial, TokenCode=shown.code(1))["Credentials"]
    client("cloudtrail", assumed).lookup_events()
    attributes = recorded("ListUsers")[0]["userIdentity"]["sessionContext"]["attributes"]
    assert attributes["mfaAuthenticated"] == "true", attributes
    for event in recorded("GetSessionToken") + recorded("AssumeRole"):
        assert "tokenCode" not in json.dumps(event), event


run(a_device_opens_what_asks_for_one, a_reader_reads_and_changes_nothing, a_chain_of_three_roles_with_an_external_id_is_followed)
