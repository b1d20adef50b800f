"""Pages of a lookup while new events arrive."""

import boto3
from expect import refused, run

cloudtrail = boto3.client("cloudtrail")
sts = boto3.client("sts")

CALLS = [{"AttributeKey": "EventName", "AttributeValue": "GetCallerIdentity"}]


def pages_hold_every_event_once_newest_first():
    made = [sts.get_caller_identity()["ResponseMetadata"]["RequestId"] for _ in range(120)]
    events, token = [], None
    while True:
        more = {"NextToken": token} if token else {}
        page = cloudtrail.lookup_events(LookupAttributes=CALLS, MaxResults=50, **more)
        events += page["Events"]
        sts.get_caller_identity()
        token = page.get("NextToken")
        if not token:
            break
    found = [made_by for event in events for made_by in made if made_by in event["CloudTrailEvent"]]
    assert found == made[::-1], f"{len(found)} of {len(made)}, or in another order"
    assert len({event["EventId"] for event in events}) == len(events), "an event stands on two pages"


def a_token_fits_only_the_lookup_that_made_it():
    token = cloudtrail.lookup_events(LookupAttributes=CALLS, MaxResults=1)["NextToken"]
    refused("InvalidNextTokenException", cloudtrail.lookup_events, NextToken=token, MaxResults=1)
    refused("InvalidNextTokenException", cloudtrail.lookup_events, NextToken=token[:-2], LookupAttributes=CALLS)


run(pages_hold_every_event_once_newest_first, a_token_fits_only_the_lookup_that_made_it)
