"""Searches and counts of what was imported, against LookupEvents and against counting `GET /v1/events` oneself.

Prints how many events were compared. The history must not change but by these calls, which are of another source.
"""

import collections
import json
import sys

import boto3

from signed import Client

client, cloudtrail = Client(timeout=60), boto3.client("cloudtrail")


def own(path, body):
    status, headers, answer = client.send("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    assert status == 200, (status, headers["x-amzn-errortype"], answer)
    return json.loads(answer)


def search(limit=1000, **body):
    events, token = [], {}
    while True:
        page = own("/v1/search", {"limit": limit, **body, **token})
        assert len(page["events"]) <= limit
        events += page["events"]
        if "nextToken" not in page:
            return events
        token = {"nextToken": page["nextToken"]}


def everything(end):
    records, token = [], ""
    while True:
        status, _, answer = client.send("GET", f"/v1/events?end={end}&start=0{token}")
        assert status == 200, answer
        page = json.loads(answer)
        records += page["events"]
        if "nextToken" not in page:
            return records
        token = f"&token={page['nextToken']}"


def test(field, op, *values, **more):
    return {"field": field, "op": op, "values": list(values), **more} if values else {"field": field, "op": op}


def ids(events):
    return [event["eventId"] for event in events]


# What is asked for here happened later than everything that was imported.
end = int(sys.argv[1])
records = everything(end)
assert records
by_name = collections.Counter(record["eventName"] for record in records)
(frequent, _), (rare, _) = by_name.most_common()[0], by_name.most_common()[-1]

# As LookupEvents finds them, in its order.
pages = cloudtrail.get_paginator("lookup_events").paginate(
    LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": rare}], StartTime=0, EndTime=end)
looked_up = [event["EventId"] for page in pages for event in page["Events"]]
found = search(limit=7, filter=test("eventName", "equals", rare), categories=["Management"], regions=["us-east-1"], end=end)
assert ids(found) == looked_up, (found, looked_up)

# As one finds them oneself: columns, paths, and the whole record.
for filter, fits in [
    (test("errorCode", "exists"), lambda record: record.get("errorCode") is not None),
    ({"not": test("awsRegion", "startsWith", "us-")}, lambda record: not record["awsRegion"].startswith("us-")),
    (test("userIdentity.sessionContext.attributes.mfaAuthenticated", "equals", "true"),
     lambda record: record["userIdentity"].get("sessionContext", {}).get("attributes", {}).get("mfaAuthenticated") == "true"),
    ({"and": [test("eventName", "equals", frequent, rare), test("userAgent", "contains", "BOTO", ignoreCase=True)]},
     lambda record: record["eventName"] in (frequent, rare) and "boto" in (record.get("userAgent") or "").lower()),
]:
    expected = [record["eventID"] for record in records if fits(record)]
    found = search(filter=filter, end=end)
    assert sorted(ids(found)) == sorted(expected), (filter, len(found), len(expected))
    assert own("/v1/counts", {"filter": filter, "end": end})["total"] == len(expected), filter

# Counts, over columns and over records.
for fields in (["eventName", "eventSource"], ["eventName", "eventSource", "userIdentity.accountId"]):
    counts = own("/v1/counts", {"end": end, "by": fields, "top": 100})
    assert counts["isComplete"] and counts["total"] == len(records), counts["total"]
    assert counts["errors"] == sum(1 for record in records if record.get("errorCode") is not None)
    for field in ("eventName", "eventSource"):
        expected = collections.Counter(record[field] for record in records)
        for group in counts["groups"][field]:
            assert group["count"] == expected[group["value"]], (field, group)
        assert len(counts["groups"][field]) == min(100, len(expected))
first = counts["first"]
days = own("/v1/counts", {"start": first, "end": end, "every": 86_400})["times"]
assert sum(day["count"] for day in days) == len(records)
print(f"{len(records)} events")
