"""Signed requests with bodies that no client would send: a typed error each, and an event each."""

import gzip
import json

import history
from expect import run
from signed import Client

client = Client()
BAD_BODIES = {
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"7",
    "text after it": b"{} {}",
    "not UTF-8": b'{"Name":"\xff\xfe"}',
    "a lone surrogate": b'{"Name":"\\ud800"}',
    "wrong type": b'{"Name":7}',
    "missing member": b"{}",
    "null": b'{"Name":null}',
    "deep": b'{"Name":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "deep objects": b'{"Name":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}",
    "a huge number": b'{"Name":' + b"9" * 10_000 + b"}",
    "a path": b'{"Name":"../../../etc/passwd"}',
    "a NUL": b'{"Name":"a\\u0000b"}',
    "a long name": b'{"Name":"' + b"a" * 100_000 + b'"}',
}


def typed(status, headers, body, what):
    assert 400 <= status < 500, f"{what}: {status} {body[:200]}"
    error = json.loads(body)
    assert error.get("__type"), f"{what}: {body[:200]}"
    assert headers["x-amzn-RequestId"], what
    return error["__type"].split("#")[-1]


def every_bad_body_gets_a_typed_error():
    for operation in ["GetTrail", "StartLogging", "DeleteTrail", "GetTrailStatus"]:
        for what, body in BAD_BODIES.items():
            typed(*client.call(operation, body), f"{operation} with {what}")


def unknown_operations_and_protocols_are_named():
    assert typed(*client.call("MakeCoffee", b"{}"), "MakeCoffee") == "UnknownOperationException"
    for target in ["", "nonsense", "CloudTrail_20131101", "Other_20131101.GetTrail"]:
        typed(*client.call("GetTrail", b"{}", {"X-Amz-Target": target}), f"target {target!r}")
    typed(*client.send("POST", "/", b"{}", {"Content-Type": "application/x-amz-json-1.1"}), "no target")
    typed(*client.call("GetTrail", b"{}", {"Content-Type": "text/html"}), "another content type")
    status, _, _ = client.send("POST", "/", b"Action=Nothing&Version=2011-06-15", service="sts")
    assert 400 <= status < 500, status
    status, _, _ = client.send("POST", "/", b"{}", service="teapot")
    assert 400 <= status < 500, status


def oversized_bodies_are_refused():
    status, _, body = Client().call("LookupEvents", b'{"a":"' + b"x" * 8_000_000 + b'"}')
    assert 400 <= status < 500, (status, body)


def ingest(body, headers=(), query=""):
    status, _, answer = Client().send("POST", "/v1/events" + query, body, dict(headers))
    assert status < 500, (status, answer[:300])
    return status, answer


def bad_events_are_refused_or_reported_with_their_place():
    for body in [b"", b"{", b"\xff" * 1000, b"[" * 10_000, b'{"Records":7}', b'{"Records":[1,2,3]}', b"null\nnull"]:
        status, answer = ingest(body)
        if status == 200:
            report = json.loads(answer)
            assert report["accepted"] == 0, report
    status, answer = ingest(b'{"Records":[{"eventID":"x"},17]}')
    assert status == 200 and json.loads(answer)["rejected"] == 2, (status, answer)
    assert all("record" in problem and problem["reason"] for problem in json.loads(answer)["problems"])


def bombs_are_refused():
    bomb = gzip.compress(b" " * 400_000_000, 9)
    status, answer = ingest(bomb, {"Content-Encoding": "gzip"})
    assert 400 <= status < 500, (status, answer[:300])
    for encoding, body in [("gzip", b"not gzip"), ("zstd", b"not zstd"), ("br", b"{}"), ("gzip", bomb[:1000])]:
        status, answer = ingest(body, {"Content-Encoding": encoding})
        assert 400 <= status < 500 or json.loads(answer)["accepted"] == 0, (encoding, status, answer[:300])
    status, _ = ingest(b"{}", query="?as=nonsense")
    assert 400 <= status < 500


def refusals_are_recorded_like_calls():
    _, headers, _ = client.call("GetTrail", b'{"Name":"../../etc"}')
    _, unknown, _ = client.call("MakeCoffee", b"{}")
    _, malformed, _ = client.call("GetTrail", b"{")
    records = {record.get("requestID"): record for record in history.events(EventCategory="all")}
    for answer in [headers, unknown, malformed]:
        record = records[answer["x-amzn-RequestId"]]
        assert record["errorCode"], record


run(every_bad_body_gets_a_typed_error, unknown_operations_and_protocols_are_named, oversized_bodies_are_refused,
    bad_events_are_refused_or_reported_with_their_place, bombs_are_refused, refusals_are_recorded_like_calls)
