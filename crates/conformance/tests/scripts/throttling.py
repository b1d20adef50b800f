"""A burst of lookups against AWS's rate of two a second: refused at once without retries, answered with them."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def client(attempts):
    return boto3.client("cloudtrail", config=Config(retries={"mode": "standard", "total_max_attempts": attempts}))


hasty, refusals = client(1), []
for _ in range(12):
    try:
        hasty.lookup_events(MaxResults=1)
    except ClientError as error:
        refusals.append(error.response)
assert refusals, "nothing was refused"
for refusal in refusals:
    assert refusal["Error"] == {"Message": "Rate exceeded", "Code": "ThrottlingException"}, refusal
    assert refusal["ResponseMetadata"]["HTTPStatusCode"] == 400, refusal
# What another operation may is not used up.
hasty.describe_trails()

patient, retried = client(10), 0
for _ in range(6):
    retried += patient.lookup_events(MaxResults=1)["ResponseMetadata"]["RetryAttempts"]
assert retried > 0, "nothing had to be tried again"
