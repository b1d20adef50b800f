"""The CloudTrail operations as boto3 sees them."""

import json
import uuid
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from expect import refused, run

cloudtrail = boto3.client("cloudtrail")
abroad = boto3.client("cloudtrail", region_name="eu-west-1")
s3 = boto3.client("s3")
sts = boto3.client("sts")

ACCOUNT = "123456789012"
BUCKET = "operations-logs"
ARN = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/"


def made(**more):
    """A new trail with a name of its own."""
    name = "t" + uuid.uuid4().hex[:12]
    cloudtrail.create_trail(Name=name, S3BucketName=BUCKET, **more)
    return name


def dropped(*names):
    for name in names:
        cloudtrail.delete_trail(Name=name)


def callers_are_told_who_they_are():
    identity = sts.get_caller_identity()
    assert identity["Account"] == ACCOUNT and identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:root", identity


def a_trail_lives_from_creation_to_deletion():
    name = made(S3KeyPrefix="prefix", EnableLogFileValidation=True)
    trail = cloudtrail.get_trail(Name=name)["Trail"]
    assert trail["TrailARN"] == ARN + name and trail["S3KeyPrefix"] == "prefix" and trail["HomeRegion"] == "us-east-1"
    assert trail["LogFileValidationEnabled"] and trail["IncludeGlobalServiceEvents"] and not trail["IsMultiRegionTrail"]
    assert cloudtrail.get_trail(Name=trail["TrailARN"])["Trail"] == trail
    assert trail in cloudtrail.describe_trails()["trailList"]
    assert trail in cloudtrail.describe_trails(trailNameList=[name])["trailList"]
    listed = [item for page in cloudtrail.get_paginator("list_trails").paginate() for item in page["Trails"]]
    assert {"TrailARN": ARN + name, "Name": name, "HomeRegion": "us-east-1"} in listed, listed
    updated = cloudtrail.update_trail(Name=name, S3KeyPrefix="other", IsMultiRegionTrail=True)
    assert updated["S3KeyPrefix"] == "other" and updated["IsMultiRegionTrail"]
    assert [t["Name"] for t in abroad.describe_trails()["trailList"]] == [name]
    assert abroad.describe_trails(includeShadowTrails=False)["trailList"] == []
    dropped(name)
    refused("TrailNotFoundException", cloudtrail.get_trail, Name=name)
    assert cloudtrail.describe_trails(trailNameList=[name])["trailList"] == []


def logging_starts_and_stops():
    name = made()
    assert cloudtrail.get_trail_status(Name=name)["IsLogging"] is False
    cloudtrail.start_logging(Name=name)
    cloudtrail.start_logging(Name=name)
    status = cloudtrail.get_trail_status(Name=name)
    assert status["IsLogging"] and status["StartLoggingTime"] > datetime.now(timezone.utc) - timedelta(minutes=1)
    cloudtrail.stop_logging(Name=ARN + name)
    assert cloudtrail.get_trail_status(Name=name)["IsLogging"] is False
    dropped(name)


def names_are_checked_by_aws_rules():
    for name in ["ab", "a" * 129, "-abc", "abc-", "a--b", "a.-b", "a b", "192.168.5.4", "tr\u00e4il", "../../etc"]:
        refused("InvalidTrailNameException", cloudtrail.create_trail, Name=name, S3BucketName=BUCKET)
    message = refused("InvalidTrailNameException", cloudtrail.create_trail, Name="ab", S3BucketName=BUCKET)
    assert message == "Trail name too short. Minimum allowed length: 3 characters. Specified name length: 2 characters.", message
    for bucket in ["ab", "a_b_c", "UPPER", "a..b", "1.2.3.4", "abc-"]:
        refused("InvalidS3BucketNameException", cloudtrail.create_trail, Name="good", S3BucketName=bucket)
    message = refused("S3BucketDoesNotExistException", cloudtrail.create_trail, Name="good", S3BucketName="not-there")
    assert message == "S3 bucket not-there does not exist!", message
    long = "p" * 201
    refused("InvalidS3PrefixException", cloudtrail.create_trail, Name="good", S3BucketName=BUCKET, S3KeyPrefix=long)
    refused("CloudTrailARNInvalidException", cloudtrail.get_trail, Name="arn:aws:cloudtrail:nowhere")


def unknown_and_taken_trails_are_told_apart():
    message = refused("TrailNotFoundException", cloudtrail.get_trail_status, Name="nobody")
    assert message == f"Unknown trail: nobody for the user: {ACCOUNT}", message
    for call in [cloudtrail.start_logging, cloudtrail.stop_logging, cloudtrail.delete_trail, cloudtrail.update_trail]:
        refused("TrailNotFoundException", call, Name="nobody")
    name = made()
    message = refused("TrailAlreadyExistsException", cloudtrail.create_trail, Name=name, S3BucketName=BUCKET)
    assert message == f"Trail {name} already exists for customer: {ACCOUNT}", message
    dropped(name)


def a_sixth_trail_is_too_many():
    names = [made() for _ in range(5)]
    refused("MaximumNumberOfTrailsExceededException", cloudtrail.create_trail, Name="sixth", S3BucketName=BUCKET)
    dropped(*names)


def a_trail_is_changed_at_home_only():
    name = made(IsMultiRegionTrail=True)
    for call in [abroad.start_logging, abroad.stop_logging, abroad.delete_trail, abroad.update_trail]:
        refused("InvalidHomeRegionException", call, Name=ARN + name)
    refused("InvalidHomeRegionException", abroad.put_event_selectors, TrailName=ARN + name,
            EventSelectors=[{"ReadWriteType": "All"}])
    dropped(name)


def members_that_exclude_each_other_are_refused():
    refused("InvalidParameterCombinationException", cloudtrail.create_trail, Name="good", S3BucketName=BUCKET,
            IsMultiRegionTrail=True, IncludeGlobalServiceEvents=False)


def selectors_are_kept_and_checked():
    name = made()
    first = cloudtrail.get_event_selectors(TrailName=name)["EventSelectors"]
    assert first == [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [],
                      "ExcludeManagementEventSources": []}], first
    wanted = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "DataResources": [],
               "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]
    answer = cloudtrail.put_event_selectors(TrailName=name, EventSelectors=wanted)
    assert answer["TrailARN"] == ARN + name and answer["EventSelectors"] == wanted, answer
    assert cloudtrail.get_event_selectors(TrailName=name)["EventSelectors"] == wanted
    for bad in [[{"ReadWriteType": "Some"}], [], [{"ReadWriteType": "All"}] * 6,
                [{"ExcludeManagementEventSources": ["s3.amazonaws.com"]}],
                [{"DataResources": [{"Type": "AWS::Nothing::AtAll", "Values": ["arn:aws:s3"]}]}]]:
        refused("InvalidEventSelectorsException", cloudtrail.put_event_selectors, TrailName=name, EventSelectors=bad)
    assert cloudtrail.get_event_selectors(TrailName=name)["EventSelectors"] == wanted
    dropped(name)


def tags_are_added_listed_and_removed():
    name = made(TagsList=[{"Key": "team", "Value": "audit"}])
    arn = ARN + name
    cloudtrail.add_tags(ResourceId=arn, TagsList=[{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "ours"}])
    listed = cloudtrail.list_tags(ResourceIdList=[arn])["ResourceTagList"]
    assert len(listed) == 1 and listed[0]["ResourceId"] == arn
    tags = {tag["Key"]: tag["Value"] for tag in listed[0]["TagsList"]}
    assert tags == {"team": "ours", "stage": "test"}, tags
    cloudtrail.remove_tags(ResourceId=arn, TagsList=[{"Key": "stage"}])
    assert cloudtrail.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"] == [{"Key": "team", "Value": "ours"}]
    many = [{"Key": f"k{n}", "Value": "v"} for n in range(50)]
    refused("TagsLimitExceededException", cloudtrail.add_tags, ResourceId=arn, TagsList=many)
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    refused("InvalidTagParameterException", cloudtrail.add_tags, ResourceId=arn, TagsList=twice)
    refused("CloudTrailARNInvalidException", cloudtrail.add_tags, ResourceId="nonsense", TagsList=many[:1])
    refused("ResourceNotFoundException", cloudtrail.add_tags, ResourceId=ARN + "nobody", TagsList=many[:1])
    dropped(name)


def public_keys_cover_the_time_asked_for():
    now = datetime.now(timezone.utc)
    name = made(EnableLogFileValidation=True)
    cloudtrail.start_logging(Name=name)
    keys = cloudtrail.list_public_keys(StartTime=now - timedelta(hours=1), EndTime=now + timedelta(hours=1))["PublicKeyList"]
    assert keys and all(len(key["Fingerprint"]) == 32 and key["Value"][:2] == b"\x30\x82" for key in keys), keys
    refused("InvalidTimeRangeException", cloudtrail.list_public_keys, StartTime=now, EndTime=now - timedelta(hours=1))
    dropped(name)


def lookups_are_checked():
    now = datetime.now(timezone.utc)
    refused("InvalidTimeRangeException", cloudtrail.lookup_events, StartTime=now, EndTime=now - timedelta(hours=1))
    refused("InvalidNextTokenException", cloudtrail.lookup_events, NextToken="nonsense")
    unknown = [{"AttributeKey": "Colour", "AttributeValue": "red"}]
    refused("InvalidLookupAttributesException", cloudtrail.lookup_events, LookupAttributes=unknown)
    for number in [0, 51]:
        bare = boto3.client("cloudtrail", config=Config(parameter_validation=False))
        refused("InvalidMaxResultsException", bare.lookup_events, MaxResults=number)
    refused("InvalidEventCategoryException", cloudtrail.lookup_events, EventCategory="weather")


def every_attribute_finds_its_event():
    name = made()
    attributes = {"EventName": "CreateTrail", "EventSource": "cloudtrail.amazonaws.com", "ReadOnly": "false",
                  "ResourceName": name, "ResourceType": "AWS::CloudTrail::Trail", "Username": "root"}
    event = None
    for key, value in attributes.items():
        found = cloudtrail.lookup_events(LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}])["Events"]
        mine = [e for e in found if name in e["CloudTrailEvent"] and e["EventName"] == "CreateTrail"]
        assert len(mine) == 1, f"{key}={value}: {len(mine)} of {len(found)}"
        event = mine[0]
    for key, value in {"EventId": event["EventId"], "AccessKeyId": event["AccessKeyId"]}.items():
        found = cloudtrail.lookup_events(LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}])["Events"]
        assert event["EventId"] in [e["EventId"] for e in found], key
    both = [{"AttributeKey": "EventName", "AttributeValue": "CreateTrail"},
            {"AttributeKey": "ResourceName", "AttributeValue": name}]
    assert [e["EventId"] for e in cloudtrail.lookup_events(LookupAttributes=both)["Events"]] == [event["EventId"]]
    dropped(name)


def a_region_sees_its_own_calls_and_all_sees_every_region():
    abroad.describe_trails()
    local = [{"AttributeKey": "EventName", "AttributeValue": "DescribeTrails"}]
    everywhere = boto3.client("cloudtrail", region_name="all")

    def regions(client):
        events = client.lookup_events(LookupAttributes=local)["Events"]
        return {json.loads(event["CloudTrailEvent"])["awsRegion"] for event in events}

    assert regions(abroad) == {"eu-west-1"} and "eu-west-1" not in regions(cloudtrail)
    assert {"eu-west-1", "us-east-1"} <= regions(everywhere)


s3.create_bucket(Bucket=BUCKET)
run(callers_are_told_who_they_are, a_trail_lives_from_creation_to_deletion, logging_starts_and_stops,
    names_are_checked_by_aws_rules, unknown_and_taken_trails_are_told_apart, a_sixth_trail_is_too_many,
    a_trail_is_changed_at_home_only, members_that_exclude_each_other_are_refused, selectors_are_kept_and_checked,
    tags_are_added_listed_and_removed, public_keys_cover_the_time_asked_for, lookups_are_checked,
    every_attribute_finds_its_event, a_region_sees_its_own_calls_and_all_sees_every_region)
