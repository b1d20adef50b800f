"""Who may call: every way of not being who one says gets AWS's code, in the protocol of the service."""

import datetime
import json
import urllib.error
import urllib.request
from unittest import mock

import boto3
import botocore.auth
import history
import signed
from botocore.config import Config
from botocore.credentials import Credentials
from expect import refused, run

ID, SECRET = signed.CREDENTIALS.access_key, signed.CREDENTIALS.secret_key
NOBODY = {"aws_access_key_id": "AKIANOBODYNOBODY0001", "aws_secret_access_key": SECRET}
LIAR = {"aws_access_key_id": ID, "aws_secret_access_key": "another" + SECRET}


def wrong_keys_are_told_apart_in_each_protocol():
    for keys, json_code, query_code, s3_code in [
        (NOBODY, "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId"),
        (LIAR, "InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
    ]:
        refused(json_code, boto3.client("cloudtrail", **keys).describe_trails)
        refused(query_code, boto3.client("sts", **keys).get_caller_identity)
        refused(s3_code, boto3.client("s3", **keys).list_buckets)


def code(answer):
    status, _, body = answer
    assert 400 <= status < 500, answer
    return json.loads(body)["__type"].split("#")[-1]


def a_signature_covers_body_and_target():
    class Forging(signed.Client):
        def send(self, method, path, body=b"", headers=(), **options):
            with mock.patch.object(signed, "AWSRequest", lambda m, u, h, _: real(m, u, h, b"{}")):
                return super().send(method, path, body, headers, **options)

    real = signed.AWSRequest
    assert code(Forging().call("DescribeTrails", b'{"trailNameList":[]}')) == "InvalidSignatureException"


def the_time_window_is_five_minutes():
    for minutes in (-6, 6):
        moved = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        with mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: moved.replace(tzinfo=None)):
            assert code(signed.Client().call("DescribeTrails", b"{}")) == "InvalidSignatureException", minutes
    status, _, _ = signed.Client().call("DescribeTrails", b"{}")
    assert status == 200


def both_target_prefixes_and_json_versions_are_understood():
    for target in ["CloudTrail_20131101.DescribeTrails", signed.TARGET + "DescribeTrails"]:
        for version in ["1.0", "1.1"]:
            headers = {"X-Amz-Target": target, "Content-Type": f"application/x-amz-json-{version}"}
            status, _, body = signed.Client().send("POST", "/", b"{}", headers)
            assert (status, json.loads(body)) == (200, {"trailList": []}), (target, version, body)


def presigned_urls_open_one_object():
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    s3.create_bucket(Bucket="presigned-bucket")
    s3.put_object(Bucket="presigned-bucket", Key="a/b.txt", Body=b"hello")
    url = s3.generate_presigned_url("get_object", {"Bucket": "presigned-bucket", "Key": "a/b.txt"}, ExpiresIn=60)
    assert urllib.request.urlopen(url).read() == b"hello"
    try:
        urllib.request.urlopen(url.replace("a/b.txt", "a/c.txt"))
        raise AssertionError("a presigned URL opened another object")
    except urllib.error.HTTPError as error:
        assert error.code == 403, error


def refusals_are_recorded_with_their_code():
    _, headers, _ = signed.Client(credentials=Credentials(ID, "wrong" + SECRET)).call("DescribeTrails", b"{}")
    record = next(r for r in history.events() if r.get("requestID") == headers["x-amzn-RequestId"])
    assert record["errorCode"] == "InvalidSignatureException", record


run(wrong_keys_are_told_apart_in_each_protocol, a_signature_covers_body_and_target, the_time_window_is_five_minutes,
    both_target_prefixes_and_json_versions_are_understood, presigned_urls_open_one_object,
    refusals_are_recorded_with_their_code)
