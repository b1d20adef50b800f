"""Walks over the rules of requests about trails: each is broken, and kept as nearly as possible.

Argument: the address of topics and log groups, or nothing. What a refused request leaves is looked at, and at the end which
rules and which errors of the published model nobody saw.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from trail_errors import NEVER
from trail_rules import ALONE, ARN, BILLED, BUCKET, CLERK, CLOSED, LEFT_OUT, MEMBER, OWN, RULES, rows

KEYS = {account: (f"AKIACONFORMANCE0000{n}", f"conformance/secret+of/forty+characters0{n}")
        for n, account in enumerate([MEMBER, BILLED, CLOSED, ALONE], start=2)}
CLIENTS = {}
# Throttling has a test of its own.
ELSEWHERE = {"Throttling"}


def client(service, account=OWN, region="us-east-1"):
    """A client that checks nothing itself."""
    if (service, account, region) not in CLIENTS:
        key, secret = KEYS.get(account, (None, None))
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        CLIENTS[service, account, region] = boto3.client(
            service, region_name=region, aws_access_key_id=key, aws_secret_access_key=secret, config=config)
    return CLIENTS[service, account, region]


def call(operation, request, region="us-east-1", account=OWN):
    """The answer, or the code and the text of the error."""
    try:
        return getattr(client("cloudtrail", account, region), xform_name(operation))(**request), None, None
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error
        return None, error.response["Error"]["Code"].removesuffix("Exception"), error.response["Error"]["Message"]


def steps(all_steps):
    for operation, request, *place in all_steps:
        _, code, message = call(operation, request, *place)
        assert code is None, f"{operation} {request}: {code} {message}"


def state(row):
    """Everything that a refused request must leave as it is; nothing for one that only reads."""
    if row.operation.startswith(("Get", "List", "Lookup")):
        return None
    own = client("cloudtrail")
    answers = [client("cloudtrail", row.caller, "all").describe_trails(), own.get_event_selectors(TrailName="home"),
               own.list_tags(ResourceIdList=[ARN + "home"])]
    return json.dumps([{**answer, "ResponseMetadata": None} for answer in answers], default=str, sort_keys=True)


def broken(row, seen):
    before = state(row)
    _, code, message = call(row.operation, row.request, row.region, row.caller)
    assert code == row.code, f"{code} instead of {row.code}: {message}"
    seen.add((row.operation, code))
    if row.text and row.text.endswith("…"):
        assert message.startswith(row.text[:-1]), message
    else:
        assert row.text in (None, message), f"{message!r} instead of {row.text!r}"
    assert message, code
    assert state(row) == before, "the refused request changed something"


def nearly_broken(row):
    answer, code, message = call(row.near_operation or row.operation, row.near, row.near_region, row.near_caller)
    assert code == row.near_code, f"the nearest good request: {code} {message}"
    if row.operation == "CreateTrail" and code is None:
        steps([("DeleteTrail", {"Name": answer["TrailARN"]}, row.near_region, row.near_caller)])


def walk(scene):
    seen, walked, failed = set(), {}, []
    for row in rows(scene):
        walked[row.rule] = walked.get(row.rule, 0) + 1
        try:
            steps(row.before)
            broken(row, seen)
            if row.near is not None:
                nearly_broken(row)
            steps(row.after)
        except AssertionError as error:
            failed.append(f"{row.rule} {row.operation} {str(row.request)[:300]} of {row.caller} in {row.region}: {error}")
    return seen, walked, failed


def conflict():
    """T19: of changes that are made at the same time, those that come too late are refused."""
    def update(number):
        return call("UpdateTrail", {"Name": "home", "S3KeyPrefix": f"at-once-{number}"})[1]

    with ThreadPoolExecutor(8) as pool:
        for _ in range(100):
            codes = set(pool.map(update, range(8)))
            assert codes <= {None, "Conflict"}, codes
            if "Conflict" in codes:
                return {("UpdateTrail", "Conflict")}
    raise AssertionError("no change came too late")


def errors_not_seen(seen):
    """The errors of the published model that no row saw and that have no reason, and reasons that do not hold."""
    model = client("cloudtrail").meta.service_model
    here = sorted({row_operation for row_operation, _ in seen} | {"ListTrails"})
    listed = {(name, shape.name.removesuffix("Exception")) for name in here for shape in model.operation_model(name).error_shapes}
    reasons = {(name, error) for name, error in listed if error in NEVER or f"{name}.{error}" in NEVER or error in ELSEWHERE}
    strange = {(name, code) for name, code in seen - listed if code != "Validation"}
    wrong = {(name, error) for name, error in seen if f"{name}.{error}" in NEVER}
    spare = {text for text in NEVER if not any(text in (error, f"{name}.{error}") for name, error in reasons - seen)}
    print(f"{len(here)} operations, {len(listed)} errors listed, {len(listed & seen)} seen, {len(reasons - seen)} with a reason")
    return [f"{title}: {sorted(found)}" for title, found in [
        ("not seen", listed - seen - reasons), ("not listed", strange), ("seen although", wrong), ("no such error", spare)] if found]


def rules_not_walked(walked):
    every = {f"{kind}{n}" for kind, count in RULES.items() for n in range(1, count + 1)}
    assert not set(LEFT_OUT) & set(walked), set(LEFT_OUT) & set(walked)
    print(f"{len(every)} rules, {len(every & set(walked))} walked in {sum(walked.values())} rows, {len(LEFT_OUT)} left out")
    return sorted(every - set(walked) - set(LEFT_OUT)) + sorted(set(walked) - every - {"-"})


def policy(bucket, *allowed):
    service = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    arn = f"arn:aws:s3:::{bucket}"
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {**service, "Action": action, "Resource": arn + place} for action, place in allowed]})


def set_up(topics):
    """Trails, buckets, keys, topics and an organization for the walk."""
    s3 = client("s3")
    acl, put = ("s3:GetBucketAcl", ""), "s3:PutObject"
    of_account = f"/AWSLogs/{OWN}"
    s3.create_bucket(Bucket=BUCKET)
    for bucket, allowed in {
        "rules-no-acl": [(put, "/*")],
        "rules-no-put": [acl, (put, "/elsewhere/*")],
        "rules-no-digests": [acl, (put, f"{of_account}/CloudTrail/*")],
        "rules-prefix-only": [acl, (put, f"/p{of_account}/*")],
    }.items():
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, *allowed))
    for account in KEYS:
        client("s3", account).create_bucket(Bucket=f"rules-logs-{account}")
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(BUCKET, acl, (put, "/*")))
    trail = {"S3BucketName": BUCKET}
    data = [{"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]}]
    organization(client("organizations"))
    steps([
        ("CreateTrail", {"Name": "home", **trail, "IsMultiRegionTrail": True}), ("StartLogging", {"Name": "home"}),
        ("CreateTrail", {"Name": "vault", **trail}), ("StartLogging", {"Name": "vault"}),
        ("PutEventSelectors", {"TrailName": "vault", "EventSelectors": data}),
        ("PutInsightSelectors", {"TrailName": "vault", "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}]}),
        ("PutEventConfiguration", {"TrailName": "vault", "AggregationConfigurations": [{"Templates": ["USER_ACTIONS"], "EventCategory": "Data"}]}),
        ("CreateTrail", {"Name": "everyone", **trail, "IsMultiRegionTrail": True, "IsOrganizationTrail": True}),
    ])
    made = [member(client("organizations"), n) for n in range(4)]
    if topics:
        boto3.client("sns", endpoint_url=topics).create_topic(Name="files")
        boto3.client("logs", endpoint_url=topics).create_log_group(logGroupName="trails")
    kms = client("kms")
    key, disabled = [kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2)]
    kms.create_alias(AliasName="alias/rules", TargetKeyId=key)
    kms.disable_key(KeyId=disabled)
    KEYS[CLERK] = clerk(client("iam"))
    page = client("cloudtrail").lookup_events(MaxResults=1)
    return {"topics": bool(topics), "members": made, "key": key, "disabled": disabled, "alias": "alias/rules",
            "narrow key": key_with(kms, "kms:Decrypt"), "open key": key_with(kms, "kms:GenerateDataKey*"),
            "key abroad": client("kms", region="eu-west-1").create_key()["KeyMetadata"]["Arn"],
            "page": {"MaxResults": 1, "NextToken": page["NextToken"]}}


def member(own, number):
    """A new account of the organization."""
    asked = own.create_account(AccountName=f"m{number}", Email=f"m{number}@example.com")["CreateAccountStatus"]["Id"]
    return own.describe_create_account_status(CreateAccountRequestId=asked)["CreateAccountStatus"]["AccountId"]


def key_with(kms, action):
    """A key that lets its account do everything, and CloudTrail this."""
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OWN}:root"}, "Action": "kms:*", "Resource": "*"}
    service = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": action, "Resource": "*",
               "Condition": {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{OWN}:trail/*"}}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [owner, service]})
    return kms.create_key(Policy=document)["KeyMetadata"]["Arn"]


def clerk(iam):
    """The key pair of a user who may do everything with trails, and nothing with organizations."""
    iam.create_user(UserName=CLERK)
    statement = {"Effect": "Allow", "Action": "cloudtrail:*", "Resource": "*"}
    iam.put_user_policy(UserName=CLERK, PolicyName="trails", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    key = iam.create_access_key(UserName=CLERK)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def organization(own):
    """One with a member, one that trusts nobody, one for billing alone."""
    own.create_organization(FeatureSet="ALL")
    invited = own.invite_account_to_organization(Target={"Id": MEMBER, "Type": "ACCOUNT"})["Handshake"]["Id"]
    client("organizations", MEMBER).accept_handshake(HandshakeId=invited)
    own.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    client("organizations", CLOSED).create_organization(FeatureSet="ALL")
    client("organizations", BILLED).create_organization(FeatureSet="CONSOLIDATED_BILLING")


answered, walked_rules, wrongs = walk(set_up(sys.argv[1] if len(sys.argv) > 1 else None))
answered |= conflict()
walked_rules["T19"] = 1
wrongs += rules_not_walked(walked_rules) + errors_not_seen(answered)
print("\n".join(wrongs))
sys.exit(1 if wrongs else 0)
