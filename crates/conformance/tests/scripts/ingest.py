"""Events over HTTP: counted, kept byte for byte, found at once, and one event for the call itself."""

import gzip
import json
import uuid
from datetime import datetime, timezone

import boto3
import history
from expect import run
from signed import Client

client = Client()
cloudtrail = boto3.client("cloudtrail")


def event(**more):
    return {"eventVersion": "1.11", "userIdentity": {"type": "IAMUser", "userName": "alice"},
            "eventTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "eventSource": "ingest.example.com", "eventName": "Brought",
            "awsRegion": "us-east-1", "eventID": str(uuid.uuid4()), "recipientAccountId": "999999999999", **more}


def bring(body, headers=(), query=""):
    status, answered, answer = client.send("POST", "/v1/events" + query, body, dict(headers))
    assert status == 200, (status, answer)
    return json.loads(answer), answered


def found(event_id):
    attribute = [{"AttributeKey": "EventId", "AttributeValue": event_id}]
    return [e["CloudTrailEvent"] for e in cloudtrail.lookup_events(LookupAttributes=attribute)["Events"]]


def events_are_found_as_soon_as_they_are_acknowledged():
    for _ in range(20):
        text = json.dumps(event(), separators=(" , ", " : "))
        report, _ = bring(text.encode())
        assert report["accepted"] == 1, report
        assert found(json.loads(text)["eventID"]) == [text], "not found, or other bytes"


def packed_records_are_counted_and_get_consecutive_places():
    events = [event() for _ in range(100)]
    body = gzip.compress(json.dumps({"Records": events}).encode())
    report, _ = bring(body, {"Content-Encoding": "gzip"})
    assert report["accepted"] == 100 and report["lastSequence"] - report["firstSequence"] == 99, report
    again, _ = bring(body + body, {"Content-Encoding": "gzip"})
    assert again["accepted"] == 0 and again["duplicates"] == 200 and "firstSequence" not in again, again


def another_event_with_the_same_id_is_kept_aside():
    first = event()
    bring(json.dumps(first).encode())
    report, _ = bring(json.dumps({**first, "eventName": "Forged"}).encode())
    assert (report["accepted"], report["conflicts"]) == (0, 1) and report["problems"], report
    assert [json.loads(text)["eventName"] for text in found(first["eventID"])] == ["Brought"]


def what_is_unknown_is_kept():
    strange = event(eventVersion="9.99", awsRegion="mars-north-1", somethingNew={"a": [1, None, "\u0000"]})
    report, _ = bring(json.dumps(strange).encode())
    assert report["accepted"] == 1, report
    everywhere = boto3.client("cloudtrail", region_name="mars-north-1")
    attribute = [{"AttributeKey": "EventId", "AttributeValue": strange["eventID"]}]
    events = everywhere.lookup_events(LookupAttributes=attribute)["Events"]
    assert json.loads(events[0]["CloudTrailEvent"]) == strange, events


def a_call_with_many_events_is_itself_one_event():
    _, answered = bring("\n".join(json.dumps(event()) for _ in range(50)).encode())
    request_id = answered["x-amzn-RequestId"]
    own = [record for record in history.events(EventCategory="all") if record.get("requestID") == request_id]
    assert len(own) == 1, own


run(events_are_found_as_soon_as_they_are_acknowledged, packed_records_are_counted_and_get_consecutive_places,
    another_event_with_the_same_id_is_kept_aside, what_is_unknown_is_kept, a_call_with_many_events_is_itself_one_event)
