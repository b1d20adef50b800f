"""A protected trail as two users see it: one asks, the other approves, and nobody approves alone.

The trail `vault` is protected by the settings, with a second principal.
"""

import json
import time

import boto3
from botocore.exceptions import ClientError
from expect import run

iam = boto3.client("iam")
ACCOUNT = "123456789012"
VAULT = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/vault"


def allowing(*actions):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]})


def client(service, credentials):
    return boto3.client(service, aws_access_key_id=credentials["AccessKeyId"],
                        aws_secret_access_key=credentials["SecretAccessKey"],
                        aws_session_token=credentials.get("SessionToken"))


def user(name, *actions):
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=allowing(*actions))
    return iam.create_access_key(UserName=name)["AccessKey"]


def session(key, name="me"):
    role = f"arn:aws:iam::{ACCOUNT}:role/operator"
    return client("sts", key).assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]


def said(credentials, operation="stop_logging", **request):
    """The code and the text of the refusal."""
    try:
        getattr(client("cloudtrail", credentials), operation)(**(request or {"Name": "vault"}))
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return None, None


def waits(of, credentials, operation="stop_logging", **request):
    code, message = said(credentials, operation, **request)
    assert code == "OperationNotPermittedException", (code, message)
    assert f"other than arn:aws:iam::{ACCOUNT}:user/{of} and its sessions carries it out" in message, message
    return message.split("Request ")[1].split(" ")[0]


def is_logging():
    return boto3.client("cloudtrail").get_trail_status(Name="vault")["IsLogging"]


def findings(name, count):
    """The findings of this name, when there are so many: they come after the call that they are about."""
    by_name = [{"AttributeKey": "EventName", "AttributeValue": name}]
    for _ in range(100):
        found = boto3.client("cloudtrail").lookup_events(LookupAttributes=by_name)["Events"]
        if len(found) == count:
            break
        time.sleep(0.1)
    assert len(found) == count, found
    return [json.loads(event["CloudTrailEvent"])["serviceEventDetails"] for event in found]


OPERATES = ("cloudtrail:StopLogging", "cloudtrail:StartLogging", "cloudtrail:PutEventSelectors", "sts:*")
anna, boris, rita = user("anna", *OPERATES), user("boris", *OPERATES), user("rita", "cloudtrail:Get*", "sts:*")
trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
iam.create_role(RoleName="operator", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
iam.put_role_policy(RoleName="operator", PolicyName="may", PolicyDocument=allowing(*OPERATES))
boto3.client("s3").create_bucket(Bucket="vault-logs")
boto3.client("cloudtrail").create_trail(Name="vault", S3BucketName="vault-logs")
boto3.client("cloudtrail").start_logging(Name="vault")


def who_may_not_cannot_even_ask():
    code, _ = said(rita)
    assert code.startswith("AccessDenied"), code
    findings("ProtectedTrailChangeRequested", 0)


def nobody_approves_what_they_asked_for_in_whichever_session():
    request = waits("anna", anna)
    again = iam.create_access_key(UserName="anna")["AccessKey"]
    plain = client("sts", anna).get_session_token()["Credentials"]
    chained = session(session(anna, "first"), "boris")
    for credentials in (anna, again, plain, session(anna), session(anna, "boris"), chained):
        assert waits("anna", credentials) == request
    assert is_logging()
    findings("ProtectedTrailChangeRequested", 1)


def who_may_not_cannot_approve_either():
    code, _ = said(rita)
    assert code.startswith("AccessDenied") and is_logging(), code


def another_person_approves_in_the_same_role_too():
    assert said(session(boris, "me")) == (None, None)
    assert not is_logging()
    told = findings("TrailStopped", 1)
    assert told[0]["approvedRequest"]["requestedBy"] == f"arn:aws:iam::{ACCOUNT}:user/anna", told
    assert told[0]["principal"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/operator/me", told


def an_approval_is_for_one_change_and_used_once():
    client("cloudtrail", anna).start_logging(Name="vault")
    less = {"TrailName": VAULT, "EventSelectors": [{"ReadWriteType": "ReadOnly"}]}
    waits("boris", session(boris), "put_event_selectors", **less)
    waits("anna", anna)
    assert said(boris) == (None, None)
    client("cloudtrail", anna).start_logging(Name="vault")
    waits("boris", boris)
    assert said(anna, "put_event_selectors", **less) == (None, None)
    assert is_logging()


run(who_may_not_cannot_even_ask, nobody_approves_what_they_asked_for_in_whichever_session, who_may_not_cannot_approve_either,
    another_person_approves_in_the_same_role_too, an_approval_is_for_one_change_and_used_once)
