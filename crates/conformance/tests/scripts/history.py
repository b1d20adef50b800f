"""The whole event history, page by page."""

import json
from datetime import datetime, timezone

import boto3


def events(region="all", **parameters):
    """Every record of the history as JSON, newest first."""
    client = boto3.client("cloudtrail", region_name=region)
    since = datetime(2000, 1, 1, tzinfo=timezone.utc)
    for page in client.get_paginator("lookup_events").paginate(StartTime=since, **parameters):
        for event in page["Events"]:
            yield json.loads(event["CloudTrailEvent"])


def is_own(record):
    """Whether it is the record of a call that the tests themselves made."""
    return record.get("eventSource") in ("cloudtrail.amazonaws.com", "cloudtrail-data.amazonaws.com") and \
        record["userIdentity"].get("accountId") == "123456789012" and record["sourceIPAddress"] == "127.0.0.1"
