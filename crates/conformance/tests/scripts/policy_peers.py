"""Random policies and requests: what the server decides, beside two published evaluators.

Where a peer is wrong by AWS's documentation, KNOWN says for which policies and why. An entry by which no disagreement is
explained any more fails the test, so that the list only shrinks.
"""

import collections
import collections.abc
import json
import random
import sys

# Principal Mapper looks for these where Python had them up to 3.9.
for name in ("Mapping", "MutableMapping"):
    setattr(collections, name, getattr(collections.abc, name))

import boto3
from moto.iam.access_control import IAMPolicy, PermissionResult
from principalmapper.querying.local_policy_simulation import policy_has_matching_statement
from principalmapper.util.case_insensitive_dict import CaseInsensitiveDict

SETS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:GetBucketAcl", "kms:Decrypt"]
RESOURCES = ["arn:aws:s3:::b", "arn:aws:s3:::b/alice/1", "arn:aws:s3:::B/alice/2", "arn:aws:s3:::c/ops-2"]
ACTION_PATTERNS = ["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:*Object", "kms:*"]
RESOURCE_PATTERNS = [
    "*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::*/alice/*", "arn:aws:s3:::*/1", "arn:aws:s3:::c/ops-*"]
# What the policies of one set have beside these: few things at a time, so that it shows which of them a peer gets wrong.
TWISTS = {
    "question mark": (["s3:?etObject", "s3:GetBucket?cl"], ["arn:aws:s3:::?/alice/?"]),
    "case": (["s3:getobject", "S3:PUTOBJECT"], []),
    "variable": ([], ["arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::*/${aws:username}/1"]),
    "NotResource": ([], []),
    "condition": ([], []),
}
# Every key that conditions ask about is told: of one that is not, nobody says whether the request has it.
CONTEXT = {"aws:username": ("string", ["alice"]), "aws:SourceIp": ("ip", ["10.1.2.3"]), "s3:max-keys": ("numeric", ["5"]),
           "aws:SecureTransport": ("boolean", ["true"])}
TEXTS = ["alice", "Alice", "al*", "a?ice", "bob"]
CONDITIONS = (
    [("aws:username", operator, TEXTS) for operator in (
        "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
        "StringNotLike", "StringEqualsIfExists", "ForAnyValue:StringLike")]
    + [("aws:SourceIp", operator, ["10.0.0.0/8", "10.1.2.3/32", "192.168.0.0/16"]) for operator in (
        "IpAddress", "NotIpAddress")]
    + [("s3:max-keys", operator, ["5", "4", "6"]) for operator in (
        "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals")]
    + [("aws:SecureTransport", "Bool", ["true", "false"])]
)


def some(chance, values):
    return chance.sample(values, chance.randint(1, 2))


def statement(chance, twists):
    actions = ACTION_PATTERNS + [pattern for twist in twists for pattern in TWISTS[twist][0]]
    resources = RESOURCE_PATTERNS + [pattern for twist in twists for pattern in TWISTS[twist][1]]
    made = {"Effect": chance.choice(["Allow", "Allow", "Deny"])}
    made[chance.choice(["Action", "Action", "Action", "NotAction"])] = some(chance, actions)
    made["NotResource" if "NotResource" in twists and chance.random() < 0.5 else "Resource"] = some(chance, resources)
    if "condition" in twists and chance.random() < 0.7:
        key, operator, values = chance.choice(CONDITIONS)
        made["Condition"] = {operator: {key: some(chance, values)}}
    return made


def policies_of_a_set(chance):
    twists = chance.sample(sorted(TWISTS), chance.choice([0, 1, 1, 3]))
    policy = lambda: {"Version": "2012-10-17", "Statement": [statement(chance, twists) for _ in range(chance.randint(1, 4))]}
    return [policy() for _ in range(chance.randint(1, 3))]


def principal_mapper(policies, action, resource):
    known = CaseInsensitiveDict({key: values[0] for key, (_, values) in CONTEXT.items()})
    says = lambda effect: any(policy_has_matching_statement(one, effect, action, resource, known) for one in policies)
    return "explicitDeny" if says("Deny") else "allowed" if says("Allow") else "implicitDeny"


def moto(policies, action, resource):
    results = [IAMPolicy(json.dumps(one)).is_action_permitted(action, resource) for one in policies]
    if PermissionResult.DENIED in results:
        return "explicitDeny"
    return "allowed" if PermissionResult.PERMITTED in results else "implicitDeny"


def statements(policies):
    return [made for one in policies for made in one["Statement"]]


def lists(policies, *elements):
    return [pattern for made in statements(policies) for element in elements for pattern in made.get(element, [])]


# Each: which policies and request it is about, and why the peer is wrong.
KNOWN = {
    "principal mapper": {
        "resources are compared whatever their case": lambda policies, _, resource: "B" in resource,
    },
    "moto": {
        "a question mark is no wildcard": lambda policies, *_: any(
            "?" in pattern for pattern in lists(policies, "Action", "NotAction", "Resource")),
        "the case of actions counts": lambda policies, *_: any(
            pattern in TWISTS["case"][0] for pattern in lists(policies, "Action", "NotAction")),
        "NotResource is passed over, and so is the effect beside it": lambda policies, *_: lists(policies, "NotResource"),
        "policy variables are not filled in": lambda policies, *_: any("${" in pattern for pattern in lists(policies, "Resource")),
        "of conditions it knows those of trust policies alone": lambda policies, *_: any("Condition" in made for made in statements(policies)),
    },
}
PEERS = {"principal mapper": principal_mapper, "moto": moto}


def decided(iam, policies):
    """What the server says, by action and resource."""
    entries = [{"ContextKeyName": key, "ContextKeyType": kind, "ContextKeyValues": values} for key, (kind, values) in CONTEXT.items()]
    answer = iam.simulate_custom_policy(
        PolicyInputList=[json.dumps(one) for one in policies], ActionNames=ACTIONS, ResourceArns=RESOURCES, ContextEntries=entries)
    return {(one["EvalActionName"], one["EvalResourceName"]): one["EvalDecision"] for one in answer["EvaluationResults"]}


def main():
    iam, chance = boto3.client("iam"), random.Random(20261122)
    explained, compared, outcomes = collections.Counter(), collections.Counter(), collections.Counter()
    for _ in range(SETS):
        policies = policies_of_a_set(chance)
        found = decided(iam, policies)
        assert len(found) == len(ACTIONS) * len(RESOURCES), found
        for (action, resource), ours in found.items():
            outcomes[ours] += 1
            for name, ask in PEERS.items():
                reasons = [reason for reason, fits in KNOWN[name].items() if fits(policies, action, resource)]
                theirs = ask(policies, action, resource)
                if theirs == ours:
                    compared[name, "with a known mistake in reach" if reasons else "plain"] += 1
                    continue
                assert reasons, f"{name}: {theirs}, ours: {ours} for {action} on {resource} by {json.dumps(policies)}"
                if len(reasons) == 1:
                    explained[name, reasons[0]] += 1
    for name, reasons in KNOWN.items():
        for reason in reasons:
            assert explained[name, reason] or SETS < 200, f"{name}: no disagreement any more by: {reason}"
        assert compared[name, "plain"] >= SETS, compared
    assert all(outcomes[word] > SETS for word in ("allowed", "explicitDeny", "implicitDeny")), outcomes
    print(dict(outcomes), dict(compared), dict(explained))


if __name__ == "__main__":
    main()
