"""An account of the settings file, with the key pair given: it sees its own calls and nobody else's."""

import sys

import boto3

session = boto3.session.Session(aws_access_key_id=sys.argv[1], aws_secret_access_key=sys.argv[2])
account = session.client("sts").get_caller_identity()["Account"]
assert account == "210987654321", account
events = session.client("cloudtrail").lookup_events()["Events"]
assert [event["EventName"] for event in events] == ["GetCallerIdentity"], events
assert all(account in event["CloudTrailEvent"] for event in events)
