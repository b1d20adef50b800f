"""How many decisions a second moto's evaluator makes about ten policies of five statements; prints the number."""

import json
import time

from moto.iam.access_control import IAMPolicy, PermissionResult

SECONDS = 2


def policy(number: int) -> dict:
    bucket = f"arn:aws:s3:::team-{number}-*"
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": [bucket, f"{bucket}/*"]},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{bucket}/alice/*"},
        {"Effect": "Allow", "Action": ["cloudtrail:Describe*", "cloudtrail:Get*", "cloudtrail:LookupEvents"],
         "Resource": f"arn:aws:cloudtrail:*:123456789012:trail/team-{number}-*"},
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::*:role/team-{number}/*"},
        {"Effect": "Deny", "Action": "iam:*", "Resource": "arn:aws:iam::210987654321:*"},
    ]}


ASKED = [
    ("s3:GetObject", "arn:aws:s3:::team-9-logs/2026/11/22/one.json.gz"),
    ("s3:GetObject", "arn:aws:s3:::other-logs/2026/11/22/one.json.gz"),
    ("s3:PutObject", "arn:aws:s3:::team-5-data/alice/report.csv"),
    ("cloudtrail:StopLogging", "arn:aws:cloudtrail:eu-west-1:123456789012:trail/team-7-main"),
    ("iam:CreateUser", "arn:aws:iam::123456789012:user/eve"),
]


def main() -> None:
    policies = [IAMPolicy(json.dumps(policy(number))) for number in range(10)]
    begin, count = time.perf_counter(), 0
    while time.perf_counter() - begin < SECONDS:
        for action, resource in ASKED:
            results = [policy.is_action_permitted(action, resource) for policy in policies]
            any(result == PermissionResult.DENIED for result in results)
            count += 1
    print(count / (time.perf_counter() - begin))


if __name__ == "__main__":
    main()
