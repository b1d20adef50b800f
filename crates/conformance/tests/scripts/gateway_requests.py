"""Requests that no CLI makes, through a gateway in front of SeaweedFS. Argument: the gateway's address."""

import hashlib
import hmac
import os
import sys
import urllib.error
import urllib.request

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

gateway, = sys.argv[1:]
key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
s3 = boto3.client("s3", endpoint_url=gateway,
                  config=Config(s3={"addressing_style": "path"}, signature_version="s3v4", retries={"total_max_attempts": 1}))
s3.create_bucket(Bucket="photos")


def upload(starts_with, object_key, file_name):
    """Uploads with a form that allows keys that begin so."""
    post = s3.generate_presigned_post("photos", starts_with + "${filename}", Fields={"success_action_status": "201"},
                                      Conditions=[{"success_action_status": "201"}])
    fields = {**post["fields"], "key": object_key}
    return requests.post(post["url"], data=fields, files={"file": (file_name, b"a picture")}, timeout=30)


answer = upload("2026/", "2026/${filename}", "sunrise.jpg")
assert answer.status_code == 201, (answer.status_code, answer.text)
refused = upload("2026/", "private/${filename}", "sunset.jpg")
assert refused.status_code == 403, (refused.status_code, refused.text)

part = s3.get_object(Bucket="photos", Key="2026/sunrise.jpg", Range="bytes=2-5")
assert (part["Body"].read(), part["ContentRange"]) == (b"pict", "bytes 2-5/9"), part
try:
    s3.get_object(Bucket="photos", Key="2026/sunrise.jpg", Range="bytes=100-")
    raise AssertionError("a range beyond the end was answered")
except ClientError as error:
    assert error.response["Error"]["Code"] == "InvalidRange", error.response


def signed_chunks(content, is_forged):
    """Uploads in signed chunks, the last of them with a broken signature where it is forged."""
    streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    chunks = [content, b""]
    length = sum(len(f"{len(chunk):x};chunk-signature={'0' * 64}\r\n\r\n") + len(chunk) for chunk in chunks)
    request = AWSRequest("PUT", f"{gateway}/photos/chunks", headers={
        "x-amz-content-sha256": streaming, "x-amz-decoded-content-length": str(len(content)),
        "Content-Encoding": "aws-chunked", "Content-Length": str(length)})
    signer = SigV4Auth(Credentials(key, secret), "s3", "us-east-1")
    signer.payload = lambda _: streaming
    signer.add_auth(request)
    now, date = request.headers["X-Amz-Date"], request.headers["X-Amz-Date"][:8]
    signature = request.headers["Authorization"].rsplit("Signature=", 1)[1]
    signing = f"AWS4{secret}".encode()
    for step in [date, "us-east-1", "s3", "aws4_request"]:
        signing = hmac.new(signing, step.encode(), hashlib.sha256).digest()
    body = b""
    for chunk in chunks:
        empty, hashed = hashlib.sha256(b"").hexdigest(), hashlib.sha256(chunk).hexdigest()
        text = f"AWS4-HMAC-SHA256-PAYLOAD\n{now}\n{date}/us-east-1/s3/aws4_request\n{signature}\n{empty}\n{hashed}"
        signature = hmac.new(signing, text.encode(), hashlib.sha256).hexdigest()
        if is_forged:
            signature = signature[::-1]
        body += f"{len(chunk):x};chunk-signature={signature}\r\n".encode() + chunk + b"\r\n"
    assert len(body) == length
    prepared = urllib.request.Request(request.url, data=body, method="PUT", headers=dict(request.headers.items()))
    try:
        return urllib.request.urlopen(prepared, timeout=30).status
    except urllib.error.HTTPError as error:
        return error.code


content = b"chunk after chunk " * 1000
accepted, refused = signed_chunks(content, is_forged=False), signed_chunks(content, is_forged=True)
# SeaweedFS refuses it, and calls that its own mistake.
assert (accepted, refused) == (200, 500), (accepted, refused)
