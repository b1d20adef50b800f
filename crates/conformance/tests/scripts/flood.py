"""Floods the server with unsigned and wrongly signed requests, and makes signed calls meanwhile.

Every answer must be a refusal. The history must have the first of each second one by one, events that sum up the rest,
and together exactly as many as were sent, code by code. With --only-send FILE the numbers are written to the file
and not compared; with --only-count FILE they are read from there.
"""

import collections
import http.client
import json
import sys
import threading
import time

import boto3
import history
from signed import ENDPOINT, TARGET

THREADS = 6
SIGNED_CALLS = 60
EACH_SECOND = 50
WAIT_SECONDS = 30

CREDENTIAL = "AWS4-HMAC-SHA256 Credential={key}/{day}/us-east-1/cloudtrail/aws4_request, " \
    "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" + "0" * 64


def signed_with(key):
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return {"X-Amz-Date": now, "Authorization": CREDENTIAL.format(key=key, day=now[:8])}


KINDS = [
    ("MissingAuthenticationTokenException", lambda: {}),
    ("InvalidSignatureException", lambda: signed_with("AKIACONFORMANCE00001")),
    ("UnrecognizedClientException", lambda: signed_with("AKIANOBODYKNOWSTHIS1")),
]


def send(count, sent, failures):
    connection = http.client.HTTPConnection(ENDPOINT.netloc, timeout=30)
    for number in range(count):
        code, headers = KINDS[number % len(KINDS)]
        given = {"X-Amz-Target": TARGET + "DescribeTrails", "Content-Type": "application/x-amz-json-1.1", **headers()}
        connection.request("POST", "/", b"{}", given)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 403 or code not in json.loads(body)["__type"]:
            failures.append((code, answer.status, body))
            return
        sent[code] += 1


def flood(count):
    """The requests sent by code, and the request IDs of the signed calls."""
    counts, failures = [collections.Counter() for _ in range(THREADS)], []
    threads = [threading.Thread(target=send, args=(count // THREADS, sent, failures)) for sent in counts]
    for thread in threads:
        thread.start()
    sts = boto3.client("sts")
    calls = [sts.get_caller_identity()["ResponseMetadata"]["RequestId"] for _ in range(SIGNED_CALLS)]
    for thread in threads:
        thread.join()
    assert not failures, failures[:3]
    return sum(counts, collections.Counter()), calls


def recorded():
    """What the history holds: requests by code, how many events these are, and how often each request ID."""
    codes, alone, shared, ids = collections.Counter(), collections.Counter(), [], collections.Counter()
    for record in history.events(EventCategory="all"):
        ids[record["requestID"]] += 1
        if record["eventName"] == "RefusedRequests":
            shared.append(record)
            codes.update(record["additionalEventData"]["errorCodes"])
        elif record["userIdentity"]["type"] == "Unknown":
            alone[record["eventTime"]] += 1
            codes[record["errorCode"]] += 1
            assert record["eventName"] == "DescribeTrails" and record["sourceIPAddress"] == "127.0.0.1", record
    return codes, alone, shared, ids


def compare(sent, calls):
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        codes, alone, shared, ids = recorded()
        if codes == sent or time.monotonic() > deadline:
            break
        threading.Event().wait(0.1)
    assert codes == sent, f"recorded {codes}, sent {sent}"
    assert all(ids[call] == 1 for call in calls), [call for call in calls if ids[call] != 1]
    # An event bears the second in which it was completed, which may be the one after it came.
    assert EACH_SECOND <= sum(alone.values()) <= EACH_SECOND * (len(alone) + 1), alone
    assert shared, "nothing was summed up"
    for record in shared:
        data = record["additionalEventData"]
        assert data["requestCount"] == sum(data["errorCodes"].values()), record
        assert data["sampleSourceIPAddresses"] == ["127.0.0.1"], record
        assert data["firstRequestTime"] <= data["lastRequestTime"] <= record["eventTime"], record
    assert len(shared) + sum(alone.values()) < sum(sent.values()), "nothing was saved"


option, path = (sys.argv[2:] + [None, None])[:2]
if option == "--only-count":
    compare(*json.load(open(path, encoding="ascii")))
else:
    sent, calls = flood(int(sys.argv[1]))
    if option == "--only-send":
        json.dump([sent, calls], open(path, "w", encoding="ascii"))
    else:
        compare(sent, calls)
