"""Cairn's own calls, signed by root, by a user who may look, and by one who may nothing. Prints every answer."""

import http.client
import json
import sys
import time

import boto3
from botocore.credentials import Credentials
from expect import run
from signed import Client

GATEWAY = int(sys.argv[1])
BUCKET = "own-routes"
iam, s3, cloudtrail = boto3.client("iam"), boto3.client("s3"), boto3.client("cloudtrail")
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObjectt", "Resource": "*"}]})
WRITES = {"eventSelectors": [{"ReadWriteType": "WriteOnly"}]}


def set_up():
    s3.create_bucket(Bucket=BUCKET)
    arn = cloudtrail.create_trail(Name="main", S3BucketName=BUCKET, EnableLogFileValidation=True)["TrailARN"]
    cloudtrail.start_logging(Name="main")
    return arn


TRAIL = set_up()
ROUTES = {
    "ListAccounts": ("GET", "/v1/accounts", None),
    "GetStatus": ("GET", "/v1/status", None),
    "GetSettings": ("GET", "/v1/settings", None),
    "ListGateways": ("GET", "/v1/gateways", None),
    "ListDeliveries": ("GET", f"/v1/trails/deliveries?trail={TRAIL.replace(':', '%3A').replace('/', '%2F')}", None),
    "ValidateTrail": ("POST", "/v1/trails/validate", {"trail": TRAIL}),
    "TrySelectors": ("POST", "/v1/selectors/try", WRITES),
    "CheckPolicy": ("POST", "/v1/policies/check", {"document": POLICY, "kind": "identity"}),
}


def caller(name, *policies):
    iam.create_user(UserName=name)
    for policy in policies:
        iam.attach_user_policy(UserName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Client(credentials=Credentials(key["AccessKeyId"], key["SecretAccessKey"]))


def call(client, name, body=None, more=""):
    method, path, usual = ROUTES[name]
    body = usual if body is None else body
    status, headers, answer = client.send(method, path + more, b"" if body is None else json.dumps(body).encode())
    print(name, status, answer.decode())
    return status, headers, answer


def answered(name, **given):
    status, _, answer = call(ROOT, name, **given)
    assert status == 200, (name, status, answer)
    return json.loads(answer)


ROOT = Client()


def events_of(name):
    found = cloudtrail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])
    return [json.loads(event["CloudTrailEvent"]) for event in found["Events"]]


def every_call_needs_its_permission_and_leaves_one_event():
    reader, stranger = caller("reader", "ReadOnlyAccess"), caller("stranger")
    for name in ROUTES:
        status, headers, answer = call(stranger, name)
        assert status == 403 and headers["x-amzn-errortype"] == "AccessDeniedException", (name, status, answer)
        assert "is not authorized to perform" in json.loads(answer)["message"], answer
        assert call(reader, name)[0] == 200, name
        recorded = events_of(name)
        users = sorted(event["userIdentity"]["userName"] for event in recorded)
        assert users == ["reader", "stranger"], (name, users)
        assert all(event["readOnly"] and event["eventSource"] == "cloudtrail.amazonaws.com" for event in recorded)
        errors = [event.get("errorCode") for event in recorded if event["userIdentity"]["userName"] == "stranger"]
        assert errors == ["AccessDenied"] or errors == ["AccessDeniedException"], errors


def the_server_says_how_it_is():
    status = answered("GetStatus")
    assert status["isHealthy"] and {check["status"] for check in status["checks"]} == {"ok"}, status
    assert status["account"] == "123456789012" and status["storage"]["historyEvents"] > 0, status
    assert status["storage"]["journalBytes"] > 0 and abs(status["startedAt"] - time.time()) < 600, status
    oldest, newest = (status["storage"][name] for name in ("oldestEvent", "newestEvent"))
    looked_up = [event["EventTime"].timestamp() for page in cloudtrail.get_paginator("lookup_events").paginate() for event in page["Events"]]
    assert oldest <= min(looked_up) <= newest and newest - oldest < 600, (oldest, newest, min(looked_up))
    assert "store" in {follower["name"] for follower in status["followers"]}, status


def settings_have_their_origin_and_secrets_stay_hidden():
    settings = {setting["name"]: setting for setting in answered("GetSettings")["settings"]}
    assert settings["delivery.log_interval_seconds"]["origin"] == "file", settings
    assert settings["history.retention_days"]["value"] == "90", settings
    hidden = [setting for setting in settings.values() if setting["isSecret"]]
    assert hidden and all(setting["value"] in ("", "(hidden)") for setting in hidden), hidden


def a_gateway_counts_its_calls_and_names_the_keys_it_knows():
    connection = http.client.HTTPConnection("127.0.0.1", GATEWAY, timeout=30)
    connection.request("GET", "/bucket/key")
    assert connection.getresponse().status >= 500
    for _ in range(100):
        (gateway,) = answered("ListGateways")["gateways"]
        if gateway["openIntents"] == 0:
            break
        time.sleep(0.1)
    assert (gateway["name"], gateway["policy"], gateway["answerAfter"]) == ("archive", "closed", "intent"), gateway
    assert gateway["calls"] >= 1 and gateway["errors"] >= 1 and gateway["openIntents"] == 0, gateway
    (alice,) = [known for known in gateway["identities"] if known["accessKeyId"] == "AKIAALICE"]
    assert alice["principal"].endswith(":user/alice") and alice["learntFrom"] == "settings", alice


def verified_until(verdict):
    for _ in range(100):
        status, headers, answer = call(ROOT, "ValidateTrail")
        assert status == 200 and headers["content-type"] == "application/x-ndjson", (status, headers)
        *progress, last = [json.loads(line) for line in answer.splitlines()]
        assert all(set(line) == {"progress"} for line in progress), progress
        if last["result"]["verdict"] == verdict:
            break
        time.sleep(0.1)
    return last["result"]


def what_was_delivered_is_listed_and_proved():
    for _ in range(300):
        files = answered("ListDeliveries", more="&limit=1000")["deliveries"]
        if {file["kind"] for file in files} == {"log", "digest"}:
            break
        time.sleep(0.1)
    assert {file["kind"] for file in files} == {"log", "digest"}, files
    assert [file["at"] for file in files] == sorted((file["at"] for file in files), reverse=True), files
    first = answered("ListDeliveries", more="&limit=1")
    second = answered("ListDeliveries", more="&limit=1&nextToken=" + first["nextToken"])
    keys = [page["deliveries"][0]["key"] for page in (first, second) if page["deliveries"]]
    assert len(set(keys)) == len(keys), keys
    result = verified_until("clean")
    assert result["isValid"] and result["digests"]["valid"] > 0 and result["logFiles"]["invalid"] == 0, result
    log = [file["key"] for file in files if file["kind"] == "log"][-1]
    s3.put_object(Bucket=BUCKET, Key=log, Body=b"something else")
    result = verified_until("tampered")
    assert not result["isValid"] and log in {finding["key"] for finding in result["findings"]}, result


def selectors_and_policies_are_judged():
    trial = answered("TrySelectors")
    assert trial["isComplete"] and 0 < trial["matched"] < trial["read"], trial
    assert {"CreateTrail"} <= {event["eventName"] for event in trial["matches"]}, trial
    finding = answered("CheckPolicy")["findings"][0]
    assert finding["severity"] == "error" and "GetObjectt" in finding["message"], finding


def what_is_not_taken_is_refused_by_name():
    for name, given, word in [
        ("CheckPolicy", {"body": {"document": "{}", "surplus": 1}}, "surplus"),
        ("TrySelectors", {"body": {"surplus": []}}, "surplus"),
        ("ValidateTrail", {"body": {"trail": "main", "surplus": 1}}, "surplus"),
        ("ListDeliveries", {"more": "&surplus=1"}, "surplus"),
        ("ListDeliveries", {"more": "&limit=0"}, "limit"),
        ("GetStatus", {"more": "?surplus=1"}, "surplus"),
    ]:
        status, headers, answer = call(ROOT, name, **given)
        assert status == 400 and headers["x-amzn-errortype"] == "ValidationException", (name, status, answer)
        assert word in json.loads(answer)["message"], answer


run(
    every_call_needs_its_permission_and_leaves_one_event,
    the_server_says_how_it_is,
    settings_have_their_origin_and_secrets_stay_hidden,
    a_gateway_counts_its_calls_and_names_the_keys_it_knows,
    what_was_delivered_is_listed_and_proved,
    selectors_and_policies_are_judged,
    what_is_not_taken_is_refused_by_name,
)
