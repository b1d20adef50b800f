"""People who sign in, and tokens of an identity provider, as boto3 sees what they get."""

import json
import os
import sys
import time
import urllib.error
import urllib.request

import boto3
from authenticator import Authenticator
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from issuer import Issuer
from signed import Client

ACCOUNT = "123456789012"
PASSWORD = "Correct-horse-1"
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
PORT, FOLDER = int(sys.argv[1]), sys.argv[2]

iam = boto3.client("iam")
cloudtrail = boto3.client("cloudtrail")


def post(path, body):
    """The status and the JSON of an answer."""
    request = urllib.request.Request(ENDPOINT + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def refusal(call):
    """The code and the status of a call that is refused."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("nothing was refused")


def code_of(call):
    return refusal(call)[0]


def events(name):
    found = cloudtrail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])
    return [json.loads(event["CloudTrailEvent"]) for event in found["Events"]]


def client(service, credentials):
    return boto3.client(
        service,
        aws_access_key_id=credentials["accessKeyId"],
        aws_secret_access_key=credentials["secretAccessKey"],
        aws_session_token=credentials["sessionToken"],
    )


def sign_in_and_out():
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password=PASSWORD)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    shown = Authenticator(device["Base32StringSeed"])
    serial = device["SerialNumber"]
    assert device["QRCodePNG"].startswith(b"\x89PNG\r\n"), device["QRCodePNG"]
    (made,) = events("CreateVirtualMFADevice")
    assert made["responseElements"] == {"virtualMFADevice": {"serialNumber": serial}}, made
    assert made["requestParameters"] == {"virtualMFADeviceName": "phone"}, made
    iam.enable_mfa_device(
        UserName="alice", SerialNumber=serial, AuthenticationCode1=shown.code(-1), AuthenticationCode2=shown.code(0)
    )
    iam.create_account_alias(AccountAlias="staff")
    who = {"account": "staff", "userName": "alice", "password": PASSWORD}
    status, answer = post("/v1/sign-in", who)
    assert (status, answer["code"]) == (401, "MfaCodeRequired"), answer
    status, answer = post("/v1/sign-in", who | {"mfaCode": shown.code(1)})
    assert status == 200, answer
    assert answer["principal"]["mfaAuthenticated"] is True
    status, again = post("/v1/sign-in", who | {"mfaCode": shown.code(1)})
    assert (status, again["code"]) == (401, "AuthenticationFailed"), "a code counts once"
    sts = client("sts", answer["credentials"])
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert "PasswordLastUsed" in iam.get_user(UserName="alice")["User"]
    (check,) = events("CheckMfa")
    assert check["additionalEventData"] == {"MfaType": "Virtual MFA"}
    assert check["responseElements"] == {"CheckMfa": "Success"}
    failed, passed = events("ConsoleLogin")
    assert passed["additionalEventData"]["MFAIdentifier"] == serial
    assert passed["additionalEventData"]["MFAUsed"] == "Yes"
    assert failed["responseElements"] == {"ConsoleLogin": "Failure"}
    assert failed["errorMessage"] == "Failed authentication"
    longer = renewal(answer)
    out = {name: answer["credentials"][name] for name in ("accessKeyId", "sessionToken")}
    assert post("/v1/sign-out", out) == (200, {})
    assert refusal(client("sts", longer).get_caller_identity) == ("ExpiredToken", 403), "all tokens of a session end"
    assert renew(longer)[:2] == (403, "ExpiredTokenException")
    assert refusal(sts.get_caller_identity) == ("ExpiredToken", 403)
    assert refusal(client("iam", answer["credentials"]).list_users) == ("ExpiredToken", 403)
    assert refusal(client("cloudtrail", answer["credentials"]).list_trails) == ("ExpiredTokenException", 403)
    assert refusal(client("s3", answer["credentials"]).list_buckets) == ("ExpiredToken", 400)


def renew(credentials, body=b""):
    """The status, the code where there is one, and the answer to a wish for newer credentials."""
    keys = (credentials["accessKeyId"], credentials["secretAccessKey"], credentials.get("sessionToken"))
    signed = Client(credentials=Credentials(*keys))
    status, _, answer = signed.send("POST", "/v1/sign-in/renew", body, {"Content-Type": "application/json"})
    answer = json.loads(answer)
    return status, answer.get("code"), answer


def renewal(signed_in):
    """The newer credentials of somebody who signed in."""
    given = signed_in["credentials"]
    status, _, answer = renew(given, b"{}")
    assert status == 200, answer
    longer = answer["credentials"]
    assert answer["principal"] == signed_in["principal"] and answer["renewableUntil"] == signed_in["renewableUntil"]
    assert (longer["accessKeyId"], longer["secretAccessKey"]) == (given["accessKeyId"], given["secretAccessKey"])
    assert longer["sessionToken"] != given["sessionToken"] and longer["expiration"] >= given["expiration"]
    for credentials in (given, longer):
        assert client("sts", credentials).get_caller_identity()["Arn"].endswith(":user/alice")
    newest, *_ = [event for event in events("GetCallerIdentity") if "userName" in event["userIdentity"]]
    attributes = newest["userIdentity"]["sessionContext"]["attributes"]
    (login,) = [event for event in events("ConsoleLogin") if event["responseElements"]["ConsoleLogin"] == "Success"]
    assert attributes["mfaAuthenticated"] == "true" and attributes["creationDate"] <= login["eventTime"], attributes
    assert renew(longer, b'{"more": 1}')[:2] == (400, "ValidationException")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    long_term = {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}
    made = boto3.client("sts").get_session_token()["Credentials"]
    by_call = {
        "accessKeyId": made["AccessKeyId"],
        "secretAccessKey": made["SecretAccessKey"],
        "sessionToken": made["SessionToken"],
    }
    for others in (long_term, by_call):
        assert renew(others)[:2] == (403, "AccessDeniedException")
    iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    found = events("RenewSession")
    assert sorted(event.get("errorCode", "") for event in found) == [
        "",
        "AccessDeniedException",
        "AccessDeniedException",
        "ValidationException",
    ], found
    assert all(longer["sessionToken"] not in json.dumps(event) and event["readOnly"] is False for event in found)
    return longer


def root_with_a_device():
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="root-phone")["VirtualMFADevice"]
    shown, serial = Authenticator(device["Base32StringSeed"]), device["SerialNumber"]
    codes = {"AuthenticationCode1": shown.code(-1), "AuthenticationCode2": shown.code(0)}
    iam.enable_mfa_device(UserName="root", SerialNumber=serial, **codes)
    (own,) = iam.list_mfa_devices()["MFADevices"]
    assert (own["SerialNumber"], own["UserName"]) == (serial, "root"), own
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 1
    owners = {d["SerialNumber"]: d["User"]["Arn"] for d in iam.list_virtual_mfa_devices()["VirtualMFADevices"]}
    assert owners[serial] == f"arn:aws:iam::{ACCOUNT}:root", owners
    given = boto3.client("sts").get_session_token(SerialNumber=serial, TokenCode=shown.code(1))["Credentials"]
    assert given["AccessKeyId"].startswith("ASIA")
    iam.deactivate_mfa_device(UserName="root", SerialNumber=serial)
    assert iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"] == 0
    iam.delete_virtual_mfa_device(SerialNumber=serial)


def providers_by_call(issuer, declared):
    url = "https://127.0.0.1:1/realm"
    sts = boto3.client("sts", config=Config(signature_version=UNSIGNED))
    role = f"arn:aws:iam::{ACCOUNT}:role/deploy"
    about = {"RoleArn": role, "RoleSessionName": "run", "WebIdentityToken": issuer.token(iss=url, aud="one")}
    assert code_of(lambda: sts.assume_role_with_web_identity(**about)) == "InvalidIdentityToken"
    lists = {"ClientIDList": ["one"], "ThumbprintList": ["a" * 40]}
    made = iam.create_open_id_connect_provider(Url=url, **lists)["OpenIDConnectProviderArn"]
    assert made == f"arn:aws:iam::{ACCOUNT}:oidc-provider/127.0.0.1:1/realm"
    assert code_of(lambda: iam.create_open_id_connect_provider(Url=url, **lists)) == "EntityAlreadyExists"
    assert code_of(lambda: iam.create_open_id_connect_provider(Url="http://a.example")) == "InvalidInput"
    # It is known now, and its address is one of this machine.
    assert code_of(lambda: sts.assume_role_with_web_identity(**about)) == "IDPCommunicationError"
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=made, ClientID="two")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=made, ClientID="one")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=made, ThumbprintList=["b" * 40])
    told = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=made)
    assert (told["Url"], told["ClientIDList"], told["ThumbprintList"]) == ("127.0.0.1:1/realm", ["two"], ["b" * 40])
    arns = {entry["Arn"] for entry in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]}
    assert arns == {made, declared}, arns
    for change in (
        lambda: iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=declared),
        lambda: iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=declared, ClientID="two"),
    ):
        assert code_of(change) == "UnmodifiableEntity"
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=made)
    missing = lambda: iam.get_open_id_connect_provider(OpenIDConnectProviderArn=made)
    assert code_of(missing) == "NoSuchEntity"


def web_identity():
    issuer = Issuer(PORT)
    token = issuer.token
    (provider,) = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    told = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider["Arn"])
    assert told["ClientIDList"] == ["sts.amazonaws.com"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider["Arn"]},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"127.0.0.1:{PORT}:aud": "sts.amazonaws.com", f"127.0.0.1:{PORT}:sub": "nina"}},
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    sts = boto3.client("sts", config=Config(signature_version=UNSIGNED))

    def assume(text):
        return sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="run", WebIdentityToken=text)

    answer = assume(token())
    assert answer["SubjectFromWebIdentityToken"] == "nina"
    assert answer["Provider"] == provider["Arn"]
    assert answer["Audience"] == "sts.amazonaws.com"
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run"
    now = int(time.time())
    assert code_of(lambda: assume(token(aud="other"))) == "InvalidIdentityToken"
    # The token is too old, not a session.
    assert refusal(lambda: assume(token(exp=now - 100))) == ("ExpiredTokenException", 400)
    assert code_of(lambda: assume(token(nbf=now + 1000))) == "IDPRejectedClaim"
    assert code_of(lambda: assume(token(sub="omar"))) == "AccessDenied"
    assert code_of(lambda: assume("no.token.atall")) == "InvalidIdentityToken"
    assert code_of(lambda: sts.get_caller_identity()) == "MissingAuthenticationToken"
    found = events("AssumeRoleWithWebIdentity")
    assert len(found) == 6, found
    first = next(event for event in found if "errorCode" not in event)
    assert first["userIdentity"] == {
        "type": "WebIdentityUser",
        "principalId": f"{provider['Arn']}:sts.amazonaws.com:nina",
        "userName": "nina",
        "identityProvider": provider["Arn"],
    }
    assert first["readOnly"] is True
    assert "webIdentityToken" not in first["requestParameters"]
    providers_by_call(issuer, provider["Arn"])
    place = os.path.join(FOLDER, "token")
    with open(place, "w", encoding="utf-8") as file:
        file.write(token())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ.pop(name, None)
    os.environ |= {"AWS_WEB_IDENTITY_TOKEN_FILE": place, "AWS_ROLE_ARN": role, "AWS_ROLE_SESSION_NAME": "file"}
    arn = boto3.Session().client("sts").get_caller_identity()["Arn"]
    assert arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/file", arn


sign_in_and_out()
root_with_a_device()
web_identity()
