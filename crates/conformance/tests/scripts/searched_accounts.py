"""Searches and counts over the accounts of an organization that boto3 makes: by those who oversee it, and by the others.

Argument: the key pairs of the members by account.
"""

import json
import sys

import boto3
from botocore.credentials import Credentials
from expect import run
from signed import Client

KEYS = json.loads(sys.argv[1])
MANAGEMENT, MEMBER, ADMIN, STRANGER = "123456789012", "111122223333", "444455556666", "777788889999"
EVERYBODY = [MANAGEMENT, MEMBER, ADMIN]
PRINCIPAL = "cloudtrail.amazonaws.com"
LONG = "arn:aws:s3:::" + "n" * 9_000


def client(account, service):
    key = dict(zip(("aws_access_key_id", "aws_secret_access_key"), KEYS.get(account, ())))
    return boto3.client(service, **key)


def signer(account):
    return Client(credentials=Credentials(*KEYS[account])) if account in KEYS else Client()


def send(who, path, body=None):
    """The answer, or the code and the message of a refusal."""
    given = b"" if body is None else json.dumps(body).encode()
    status, headers, answer = who.send("GET" if body is None else "POST", path, given)
    answer = json.loads(answer)
    return answer if status == 200 else (headers["x-amzn-errortype"], answer["message"])


def found(who, limit=1000, **asked):
    """The events of all pages, newest first."""
    events, token = [], {}
    while True:
        page = send(who, "/v1/search", {"limit": limit, **asked, **token})
        assert isinstance(page, dict), page
        events += page["events"]
        if "nextToken" not in page:
            return events
        token = {"nextToken": page["nextToken"]}


def brought(number, source, resource):
    return {"eventVersion": "1.08", "eventTime": f"2026-01-01T00:00:{number:02}Z", "eventID": f"{source}-{number}",
            "eventSource": "shop.example", "eventName": "Buy", "awsRegion": "us-east-1", "recipientAccountId": source,
            "userIdentity": {"type": "IAMUser", "userName": "nina", "accountId": source},
            "resources": [{"ARN": resource, "accountId": source, "type": "AWS::S3::Bucket"}]}


SHOP = {"filter": {"field": "eventSource", "op": "equals", "values": ["shop.example"]}}


def accounts_become_an_organization_and_each_brings_events():
    organizations = client(MANAGEMENT, "organizations")
    organizations.create_organization(FeatureSet="ALL")
    for account in (MEMBER, ADMIN):
        sent = organizations.invite_account_to_organization(Target={"Id": account, "Type": "ACCOUNT"})["Handshake"]
        client(account, "organizations").accept_handshake(HandshakeId=sent["Id"])
    for turn, account in enumerate((*EVERYBODY, STRANGER)):
        events = [brought(number, account, f"{LONG}{number % 2}") for number in range(turn, 40, 4)]
        status, _, answer = signer(account).send("POST", "/v1/events", json.dumps({"Records": events}).encode(),
                                                 service="cloudtrail-data")
        assert status == 200, answer


def nobody_sees_others_before_cloudtrail_is_trusted():
    code, message = send(signer(MANAGEMENT), "/v1/search", {"accounts": ["all"]})
    assert code == "CloudTrailAccessNotEnabledException", (code, message)
    assert [one["id"] for one in send(signer(MANAGEMENT), "/v1/accounts")["accounts"]] == [MANAGEMENT]
    client(MANAGEMENT, "organizations").enable_aws_service_access(ServicePrincipal=PRINCIPAL)
    client(MANAGEMENT, "cloudtrail").register_organization_delegated_admin(MemberAccountId=ADMIN)


def those_who_oversee_search_all_or_some_in_one_order():
    for account in (MANAGEMENT, ADMIN):
        who = signer(account)
        assert sorted(one["id"] for one in send(who, "/v1/accounts")["accounts"]) == sorted(EVERYBODY)
        for asked, accounts in ((["all"], EVERYBODY), ([MEMBER], [MEMBER]), ([MEMBER, account], [MEMBER, account])):
            expected = sorted(((number, owner) for turn, owner in enumerate(EVERYBODY) if owner in accounts
                               for number in range(turn, 40, 4)), reverse=True)
            events = found(who, limit=7, accounts=asked, **SHOP)
            assert [event["eventId"] for event in events] == [f"{owner}-{number}" for number, owner in expected], events
            assert all(event["account"] == event["record"]["recipientAccountId"] for event in events), events
            counts = send(who, "/v1/counts", {"accounts": asked, "by": ["recipientAccountId"], **SHOP})
            assert counts["total"] == len(expected) and counts["isComplete"], counts
            by_account = {group["value"]: group["count"] for group in counts["groups"]["recipientAccountId"]}
            assert by_account == {owner: 10 for owner in accounts}, counts
        assert {event["account"] for event in found(who, **SHOP)} == {account}


def the_condition_on_the_account_goes_on_working():
    by_id = {"field": "recipientAccountId", "op": "equals", "values": [MEMBER]}
    events = found(signer(MANAGEMENT), accounts=["all"], filter={"and": [SHOP["filter"], by_id]})
    assert {event["account"] for event in events} == {MEMBER} and len(events) == 10, events
    assert found(signer(MANAGEMENT), filter=by_id, accounts=[MANAGEMENT]) == []


def others_are_refused_and_every_call_says_whose_events_it_asked_for():
    for account, asked, word in (
        (MEMBER, [ADMIN], "own account"), (MEMBER, ["all"], "own account"), (STRANGER, [MEMBER], "own account"),
        (MANAGEMENT, [STRANGER], "not a member"), (MANAGEMENT, ["all", MEMBER], "alone"), (MANAGEMENT, ["1"], "twelve digits"),
    ):
        for path in ("/v1/search", "/v1/counts"):
            code, message = send(signer(account), path, {"accounts": asked})
            expected = "ValidationException" if word in ("alone", "twelve digits") else "AccessDeniedException"
            assert code == expected and word in message, (account, asked, code, message)
    assert send(signer(MEMBER), "/v1/counts", {"accounts": [MEMBER], **SHOP})["total"] == 10
    lookups = client(MEMBER, "cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "SearchEvents"}])["Events"]
    recorded = [json.loads(event["CloudTrailEvent"]) for event in lookups]
    asked = [(event["requestParameters"]["accounts"], event.get("errorCode")) for event in recorded]
    assert sorted(asked) == [([ADMIN], "AccessDenied"), (["all"], "AccessDenied")] or \
        sorted(asked) == [([ADMIN], "AccessDeniedException"), (["all"], "AccessDeniedException")], asked


def policies_say_which_accounts_a_user_searches():
    iam = client(MANAGEMENT, "iam")
    organization = client(MANAGEMENT, "organizations").describe_organization()["Organization"]["Id"]
    resource = f"arn:aws:organizations::{MANAGEMENT}:account/{organization}/{MEMBER}"
    iam.create_user(UserName="omar")
    iam.put_user_policy(UserName="omar", PolicyName="searches", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["cloudtrail:LookupEvents", "cairn:ListAccounts"], "Resource": "*"},
            {"Effect": "Allow", "Action": "cairn:SearchAccount", "Resource": resource}]}))
    key = iam.create_access_key(UserName="omar")["AccessKey"]
    omar = Client(credentials=Credentials(key["AccessKeyId"], key["SecretAccessKey"]))
    assert send(omar, "/v1/counts", {"accounts": [MEMBER], **SHOP})["total"] == 10
    assert [one["id"] for one in send(omar, "/v1/accounts")["accounts"]] == [MANAGEMENT, MEMBER]
    for asked in ([ADMIN], ["all"]):
        code, message = send(omar, "/v1/search", {"accounts": asked})
        start = f"User: arn:aws:iam::{MANAGEMENT}:user/omar is not authorized to perform: cairn:SearchAccount on resource: "
        assert code == "AccessDeniedException" and message.startswith(start) and ADMIN in message, message


def lookups_stay_in_their_account_and_find_names_of_any_length():
    # The names of one account's events are all alike, and differ from the other's in their last character.
    for account, last, count in ((MANAGEMENT, 0, 10), (MANAGEMENT, 1, 0), (MEMBER, 0, 0), (MEMBER, 1, 10)):
        ends = {"field": "resourceName", "op": "endsWith", "values": [f"nn{last}"]}
        counted = send(signer(account), "/v1/counts", {"filter": {"and": [SHOP["filter"], ends]}})
        assert counted["total"] == count, (account, last, counted)
    events = client(ADMIN, "cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": "shop.example"}], StartTime=0)["Events"]
    assert len(events) == 10 and all(event["EventId"].startswith(ADMIN) for event in events), events


def who_leaves_the_organization_is_no_longer_seen():
    client(MANAGEMENT, "organizations").remove_account_from_organization(AccountId=MEMBER)
    code, message = send(signer(MANAGEMENT), "/v1/search", {"accounts": [MEMBER]})
    assert code == "AccessDeniedException" and "not a member" in message, (code, message)
    assert {event["account"] for event in found(signer(MANAGEMENT), accounts=["all"], **SHOP)} == {MANAGEMENT, ADMIN}


run(
    accounts_become_an_organization_and_each_brings_events,
    nobody_sees_others_before_cloudtrail_is_trusted,
    those_who_oversee_search_all_or_some_in_one_order,
    the_condition_on_the_account_goes_on_working,
    others_are_refused_and_every_call_says_whose_events_it_asked_for,
    policies_say_which_accounts_a_user_searches,
    lookups_stay_in_their_account_and_find_names_of_any_length,
    who_leaves_the_organization_is_no_longer_seen,
)
