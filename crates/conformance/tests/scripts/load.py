"""Steady load until its standard input is closed: live events in batches, and calls beside them.

Each acknowledged event is a line `event ID` in the file that is named, each answered call a line `request ID`. A
batch that was not acknowledged is sent again, so that in the end every line must stand for exactly one event.
"""

import http.client
import json
import sys
import threading
import uuid
from datetime import datetime, timezone

from signed import Client

BATCH = 5
stopping = threading.Event()
writing = threading.Lock()
acknowledged = open(sys.argv[1], "a", encoding="ascii")


def note(kind, ids):
    with writing:
        acknowledged.write("".join(f"{kind} {id}\n" for id in ids))
        acknowledged.flush()


def event():
    return {
        "eventVersion": "1.11", "userIdentity": {"type": "Root", "accountId": "123456789012"},
        "eventTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "eventSource": "load.example.com",
        "eventName": "Load", "awsRegion": "us-east-1", "sourceIPAddress": "127.0.0.1", "userAgent": "load",
        "requestParameters": None, "responseElements": None, "eventID": str(uuid.uuid4()), "readOnly": False,
        "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    }


def bring_events(client):
    events = [event() for _ in range(BATCH)]
    body = "\n".join(json.dumps(e) for e in events).encode()
    while True:
        try:
            status, _, answer = client.send("POST", "/v1/events?as=live", body, {"Content-Type": "application/x-ndjson"})
        except (OSError, http.client.HTTPException):
            stopping.wait(0.01)
            continue
        if status == 503:
            continue
        if status != 200 or json.loads(answer)["rejected"]:
            raise SystemExit(f"status {status}: {answer}")
        note("event", [e["eventID"] for e in events])
        return


def make_call(client):
    try:
        status, headers, answer = client.call("DescribeTrails", b"{}")
    except (OSError, http.client.HTTPException):
        stopping.wait(0.01)
        return
    if status == 200:
        note("request", [headers["x-amzn-RequestId"]])
    elif status != 503:
        raise SystemExit(f"status {status}: {answer}")


def loop(work):
    client = Client(timeout=10)
    while not stopping.is_set():
        work(client)


failures = []


def guarded(work):
    try:
        loop(work)
    except BaseException as failure:  # the thread ends, the process says why
        failures.append(failure)


threads = [threading.Thread(target=guarded, args=(work,)) for work in (bring_events, bring_events, make_call)]
for thread in threads:
    thread.start()
sys.stdin.read()
stopping.set()
for thread in threads:
    thread.join()
for failure in failures:
    print(failure, file=sys.stderr)
sys.exit(1 if failures else 0)
