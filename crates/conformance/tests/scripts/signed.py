"""Signed requests with any body and headers, for what boto3 itself would never send."""

import http.client
import os
import urllib.parse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ENDPOINT = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
CREDENTIALS = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
TARGET = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."


class Client:
    """One connection that is made again whenever it broke."""

    def __init__(self, timeout=30, credentials=CREDENTIALS):
        self.timeout = timeout
        self.credentials = credentials
        self.connection = None

    def send(self, method, path, body=b"", headers=(), service="cloudtrail", region="us-east-1"):
        """The status, the headers and the body of the answer. OSError or HTTPException when there is none."""
        request = AWSRequest(method, f"{ENDPOINT.scheme}://{ENDPOINT.netloc}{path}", dict(headers), body)
        SigV4Auth(self.credentials, service, region).add_auth(request)
        if self.connection is None:
            self.connection = http.client.HTTPConnection(ENDPOINT.netloc, timeout=self.timeout)
        try:
            self.connection.request(method, path, body, dict(request.headers.items()))
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except BaseException:
            self.connection.close()
            self.connection = None
            raise

    def call(self, operation, body, headers=(), **options):
        """A CloudTrail operation with any body."""
        given = {"X-Amz-Target": TARGET + operation, "Content-Type": "application/x-amz-json-1.1"}
        return self.send("POST", "/", body, {**given, **dict(headers)}, **options)
