"""The everyday life of a user, a role and a policy, as boto3 and the AWS CLI see it."""

import json
import subprocess
import sys

import boto3
from authenticator import Authenticator
from expect import refused, run

iam = boto3.client("iam")
READS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
WRITES = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Put*", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}
    ],
}
TRAILS = "arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess"


def cli(*arguments):
    command = [sys.executable, "-m", "awscli", "iam", *arguments, "--output", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout) if done.stdout.strip() else None


def a_user_has_keys_groups_and_tags():
    user = iam.create_user(UserName="alice", Path="/ops/", Tags=[{"Key": "team", "Value": "blue"}])["User"]
    assert user["Arn"] == "arn:aws:iam::123456789012:user/ops/alice" and user["UserId"].startswith("AIDA")
    refused("EntityAlreadyExists", iam.create_user, UserName="Alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    assert len(key["AccessKeyId"]) == 20 and len(key["SecretAccessKey"]) == 40
    iam.update_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    listed = iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]
    assert [(one["AccessKeyId"], one["Status"]) for one in listed] == [(key["AccessKeyId"], "Inactive")]
    iam.create_group(GroupName="people")
    iam.add_user_to_group(GroupName="people", UserName="alice")
    assert [one["UserName"] for one in iam.get_group(GroupName="people")["Users"]] == ["alice"]
    iam.tag_user(UserName="alice", Tags=[{"Key": "Team", "Value": "red"}, {"Key": "floor", "Value": "3"}])
    iam.untag_user(UserName="alice", TagKeys=["floor"])
    assert iam.list_user_tags(UserName="alice")["Tags"] == [{"Key": "Team", "Value": "red"}]
    refused("DeleteConflict", iam.delete_user, UserName="alice")
    for number in range(5):
        iam.create_user(UserName=f"user-{number}", Path="/many/")
    pages = iam.get_paginator("list_users").paginate(PathPrefix="/many/", PaginationConfig={"PageSize": 2})
    assert [len(page["Users"]) for page in pages] == [2, 2, 1]


def a_policy_has_versions_and_holders():
    made = iam.create_policy(PolicyName="files", PolicyDocument=json.dumps(READS), Description="files")["Policy"]
    version = iam.create_policy_version(
        PolicyArn=made["Arn"], PolicyDocument=json.dumps(WRITES), SetAsDefault=True)["PolicyVersion"]
    assert version["VersionId"] == "v2" and version["IsDefaultVersion"]
    shown = iam.get_policy_version(PolicyArn=made["Arn"], VersionId="v2")["PolicyVersion"]
    assert shown["Document"] == WRITES
    refused("DeleteConflict", iam.delete_policy_version, PolicyArn=made["Arn"], VersionId="v2")
    iam.attach_user_policy(UserName="alice", PolicyArn=made["Arn"])
    iam.attach_group_policy(GroupName="people", PolicyArn=TRAILS)
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=json.dumps(READS))
    assert iam.get_user_policy(UserName="alice", PolicyName="own")["PolicyDocument"] == READS
    holders = iam.list_entities_for_policy(PolicyArn=made["Arn"])
    assert [one["UserName"] for one in holders["PolicyUsers"]] == ["alice"] and holders["PolicyRoles"] == []
    refused("DeleteConflict", iam.delete_policy, PolicyArn=made["Arn"])
    bad = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allows", "Action": "*", "Resource": "*"}]})
    refused("MalformedPolicyDocument", iam.create_policy, PolicyName="bad", PolicyDocument=bad)


def a_role_says_who_may_assume_it():
    role = iam.create_role(RoleName="ops", AssumeRolePolicyDocument=json.dumps(TRUST), MaxSessionDuration=7200)["Role"]
    assert role["AssumeRolePolicyDocument"] == TRUST and role["RoleId"].startswith("AROA")
    iam.put_role_permissions_boundary(RoleName="ops", PermissionsBoundary=TRAILS)
    boundary = iam.get_role(RoleName="ops")["Role"]["PermissionsBoundary"]
    assert boundary == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": TRAILS}
    iam.update_role(RoleName="ops", Description="for people on call")


def a_person_has_a_password_and_a_device():
    iam.create_user(UserName="nina")
    refused("PasswordPolicyViolation", iam.create_login_profile, UserName="nina", Password="short")
    made = iam.create_login_profile(UserName="nina", Password="Correct-horse-1", PasswordResetRequired=True)
    assert made["LoginProfile"]["PasswordResetRequired"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="nina")["VirtualMFADevice"]
    shown = Authenticator(device["Base32StringSeed"])
    names = {"UserName": "nina", "SerialNumber": device["SerialNumber"]}
    refused("InvalidAuthenticationCode", iam.enable_mfa_device, **names,
            AuthenticationCode1="000000", AuthenticationCode2="000000")
    codes = {"AuthenticationCode1": shown.code(-1), "AuthenticationCode2": shown.code(0)}
    iam.enable_mfa_device(**names, **codes)
    refused("EntityAlreadyExists", iam.enable_mfa_device, **names, **codes)
    assert [one["SerialNumber"] for one in iam.list_mfa_devices(UserName="nina")["MFADevices"]] == [device["SerialNumber"]]
    summary = iam.get_account_summary()["SummaryMap"]
    assert (summary["MFADevices"], summary["MFADevicesInUse"]) == (1, 1)
    iam.deactivate_mfa_device(**names)
    iam.delete_virtual_mfa_device(SerialNumber=device["SerialNumber"])
    iam.delete_login_profile(UserName="nina")
    iam.delete_user(UserName="nina")


def what_would_be_decided_is_told():
    alice = "arn:aws:iam::123456789012:user/ops/alice"
    results = iam.simulate_principal_policy(
        PolicySourceArn=alice, ActionNames=["s3:PutObject", "cloudtrail:GetTrail", "cloudtrail:StopLogging"])
    decisions = [one["EvalDecision"] for one in results["EvaluationResults"]]
    assert decisions == ["allowed", "allowed", "implicitDeny"], decisions
    for known, other in (("user/ops/alice", "user/alice"), ("role/ops", "role/x/ops"), ("group/people", "group/x/people")):
        account = "arn:aws:iam::123456789012:"
        assert iam.simulate_principal_policy(PolicySourceArn=account + known, ActionNames=["s3:PutObject"])["EvaluationResults"]
        refused("NoSuchEntity", iam.simulate_principal_policy, PolicySourceArn=account + other, ActionNames=["s3:PutObject"])


def the_cli_sees_the_same():
    assert cli("get-user", "--user-name", "alice")["User"]["Tags"] == [{"Key": "Team", "Value": "red"}]
    attached = cli("list-attached-user-policies", "--user-name", "alice")["AttachedPolicies"]
    assert [one["PolicyName"] for one in attached] == ["files"]
    role = cli("get-role", "--role-name", "ops")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("for people on call", 7200)
    assert len(cli("list-users")["Users"]) == 6
    versions = cli("list-policy-versions", "--policy-arn", "arn:aws:iam::123456789012:policy/files")["Versions"]
    assert [one["VersionId"] for one in versions] == ["v2", "v1"]


def everything_goes_again():
    key = iam.list_access_keys(UserName="alice")["AccessKeyMetadata"][0]["AccessKeyId"]
    iam.delete_access_key(UserName="alice", AccessKeyId=key)
    iam.remove_user_from_group(GroupName="people", UserName="alice")
    iam.detach_user_policy(UserName="alice", PolicyArn="arn:aws:iam::123456789012:policy/files")
    cli("delete-user-policy", "--user-name", "alice", "--policy-name", "own")
    cli("delete-user", "--user-name", "alice")
    iam.delete_policy_version(PolicyArn="arn:aws:iam::123456789012:policy/files", VersionId="v1")
    iam.delete_policy(PolicyArn="arn:aws:iam::123456789012:policy/files")
    refused("NoSuchEntity", iam.get_user, UserName="alice")


if sys.argv[1:] == ["again"]:
    run(the_cli_sees_the_same, everything_goes_again)
else:
    run(a_user_has_keys_groups_and_tags, a_policy_has_versions_and_holders, a_role_says_who_may_assume_it,
        a_person_has_a_password_and_a_device, what_would_be_decided_is_told)
