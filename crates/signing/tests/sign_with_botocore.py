"""Prints requests that botocore has signed, one JSON object a line. Arguments: a seed and how many."""

import datetime
import json
import random
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.compat import urlsplit
from botocore.credentials import Credentials
from botocore.utils import percent_encode, percent_encode_sequence

NOW = datetime.datetime(2026, 11, 22, 3, 8, 10, tzinfo=datetime.timezone.utc)
botocore.auth.get_current_datetime = lambda *_: NOW

TEXT = "abcXYZ019-_.~ /:%+&=*'()!@$,;[]{}|<>\"#?^`\\äß漢😀\t"
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def text(dice, length_max, alphabet=TEXT):
    return "".join(dice.choice(alphabet) for _ in range(dice.randint(1, length_max)))


def path(dice, service):
    segments = [percent_encode(text(dice, 8), safe="~") for _ in range(dice.randint(0, 3))]
    if service == "s3":
        return "/" + dice.choice(["/", "//"]).join(segments)
    return "/" + dice.choice(["", "/", "./", "../"]) + dice.choice(["/", "//", "/./", "/../"]).join(segments)


def query(dice):
    names = sorted({text(dice, 5) for _ in range(dice.randint(0, 4))})
    return percent_encode_sequence([(name, dice.choice(["", text(dice, 10)])) for name in names])


def request(dice, service):
    host = dice.choice(["127.0.0.1:4580", f"{service}.eu-west-1.amazonaws.com", "[::1]:4580"])
    method = dice.choice(["GET", "POST", "PUT", "DELETE", "HEAD"])
    arguments = query(dice)
    url = f"http://{host}{path(dice, service)}" + (f"?{arguments}" if arguments else "")
    headers = {"User-Agent": "Boto3/1.43"}
    if service == "cloudtrail":
        operation = text(dice, 12, LETTERS)
        headers["X-Amz-Target"] = f"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.{operation}"
        headers["Content-Type"] = "application/x-amz-json-1.1"
    for _ in range(dice.randint(0, 3)):
        headers[f"x-amz-meta-{text(dice, 6, LETTERS)}"] = text(dice, 12, "abc  XYZ,=;'\"").strip() or "x"
    body = dice.randbytes(dice.choice([0, 1, 17, 300])) if method in ("POST", "PUT") else b""
    return AWSRequest(method=method, url=url, headers=headers, data=body or None), body


def signer(dice, service, presigned, credentials, region):
    if not presigned:
        cls = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
        return cls(credentials, service, region)
    cls = botocore.auth.S3SigV4QueryAuth if service == "s3" else botocore.auth.SigV4QueryAuth
    return cls(credentials, service, region, expires=dice.randint(1, 604800))


def main():
    dice = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        service = dice.choice(["cloudtrail", "sts", "s3", "cloudtrail-data"])
        region = dice.choice(["us-east-1", "eu-west-1", "ap-southeast-2"])
        key = Credentials("AKIA" + text(dice, 16, LETTERS.upper()), text(dice, 40, LETTERS + "/+ABCDEF"))
        presigned = dice.random() < 0.4
        made, body = request(dice, service)
        if presigned:
            # botocore would move the body into the query; S3 takes any body with a presigned URL.
            made.data = None
            body = body if service == "s3" else b""
        signer(dice, service, presigned, key, region).add_auth(made)
        parts = urlsplit(made.url)
        headers = [(name, value) for name, value in made.headers.items()]
        headers.append(("Host", parts.netloc))
        dice.shuffle(headers)
        print(json.dumps({
            "method": made.method, "path": parts.path, "query": parts.query, "headers": headers, "body": body.hex(),
            "service": service, "region": region, "key": key.access_key, "secret": key.secret_key,
            "presigned": presigned, "now": NOW.strftime("%Y%m%dT%H%M%SZ"),
        }))


main()
