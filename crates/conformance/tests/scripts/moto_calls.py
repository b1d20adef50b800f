"""Many services through a gateway in front of moto: the same answers as without it, and one true event for each call.

Arguments: the addresses of the gateway and of moto.
"""

import base64
import datetime
import functools
import json
import os
import re
import sys
import time

import boto3
from moto_drive import ACCOUNT, Drive, Who, reset
from moto_events import SOURCES, aspects, by_call, differences, looked_up
from moto_plan import everything

# Aspects of events in which Cairn is known to differ, with the reason: (service, operation, aspect). An entry that
# differs no more fails. `*` stands for every one.
KNOWN_DIFFERENCES = {}

gateway_url, moto_url = sys.argv[1:]


def driven(endpoint_url):
    """Everything against one endpoint, from the same beginning."""
    reset(moto_url)
    key, secret = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    tests = {"type": "IAMUser", "userName": "tests", "arn": f"arn:aws:iam::{ACCOUNT}:user/tests", "accountId": ACCOUNT}
    drive = Drive(endpoint_url, Who(key, secret, None, tests))
    drive.secret(secret)
    everything(drive)
    return drive


@functools.cache
def source_of(service):
    prefix = boto3.session.Session()._session.get_service_model(service).metadata["endpointPrefix"]
    return SOURCES.get(service, prefix) + ".amazonaws.com"


class Findings:
    """What is wrong, and which of the known differences were met."""

    def __init__(self):
        self.wrong = []
        self.met = set()

    def found(self, service, operation, aspect, lines):
        """Takes up how an aspect of a call's event differs, if it does."""
        places = [(one, two, aspect) for one in (service, "*") for two in (operation, "*")]
        known = next((place for place in places if place in KNOWN_DIFFERENCES), None)
        if lines and known:
            self.met.add(known)
        elif lines:
            self.wrong.append(f"{service} {operation}, {aspect}: {'; '.join(lines)}")

    def all(self):
        """Everything that is wrong. A known difference that was not met is wrong too."""
        gone = KNOWN_DIFFERENCES.keys() - self.met
        return self.wrong + [f"known to differ, but does not: {place}" for place in sorted(gone)]


def all_looked_up(last):
    """All events, once those of the last call are there: they are a moment after its answer."""
    for _ in range(100):
        found = looked_up()
        if last in by_call(found)[0]:
            break
        time.sleep(0.1)
    return found


def check_events(drive, findings):
    """Each call is one event, and each event one call's. Returns how many events there are."""
    found = all_looked_up(drive.calls[-1].number)
    numbered, others = by_call(found)
    findings.wrong += [f"an event of no call: {record}" for record in others]
    count = sum(map(len, numbered.values()))
    for call in drive.calls:
        events = numbered.pop(call.number, [])
        main = [pair for pair in events if (pair[0]["eventName"], key_of(pair[0])) not in call.each]
        further = sorted((record["eventName"], key_of(record)) for record, _ in events
                         if (record["eventName"], key_of(record)) in call.each)
        if len(main) != 1 or further != sorted(call.each):
            findings.wrong.append(f"{call.service} {call.operation}: {len(main)} events, and of its parts {further}")
            continue
        record, event = main[0]
        for aspect, lines in aspects(call, source_of(call.service), record, event):
            findings.found(call.service, call.operation, aspect, lines)
        for record, event in events:
            text = json.dumps([record, event], ensure_ascii=False)
            held = [repr(secret) for secret in drive.secrets if any(form in text for form in forms_of(secret))]
            findings.found(call.service, call.operation, "secrets", held)
    findings.wrong += [f"events of call {number}, which was not made" for number in numbered]
    return count


def forms_of(secret):
    """A secret as it stands in JSON text, and as bytes stand there."""
    return [secret, json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode().rstrip("=")]


def key_of(record):
    return (record["requestParameters"] or {}).get("key")


# What differs between two runs of moto: headers of one connection or one moment, and what is drawn anew each time.
OF_ONE_RUN = {"RequestId", "HostId", "date", "last-modified", "connection", "x-amzn-requestid", "x-amz-crc32",
              "content-length", "SessionToken", "UploadId", "KeyFingerprint", "KeyMaterial", "Serial"}
DRAWN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+"
                   r"|\b1[7-9]\d{8}(\d{3})?(\.\d+)?\b")


def comparable(value):
    """An answer without what differs from one run or one address to the other."""
    if isinstance(value, dict):
        return {comparable(name): comparable(inner) for name, inner in value.items() if name not in OF_ONE_RUN}
    if isinstance(value, list):
        return [comparable(inner) for inner in value]
    if isinstance(value, datetime.datetime):
        return "a time"
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        text = str(value).replace(gateway_url, "ENDPOINT").replace(moto_url, "ENDPOINT")
        return DRAWN.sub("drawn", text)
    return value


def check_answers(direct, drive):
    """The same calls had the same answers."""
    wrong = []
    for one, other in zip(direct.calls, drive.calls, strict=True):
        for line in differences(comparable(one.answer), comparable(other.answer)):
            wrong.append(f"call {one.number}, {one.service} {one.operation}, answered otherwise: {line}")
    return wrong


# moto loads what it needs when it is first asked for, and draws identifiers meanwhile: the first run is no measure.
driven(moto_url)
direct, drive, findings = driven(moto_url), driven(gateway_url), Findings()
events = check_events(drive, findings)
findings.wrong += check_answers(direct, drive)
wrong = findings.all()
operations, services = {(call.service, call.operation) for call in drive.calls}, {call.service for call in drive.calls}
if len(operations) < 150 or len(services) < 25:
    wrong.append("too few operations or services")
refused = sum(call.refused is not None for call in drive.calls)
chained = sum(call.who.origin is not None for call in drive.calls)
print("\n".join(wrong))
print(f"{len(operations)} operations of {len(services)} services over {len(drive.protocols)} protocols: {len(drive.calls)} "
      f"calls, {refused} of them refused, {chained} of chained sessions; {events} events checked, {len(drive.secrets)} "
      f"secrets looked for, {len(direct.calls)} answers compared, {len(KNOWN_DIFFERENCES)} known differences")
sys.exit(1 if wrong else 0)
