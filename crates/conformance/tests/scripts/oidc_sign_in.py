"""People sign in through an OpenID Connect provider, as their browsers do it, and nobody else does."""

import http.client
import itertools
import json
import os
import sys
import time
import urllib.parse
from datetime import datetime
from http.cookies import SimpleCookie

import boto3
from botocore.credentials import Credentials
from issuer import Issuer
from joserfc import jwk
from signed import Client

ACCOUNT = "123456789012"
HOST = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc
issuer = Issuer(int(sys.argv[1]))
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{urllib.parse.urlsplit(issuer.url).netloc}"
iam = boto3.client("iam")
cloudtrail = boto3.client("cloudtrail")


def send(address, method="GET", body=None, headers=()):
    """The answer of whichever server an address is of; redirects are not followed."""
    place = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(place.netloc or HOST)
    target = place.path + (f"?{place.query}" if place.query else "")
    connection.request(method, target, body, dict(headers))
    answer = connection.getresponse()
    answer.text = answer.read().decode()
    connection.close()
    return answer


class Browser:
    """Follows redirects one by one, keeps Cairn's cookie, and has an address of its own unless it is told one."""

    numbers = itertools.count(1)

    def __init__(self, address=None):
        self.cookie = ""
        self.address = address or f"198.51.100.{next(self.numbers)}"

    def visit(self, address, **request):
        own = {"Cookie": self.cookie, "X-Forwarded-For": self.address}
        answer = send(address, headers=own | request.pop("headers", {}), **request)
        kept = answer.getheader("Set-Cookie")
        if kept:
            (morsel,) = SimpleCookie(kept).values()
            assert morsel["httponly"] and morsel["samesite"] == "Lax" and morsel["path"] == "/v1/sign-in/oidc", kept
            self.cookie = f"{morsel.key}={morsel.value}"
        return answer

    def begin(self, return_to="/_console/events?range=7d"):
        query = urllib.parse.urlencode({"provider": "staff", "returnTo": return_to})
        answer = self.visit(f"/v1/sign-in/oidc?{query}")
        assert answer.status == 302, answer.text
        assert answer.getheader("Cache-Control") == "no-store"
        return answer.getheader("Location")

    def sign_in(self, **changed):
        """Where the browser ends, and behind the address what it brought."""
        back = urllib.parse.urlsplit(send(self.begin()).getheader("Location"))
        return self.come_back(dict(urllib.parse.parse_qsl(back.query)) | changed)

    def come_back(self, query):
        query = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        answer = self.visit(f"/v1/sign-in/oidc/callback?{query}")
        assert answer.status == 302, (answer.status, answer.text)
        page, _, what = answer.getheader("Location").partition("#")
        assert page in ("/_console/", "/_console/events?range=7d"), page
        return what

    def fetch(self, what):
        code = what.removeprefix("signed-in=")
        assert code != what, what
        body, kind = json.dumps({"code": code}), {"Content-Type": "application/json"}
        answer = self.visit("/v1/sign-in/oidc/credentials", method="POST", body=body, headers=kind)
        return answer.status, json.loads(answer.text)


def events(name):
    found = cloudtrail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}])
    return [json.loads(event["CloudTrailEvent"]) for event in found["Events"]]


def make_roles():
    for name, subject in (("auditor", "nina"), ("reader", "nina"), ("guarded", "somebody-else")):
        keys = {f"{issuer.url.removeprefix('http://')}:{key}": value for key, value in (("aud", "console"), ("sub", subject))}
        statement = {
            "Effect": "Allow",
            "Principal": {"Federated": PROVIDER},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": keys},
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        longest = 7200 if name == "reader" else 3600
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, MaxSessionDuration=longest)


def renew(given):
    """The status and the answer to a wish for newer credentials."""
    keys = (given["accessKeyId"], given["secretAccessKey"], given["sessionToken"])
    status, _, answer = Client(credentials=Credentials(*keys)).send("POST", "/v1/sign-in/renew")
    return status, json.loads(answer)


def people_sign_in():
    offers = json.loads(send("/v1/sign-in").text)
    assert offers == {"password": True, "oidc": [{"name": "staff", "title": "Acme staff", "account": ACCOUNT}]}, offers
    browser = Browser()
    what = browser.sign_in()
    status, answer = browser.fetch(what)
    assert status == 200, answer
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/nina@acme.example"
    assert answer["principal"] == {"account": ACCOUNT, "arn": arn, "mfaAuthenticated": False}, answer["principal"]
    given = answer["credentials"]
    sts = boto3.client(
        "sts",
        aws_access_key_id=given["accessKeyId"],
        aws_secret_access_key=given["secretAccessKey"],
        aws_session_token=given["sessionToken"],
    )
    assert sts.get_caller_identity()["Arn"] == arn
    status, again = browser.fetch(what)
    assert (status, again["code"]) == (401, "AuthenticationFailed"), "a code counts once"
    begun, limit = (datetime.fromisoformat(time) for time in (given["expiration"], answer["renewableUntil"]))
    assert abs((limit - begun).total_seconds() - 3600) <= 1, "the role's longest session is two hours"
    status, longer = renew(given)
    assert (status, longer["principal"]) == (200, answer["principal"]), longer
    assert longer["renewableUntil"] == answer["renewableUntil"], longer
    (renewal,) = events("RenewSession")
    assert renewal["userIdentity"]["arn"] == arn and renewal["readOnly"] is False
    assert "webIdFederationData" in renewal["userIdentity"]["sessionContext"], renewal
    (assumed,) = events("AssumeRoleWithWebIdentity")
    assert assumed["userIdentity"]["type"] == "WebIdentityUser" and assumed["userIdentity"]["userName"] == "nina"
    assert assumed["eventSource"] == "sts.amazonaws.com" and assumed["eventType"] == "AwsApiCall"
    assert assumed["requestParameters"]["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/reader"
    assert set(assumed["responseElements"]["credentials"]) == {"accessKeyId", "expiration"}
    login = next(event for event in events("ConsoleLogin") if event["responseElements"] == {"ConsoleLogin": "Success"})
    assert login["userIdentity"]["arn"] == arn and login["userIdentity"]["type"] == "AssumedRole"
    data = login["userIdentity"]["sessionContext"]["webIdFederationData"]
    assert data["federatedProvider"] == PROVIDER
    assert login["additionalEventData"] == {"LoginTo": f"http://{HOST}/_console/", "MobileVersion": "No", "MFAUsed": "No"}
    assert login["eventType"] == "AwsConsoleSignIn" and login["requestID"] == assumed["requestID"]
    issuer.claims = {"groups": ["x", "auditors"]}
    status, answer = (browser := Browser()).fetch(browser.sign_in())
    assert answer["principal"]["arn"].startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/auditor/"), answer
    assert "renewableUntil" not in answer, "the role's longest session is over by then"
    assert renew(answer["credentials"])[0] == 403
    out = {name: answer["credentials"][name] for name in ("accessKeyId", "sessionToken")}
    kind = {"Content-Type": "application/json"}
    assert send("/v1/sign-out", "POST", json.dumps(out), kind).status == 200


def nobody_else_does():
    """Each of these fails for a reason of its own, and whoever goes on has to wait."""
    failed = "sign-in-error=AuthenticationFailed"
    now = int(time.time())
    issuer.claims = {"groups": ["guests"]}
    assert Browser().sign_in() == "sign-in-error=NoRole", "no rule fits"
    issuer.claims = {"groups": ["guarded"]}
    assert Browser().sign_in() == "sign-in-error=NoRole", "the trust policy is of another person"
    refused = [event for event in events("AssumeRoleWithWebIdentity") if "errorCode" in event]
    assert [event["errorCode"] for event in refused] == ["AccessDenied"], refused
    for claims in ({"nonce": "another"}, {"aud": "another"}, {"aud": ["console", "b"], "azp": "b"}, {"exp": now - 300}):
        issuer.claims = claims
        assert Browser().sign_in() == failed, claims
    issuer.claims = {}
    issuer.signing_key = jwk.ECKey.generate_key("P-256", {"kid": "first"})
    assert Browser().sign_in() == failed, "a key of somebody else"
    issuer.signing_key = issuer.key
    assert Browser().sign_in(state="another") == failed
    victim, thief = Browser(), Browser()
    back = urllib.parse.urlsplit(send(thief.begin()).getheader("Location"))
    victim.begin()
    assert victim.come_back(dict(urllib.parse.parse_qsl(back.query))) == failed, "a sign-in of another browser"
    assert Browser().sign_in(code="invented") == failed
    assert issuer.refused == [["code"]], issuer.refused
    assert Browser().sign_in(iss="https://evil.example") == failed
    assert Browser().sign_in(code=None, error="access_denied") == failed
    seen = [Browser("203.0.113.9").sign_in(state=str(number)) for number in range(13)]
    assert seen[:10] == [failed] * 10 and "sign-in-error=TooManyAttempts" in seen, seen
    assert Browser().sign_in().startswith("signed-in="), "other addresses do not wait"
    failures = [event for event in events("ConsoleLogin") if event["responseElements"] == {"ConsoleLogin": "Failure"}]
    assert len(failures) >= 15, len(failures)
    assert all(event["errorMessage"] == "Failed authentication" and "errorCode" not in event for event in failures)
    assert any(event["userIdentity"].get("identityProvider") == PROVIDER for event in failures)


def pages_of_others_are_not_come_back_to():
    for page in ("https://evil.example/", "//evil.example", "/", "/_console/../x", "/_console/\\evil.example", "/_console/#a"):
        query = urllib.parse.urlencode({"provider": "staff", "returnTo": page})
        answer = send(f"/v1/sign-in/oidc?{query}")
        assert answer.status == 400 and not answer.getheader("Location"), (page, answer.status)
    assert send("/v1/sign-in/oidc?provider=none").status == 400
    assert send("/v1/sign-in/oidc").status == 400


def a_sign_in_ends_once():
    browser = Browser()
    back = urllib.parse.urlsplit(send(browser.begin()).getheader("Location"))
    kept, query = browser.cookie, dict(urllib.parse.parse_qsl(back.query))
    assert browser.come_back(query).startswith("signed-in=")
    browser.cookie = kept
    assert browser.come_back(query) == "sign-in-error=AuthenticationFailed", "the same state again"


def codes_are_for_one_browser():
    what = (browser := Browser()).sign_in()
    assert Browser().fetch(what)[0] == 401
    assert browser.fetch(what)[0] == 401, "whoever guessed has used it up"


make_roles()
people_sign_in()
codes_are_for_one_browser()
a_sign_in_ends_once()
pages_of_others_are_not_come_back_to()
nobody_else_does()
