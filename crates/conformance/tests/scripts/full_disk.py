"""Fills the server's disk with events, reads while it is full, and checks that all came back once there was space.

The file that is named carries from step to step which events were acknowledged, which refused, and which reads were
answered meanwhile.
"""

import base64
import collections
import json
import os
import sys
import threading
import time
import uuid
from datetime import datetime, timezone

import boto3
import history
from botocore.config import Config
from signed import Client

WAIT_SECONDS = 60
BATCH = 5
client = Client()
once = Config(retries={"total_max_attempts": 1})
cloudtrail = boto3.client("cloudtrail", config=once)


def event(payload_bytes):
    return {
        "eventVersion": "1.11", "userIdentity": {"type": "Root", "accountId": "123456789012"},
        "eventTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "eventSource": "filling.example.com",
        "eventName": "Filled", "awsRegion": "us-east-1", "eventID": str(uuid.uuid4()), "readOnly": False,
        "requestParameters": {"noise": base64.b64encode(os.urandom(payload_bytes)).decode()},
        "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    }


def bring(events):
    body = "\n".join(map(json.dumps, events)).encode()
    return client.send("POST", "/v1/events?as=live", body, {"Content-Type": "application/x-ndjson"})


def is_refused(status, headers, answer):
    """Whether the disk is full; any other answer than success is wrong."""
    assert status in (200, 503), (status, answer)
    if status == 503:
        error = json.loads(answer)
        assert error["code"] == "ServiceUnavailable" and error["message"], answer
        assert headers["x-amzn-RequestId"], headers
    return status == 503


def fill():
    acknowledged, rejected = [], []
    # Large batches first; then small ones, which take what is left between.
    for payload_bytes in (20_000, 200):
        while True:
            events = [event(payload_bytes) for _ in range(BATCH)]
            if is_refused(*bring(events)):
                rejected.append(events)
                break
            acknowledged += [e["eventID"] for e in events]
    assert acknowledged, "the disk was full from the start"
    return {"acknowledged": acknowledged, "rejected": rejected, "reads": []}


def found(event_id):
    return cloudtrail.lookup_events(LookupAttributes=[{"AttributeKey": "EventId", "AttributeValue": event_id}])


def read(notes):
    for event_id in (notes["acknowledged"][0], notes["acknowledged"][-1]):
        answer = found(event_id)
        assert len(answer["Events"]) == 1, answer
        notes["reads"].append(answer["ResponseMetadata"]["RequestId"])
    for events in notes["rejected"]:
        assert is_refused(*bring(events)), "there was space again"
        answer = found(events[0]["eventID"])
        assert not answer["Events"], answer
        notes["reads"].append(answer["ResponseMetadata"]["RequestId"])
    for answer in (cloudtrail.get_trail_status(Name="patient"), cloudtrail.describe_trails(),
                   boto3.client("sts", config=once).get_caller_identity()):
        notes["reads"].append(answer["ResponseMetadata"]["RequestId"])
    for call, parameters in ((cloudtrail.create_trail, {"Name": "another", "S3BucketName": "audit-logs"}),
                             (cloudtrail.stop_logging, {"Name": "patient"}),
                             (boto3.client("s3", config=once).create_bucket, {"Bucket": "another-bucket"})):
        try:
            call(**parameters)
        except cloudtrail.exceptions.ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 503, error
        else:
            raise AssertionError(f"{call} was answered on a full disk")
    assert cloudtrail.get_trail_status(Name="patient")["IsLogging"], "a refused change was made"
    return notes


def recover(notes):
    deadline = time.monotonic() + WAIT_SECONDS
    for events in notes["rejected"]:
        while is_refused(*bring(events)):
            assert time.monotonic() < deadline, "space did not bring ingest back"
            threading.Event().wait(0.05)
        notes["acknowledged"] += [e["eventID"] for e in events]
    while True:
        records = list(history.events(EventCategory="all"))
        times = collections.Counter(record["requestID"] for record in records if "requestID" in record)
        if all(times[id] for id in notes["reads"]) or time.monotonic() > deadline:
            break
        threading.Event().wait(0.05)
    assert all(times[id] == 1 for id in notes["reads"]), {id: times[id] for id in notes["reads"]}
    brought = collections.Counter(
        record["eventID"] for record in records if record["eventSource"] == "filling.example.com")
    assert brought == collections.Counter(notes["acknowledged"]), (len(brought), len(notes["acknowledged"]))
    names = [trail["Name"] for trail in cloudtrail.describe_trails()["trailList"]]
    assert names == ["patient"], names
    return notes


step, path = sys.argv[1:]
if step == "fill":
    notes = fill()
else:
    with open(path, encoding="ascii") as file:
        notes = {"read": read, "recover": recover}[step](json.load(file))
with open(path, "w", encoding="ascii") as file:
    json.dump(notes, file)
