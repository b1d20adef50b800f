"""Three accounts become an organization with a trail: who may do what to it, and what its members see.

Arguments: the key pairs of the members by account, what else the trail is given, and `elsewhere` when its bucket is on
another S3, whose policies know no CloudTrail.
"""

import json
import sys

import boto3
from botocore.config import Config
from expect import refused, run

KEYS, MORE = json.loads(sys.argv[1]), json.loads(sys.argv[2])
IS_ELSEWHERE = sys.argv[3:] == ["elsewhere"]
MANAGEMENT, MEMBER, ADMIN = "123456789012", "111122223333", "444455556666"
BUCKET = "organization-logs"
ARN = f"arn:aws:cloudtrail:us-east-1:{MANAGEMENT}:trail/everyone"
PRINCIPAL = "cloudtrail.amazonaws.com"


def client(account, service, region="us-east-1"):
    key = dict(zip(("aws_access_key_id", "aws_secret_access_key"), KEYS.get(account, ())))
    return boto3.client(service, region_name=region, config=Config(retries={"max_attempts": 1}), **key)


def accounts_join_by_invitation():
    management = client(MANAGEMENT, "organizations")
    refused("AWSOrganizationsNotInUseException", management.describe_organization)
    made = management.create_organization(FeatureSet="ALL")["Organization"]
    assert made["MasterAccountId"] == MANAGEMENT and made["Id"].startswith("o-"), made
    for account in (MEMBER, ADMIN):
        sent = management.invite_account_to_organization(Target={"Id": account, "Type": "ACCOUNT"})["Handshake"]
        guest = client(account, "organizations", "eu-west-1")
        assert [one["Id"] for one in guest.list_handshakes_for_account()["Handshakes"]] == [sent["Id"]]
        assert guest.accept_handshake(HandshakeId=sent["Id"])["Handshake"]["State"] == "ACCEPTED"
        assert guest.describe_organization()["Organization"]["Id"] == made["Id"]
        refused("AccessDeniedException", guest.list_accounts)
    listed = management.get_paginator("list_accounts").paginate(PaginationConfig={"PageSize": 1})
    assert [account["Id"] for page in listed for account in page["Accounts"]] == [MANAGEMENT, MEMBER, ADMIN]
    error = None
    try:
        management.enable_aws_service_access(ServicePrincipal="somebody")
    except management.exceptions.InvalidInputException as caught:
        error = caught.response
    assert error and error["Reason"] == "UNRECOGNIZED_SERVICE_PRINCIPAL", error


def organization_events_stand_in_one_region():
    found = client(MEMBER, "cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "AcceptHandshake"}]
    )["Events"]
    assert len(found) == 1 and json.loads(found[0]["CloudTrailEvent"])["awsRegion"] == "us-east-1", found
    assert json.loads(found[0]["CloudTrailEvent"])["eventSource"] == "organizations.amazonaws.com"
    assert not client(MEMBER, "cloudtrail", "eu-west-1").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": "organizations.amazonaws.com"}]
    )["Events"]


def the_trail_needs_trusted_access():
    management, trails = client(MANAGEMENT, "organizations"), client(MANAGEMENT, "cloudtrail")
    s3 = client(MANAGEMENT, "s3")
    s3.create_bucket(Bucket=BUCKET)
    organization = management.describe_organization()["Organization"]["Id"]
    statement = {"Effect": "Allow", "Principal": {"Service": PRINCIPAL}}
    acl = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    below = [f"arn:aws:s3:::{BUCKET}/AWSLogs/{folder}/*" for folder in (MANAGEMENT, organization)]
    policy = [
        {**statement, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{BUCKET}"},
        {**statement, "Action": "s3:PutObject", "Resource": below, "Condition": acl},
    ]
    if not IS_ELSEWHERE:
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": policy}))
    wanted = {
        "Name": "everyone",
        "S3BucketName": BUCKET,
        "IsOrganizationTrail": True,
        "IsMultiRegionTrail": True,
        "EnableLogFileValidation": True,
    }
    refused("CloudTrailAccessNotEnabledException", trails.create_trail, **wanted)
    management.enable_aws_service_access(ServicePrincipal=PRINCIPAL)
    refused("NotOrganizationMasterAccountException", client(MEMBER, "cloudtrail").create_trail, **wanted)
    made = trails.create_trail(**wanted, **MORE)
    assert made["TrailARN"] == ARN and made["IsOrganizationTrail"], made
    trails.start_logging(Name="everyone")


def members_see_it_and_cannot_change_it():
    for region in ("us-east-1", "eu-west-1"):
        member = client(MEMBER, "cloudtrail", region)
        assert [trail["TrailARN"] for trail in member.describe_trails()["trailList"]] == [ARN]
        assert member.describe_trails(includeShadowTrails=False)["trailList"] == []
        assert member.get_trail(Name=ARN)["Trail"]["IsOrganizationTrail"]
        assert member.get_trail_status(Name=ARN)["IsLogging"]
        refused("TrailNotFoundException", member.get_trail, Name="everyone")
        for call in (member.stop_logging, member.delete_trail, member.update_trail):
            refused("NotOrganizationMasterAccountException", call, Name=ARN)


def a_delegated_administrator_changes_it():
    trails, admin = client(MANAGEMENT, "cloudtrail"), client(ADMIN, "cloudtrail")
    refused("NotOrganizationMasterAccountException", admin.update_trail, Name=ARN)
    trails.register_organization_delegated_admin(MemberAccountId=ADMIN)
    refused("AccountRegisteredException", trails.register_organization_delegated_admin, MemberAccountId=ADMIN)
    admin.update_trail(Name=ARN, RecursiveLogging=False)
    elsewhere = client(ADMIN, "cloudtrail", "eu-west-1")
    refused("InvalidHomeRegionException", elsewhere.update_trail, Name=ARN)
    refused("NotOrganizationMasterAccountException", admin.update_trail, Name=ARN, IsOrganizationTrail=False)


run(
    accounts_join_by_invitation,
    organization_events_stand_in_one_region,
    the_trail_needs_trusted_access,
    members_see_it_and_cannot_change_it,
    a_delegated_administrator_changes_it,
)
