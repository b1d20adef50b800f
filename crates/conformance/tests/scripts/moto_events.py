"""What the events of driven calls must say, worked out from botocore's models and not from Cairn's tables."""

import collections
import json
import re

import boto3
from moto_drive import ACCOUNT, HIDDEN, UNREADABLE

ANY = object()

# eventSource, where it is not the endpoint prefix of the service.
SOURCES = {"cloudwatch": "monitoring", "sesv2": "ses", "ses": "ses", "ecr": "ecr"}

# eventName, where it is not the operation's name. Lambda's names with dates stand in the plan.
NAMES = {("s3", "ListObjectsV2"): "ListObjects"}

# Reads by name, and those that are not what their names say.
READS = re.compile(r"(Get|List|Describe|Head|Query|Scan|Search|Lookup|Filter|Validate|BatchGet)(?![a-z])")
READ_ALL_THE_SAME = {("sts", "AssumeRole"), ("kms", "Encrypt"), ("kms", "Decrypt"), ("kms", "GenerateDataKey"),
                     ("sqs", "ReceiveMessage")}
NO_READS = {("sts", "GetSessionToken"), ("sts", "GetFederationToken")}
KEEPS_ANSWER = {("sts", "AssumeRole")}

# Headers that boto3 adds to S3 requests by itself. Tokens that it draws by itself are told by the models.
CHECKSUMS = {"x-amz-checksum-crc32", "x-amz-checksum-mode", "x-amz-sdk-checksum-algorithm"}

# Operations on what is in a resource. All others are management events.
DATA = {
    "dynamodb": {"PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan"},
    "kinesis": {"PutRecord", "GetRecords", "GetShardIterator"},
    "s3": {"PutObject", "GetObject", "HeadObject", "HeadBucket", "ListObjectsV2", "CopyObject", "PutObjectTagging",
           "GetObjectTagging", "CreateMultipartUpload", "UploadPart", "ListParts", "CompleteMultipartUpload",
           "DeleteObject", "DeleteObjects"},
    "ses": {"SendEmail"},
    "sns": {"Publish"},
    "sqs": {"GetQueueUrl", "GetQueueAttributes", "SendMessage", "ReceiveMessage", "ChangeMessageVisibility",
            "DeleteMessage", "ListQueueTags", "ListQueues"},
    "cloudwatch": {"PutMetricData", "GetMetricData", "GetMetricStatistics", "ListMetrics"},
}


def looked_up():
    """All events with what stands beside them, oldest first. boto3 would leave out what it does not know."""
    history = boto3.client("cloudtrail", region_name="all")
    pages = []
    history.meta.events.register("before-parse.cloudtrail.LookupEvents",
                                 lambda response_dict, **_: pages.append(json.loads(response_dict["body"])))
    token = {}
    while True:
        answer = history.lookup_events(EventCategory="all", MaxResults=50, **token)
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert len(pages) > 3, f"{len(pages)} pages"
    found = [(json.loads(event["CloudTrailEvent"]), event) for page in pages for event in page["Events"]]
    return found[::-1]


def by_call(found):
    """Events by the number of their call, the others beside them. Cairn's own lookups are left out."""
    numbered, others = collections.defaultdict(list), []
    for record, event in found:
        number = re.search(r" call/(\d+)\]?$", record.get("userAgent") or "")
        if number:
            numbered[int(number.group(1))].append((record, event))
        elif record["eventSource"] != "cloudtrail.amazonaws.com":
            others.append(record)
    return numbered, others


def lower_first(name):
    return name[:1].lower() + name[1:]


def in_casing(shape, value):
    """What was sent as records show it: members begin with a small letter, times and bytes are what they are."""
    kind = shape.type_name
    if kind == "structure":
        return {lower_first(name): in_casing(shape.members[name], inner) for name, inner in value.items()}
    if kind == "list":
        return [in_casing(shape.member, inner) for inner in value]
    if kind == "map":
        return {key: in_casing(shape.value, inner) for key, inner in value.items()}
    return ANY if kind in ("timestamp", "blob") else value


def expected_parameters(call):
    """`requestParameters` as a whole, and the members that may be there besides."""
    shape = call.input_shape
    drawn = {lower_first(name) for name, member in shape.members.items()
             if member.metadata.get("idempotencyToken")} if shape else set()
    if call.service == "s3":
        drawn = CHECKSUMS
    if call.recorded is not None:
        return call.recorded or None, drawn - call.recorded.keys()
    expected = in_casing(shape, call.parameters) if shape else {}
    for path in call.hidden:
        *way, last = path.split(".")
        place = expected
        for name in way:
            place = place[name]
        place[last] = HIDDEN
    return expected or None, drawn - expected.keys()


def differences(expected, found, path=""):
    """Where two values differ, in words."""
    if expected is ANY:
        return [] if found is not None else [f"{path} is missing"]
    if isinstance(expected, dict) and isinstance(found, dict):
        wrong = [f"{path}.{name} is {found[name]!r} and was not sent" for name in found.keys() - expected.keys()]
        wrong += [f"{path}.{name} is missing" for name in expected.keys() - found.keys()]
        both = [name for name in expected if name in found]
        return sorted(wrong) + [line for name in both for line in differences(expected[name], found[name], f"{path}.{name}")]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [line for number, (one, other) in enumerate(zip(expected, found))
                for line in differences(one, other, f"{path}[{number}]")]
    same = expected == found and isinstance(expected, bool) == isinstance(found, bool)
    return [] if same else [f"{path} is {found!r} instead of {expected!r}"]


def subset(expected, found, path):
    """Where members that must be there are not, or not so."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [line for name in expected for line in subset(expected[name], found.get(name), f"{path}.{name}")]
    return differences(expected, found, path)


def aspects(call, source, record, event):
    """What must be true of the event of a call: pairs of an aspect's name and how it differs."""
    name = call.name or NAMES.get((call.service, call.operation), call.operation)
    place = (call.service, call.operation)
    yield "eventName", differences(name, record["eventName"])
    yield "eventSource", differences(source, record["eventSource"])
    yield "region", differences(call.region, record["awsRegion"])
    yield "account", differences(ACCOUNT, record["recipientAccountId"])
    identity = {**call.who.identity, "accessKeyId": call.who.access_key_id}
    yield "userIdentity", subset(identity, record["userIdentity"], "") + differences(
        call.who.access_key_id, event.get("AccessKeyId"), "lookup.AccessKeyId")
    origin = event.get("OriginPrincipal", {}).get("arn")
    yield "originPrincipal", differences(call.who.origin, origin)
    parameters, drawn = expected_parameters(call)
    found = record["requestParameters"]
    found = {key: value for key, value in found.items() if key not in drawn} if isinstance(found, dict) else found
    yield "requestParameters", differences(parameters, found or None)
    refused = call.refused is not None
    if call.refused == UNREADABLE:
        yield "errorCode", [] if record.get("errorCode") else ["there is none"]
    else:
        yield "errorCode", differences(call.refused, record.get("errorCode"))
    reads = place in READ_ALL_THE_SAME or (bool(READS.match(call.operation)) and place not in NO_READS)
    yield "readOnly", differences(reads, record["readOnly"])
    is_data = call.operation in DATA.get(call.service, ())
    yield "eventCategory", differences(("Data" if is_data else "Management", not is_data),
                                       (record["eventCategory"], record["managementEvent"]))
    if (reads and place not in KEEPS_ANSWER) or refused:
        yield "responseElements", differences(None, record["responseElements"])
    answered = call.answer.get("ResponseMetadata", {})
    # moto's answers of EC2 have an id in the header and a constant in the body.
    request_id = answered.get("HTTPHeaders", {}).get("x-amzn-requestid") or answered.get("RequestId")
    if request_id:
        yield "requestID", differences(request_id, record.get("requestID"))
    if call.about is not None:
        arns = sorted(resource["ARN"] for resource in record.get("resources") or [] if "ARN" in resource)
        yield "resources", differences(sorted(call.about), arns)
