"""The root's way in: a one-time password, then a device of its own; and another one-time password once all that is lost."""

import json
import sys
import urllib.error
import urllib.request
from os import environ

import boto3
from authenticator import Authenticator

ONE_TIME, PART = sys.argv[1:]
PASSWORD = "Another-password-1"

iam = boto3.client("iam")
cloudtrail = boto3.client("cloudtrail")


def sign_in(**members):
    """The status and the JSON of the answer."""
    body, headers = json.dumps(members).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(environ["AWS_ENDPOINT_URL"] + "/v1/sign-in", body, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def logins():
    """The outcome of each login so far, and whether a device was used; the newest first."""
    wanted = [{"AttributeKey": "EventName", "AttributeValue": "ConsoleLogin"}]
    records = [json.loads(found["CloudTrailEvent"]) for found in cloudtrail.lookup_events(LookupAttributes=wanted)["Events"]]
    assert all(record["userIdentity"]["type"] == "Root" for record in records), records
    return [(record["responseElements"]["ConsoleLogin"], record["additionalEventData"]["MFAUsed"]) for record in records]


def with_a_device():
    assert sign_in(password=ONE_TIME, newPassword=PASSWORD)[0] == 200
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="root-phone")["VirtualMFADevice"]
    shown = Authenticator(device["Base32StringSeed"])
    codes = {"AuthenticationCode1": shown.code(-1), "AuthenticationCode2": shown.code(0)}
    iam.enable_mfa_device(UserName="root", SerialNumber=device["SerialNumber"], **codes)
    status, answer = sign_in(password=PASSWORD)
    assert (status, answer["code"]) == (401, "MfaCodeRequired"), answer
    status, answer = sign_in(password=PASSWORD, mfaCode=shown.code(1))
    assert status == 200 and answer["principal"]["mfaAuthenticated"], answer
    assert sign_in(password=PASSWORD, mfaCode=shown.code(1))[0] == 401, "a code counts once"
    assert logins() == [("Failure", "Yes"), ("Success", "Yes"), ("Success", "No")], logins()
    assert iam.get_user()["User"]["PasswordLastUsed"]


def after_a_loss():
    assert sign_in(password=PASSWORD)[0] == 401, "the old one counts no more"
    status, answer = sign_in(password=ONE_TIME)
    assert (status, answer["code"]) == (403, "PasswordChangeRequired"), answer
    assert sign_in(password=ONE_TIME, newPassword="Third-password-1")[0] == 200
    assert sign_in(password=ONE_TIME, newPassword="Fourth-password-1")[0] == 401, "it counts once"
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0


{"with-a-device": with_a_device, "after-a-loss": after_a_loss}[PART]()
