"""A Cairn server under measurement, and a signed client for it."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ACCESS_KEY_ID = "AKIABENCHBENCHBENCH1"
SECRET_ACCESS_KEY = "bench/bench/bench/bench/bench/bench/bench"
TARGET = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


class Server:
    """A running `cairn serve` on a data folder."""

    def __init__(self, binary: Path, data: Path, *options: object):
        self.binary, self.data, self.address, self.options = binary, data, free_address(), options
        self.log = open(data.with_suffix(".log"), "ab")
        self.start()

    def start(self) -> float:
        """Starts it and gives the seconds until it is ready."""
        environment = {
            **os.environ,
            "CAIRN_ROOT_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "CAIRN_ROOT_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "CAIRN_LOG": os.environ.get("CAIRN_LOG", "warn"),
        }
        command = [self.binary, "serve", "--data", self.data, "--listen", self.address, *self.options]
        begin = time.perf_counter()
        self.process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=self.log)
        while not self.is_ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended: see {self.log.name}")
            time.sleep(0.01)
        return time.perf_counter() - begin

    def is_ready(self) -> bool:
        try:
            return urllib.request.urlopen(f"http://{self.address}/readyz", timeout=5).status == 200
        except OSError:
            return False

    def settle(self) -> float:
        """Waits until the store has nothing to merge; gives the seconds."""
        begin = time.perf_counter()
        while "store_settled 1" not in urllib.request.urlopen(f"http://{self.address}/metrics", timeout=5).read().decode():
            time.sleep(0.2)
        return time.perf_counter() - begin

    def kill(self) -> None:
        """kill -9"""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> float:
        """SIGTERM; gives the seconds until it has ended."""
        begin = time.perf_counter()
        self.process.terminate()
        self.process.wait(120)
        return time.perf_counter() - begin

    def call(self, operation: str, parameters: dict, region: str = "all") -> dict:
        """Calls a CloudTrail operation."""
        headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": TARGET + operation}
        body = json.dumps(parameters).encode()
        request = AWSRequest("POST", f"http://{self.address}/", data=body, headers=headers)
        SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), "cloudtrail", region).add_auth(request)
        prepared = urllib.request.Request(request.url, body, dict(request.headers.items()), method="POST")
        return json.load(urllib.request.urlopen(prepared, timeout=60))

    def own(self, path: str, parameters: dict) -> dict:
        """Calls something of Cairn's own."""
        body, headers = json.dumps(parameters).encode(), {"content-type": "application/json"}
        request = AWSRequest("POST", f"http://{self.address}{path}", data=body, headers=headers)
        SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), "cloudtrail", "us-east-1").add_auth(request)
        prepared = urllib.request.Request(request.url, body, dict(request.headers.items()), method="POST")
        return json.load(urllib.request.urlopen(prepared, timeout=60))

    def count(self, key: str, value: str, start: int) -> int:
        """How many events LookupEvents finds, page by page."""
        count, token = 0, None
        while True:
            parameters = {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}], "MaxResults": 50}
            parameters |= {"StartTime": start, "EventCategory": "all"} | ({"NextToken": token} if token else {})
            page = self.call("LookupEvents", parameters)
            count += len(page["Events"])
            token = page.get("NextToken")
            if token is None:
                return count

    def client_environment(self) -> dict:
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": f"http://{self.address}",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_REGION": "us-east-1",
        }
