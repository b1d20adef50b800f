"""Runs tests of moto against a server and writes how each of them ended.

Arguments: the address of the server, the file to write to, and what to run, as pytest takes it.
"""

import json
import os
import sys

endpoint, written, *selection = sys.argv[1:]
# Where a test says no endpoint, moto does.
os.environ.pop("AWS_ENDPOINT_URL", None)
os.environ.update({
    "TEST_SERVER_MODE": "true",
    "TEST_SERVER_MODE_ENDPOINT": endpoint,
    "TESTS_SKIP_REQUIRES_DOCKER": "true",
    "AWS_ACCESS_KEY_ID": "AKIAMOTOSUITE0000001",
    "AWS_SECRET_ACCESS_KEY": "moto/suite",
    "AWS_DEFAULT_REGION": "us-east-1",
})
# The tests lie below the working directory, and import each other from there.
sys.path.insert(0, os.getcwd())

import pytest  # noqa: E402


class Outcomes:
    """Hears how each phase of each test ended."""

    def __init__(self):
        self.by_test = {}

    def pytest_runtest_logreport(self, report):
        name = "expected failure" if hasattr(report, "wasxfail") else report.outcome
        if report.when == "call" or name != "passed":
            self.by_test[report.nodeid] = f"{name} in {report.when}" if name == "failed" else name

    def pytest_collectreport(self, report):
        if report.failed:
            self.by_test[report.nodeid] = "failed to load"


outcomes = Outcomes()
pytest.main(["-q", "--tb=short", "--color=no", "-p", "no:cacheprovider", *selection], plugins=[outcomes])
with open(written, "w", encoding="utf-8") as file:
    json.dump(outcomes.by_test, file)
