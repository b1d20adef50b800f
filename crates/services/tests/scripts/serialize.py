"""Requests as botocore serializes them, one JSON document a line: of every service, protocol and operation.

Each says how it travels, which operation it is, and for each member that was given the plain values below it.
"""

import base64
import datetime
import itertools
import json
import sys

import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.serialize import SERIALIZERS, create_serializer

DEPTH_MAX = 5
WHEN = datetime.datetime(2026, 5, 4, 3, 2, 1, tzinfo=datetime.timezone.utc)


class Given:
    """Values for an operation, no two texts and numbers alike, and the leaves that were given."""

    def __init__(self):
        self.numbers = itertools.count(1000)
        self.secrets = []

    def value(self, shape, leaves, depth=0, name=""):
        """A value of a shape. What the model calls sensitive is noted beside the name of the member that holds it."""
        before = len(leaves)
        value = self.plain(shape, leaves, depth, name)
        if shape.metadata.get("sensitive"):
            self.secrets += [(name, leaf) for leaf in leaves[before:] if leaf != "true"]
        return value

    def plain(self, shape, leaves, depth, name):
        kind = shape.type_name
        if kind == "structure":
            if shape.is_document_type:
                return {"a": self.text(leaves)}
            members = {}
            for inner, member in shape.members.items():
                if depth >= DEPTH_MAX and member.type_name in ("structure", "list", "map"):
                    continue
                members[inner] = self.value(member, leaves, depth + 1, inner)
                if getattr(shape, "is_tagged_union", False):
                    break
            return members
        if kind == "list":
            return [self.value(shape.member, leaves, depth + 1, name) for _ in range(2)]
        if kind == "map":
            return {f"k{next(self.numbers)}": self.value(shape.value, leaves, depth + 1, name) for _ in range(2)}
        if kind == "boolean":
            leaves.append("true")
            return True
        if kind in ("integer", "long"):
            number = next(self.numbers)
            leaves.append(str(number))
            return number
        if kind in ("float", "double"):
            number = next(self.numbers) + 0.5
            leaves.append(str(number))
            return number
        if kind == "timestamp":
            return WHEN
        if kind == "blob":
            return b"blob"
        return self.text(leaves)

    def text(self, leaves):
        text = f"v{next(self.numbers)}"
        leaves.append(text)
        return text


def request(service, protocol, operation):
    given, parameters, members = Given(), {}, {}
    streamed = operation.input_shape and operation.get_event_stream_input()
    for name, member in (operation.input_shape.members if operation.input_shape else {}).items():
        if member is streamed or member.serialization.get("jsonvalue") or member.name == getattr(streamed, "name", None):
            continue
        leaves = []
        parameters[name] = given.value(member, leaves, 0, name)
        members[name] = leaves
    serializer = create_serializer(protocol, include_validation=False)
    made = serializer.serialize_to_request(parameters, operation)
    url = "http://127.0.0.1:4581" + made["url_path"]
    sent = AWSRequest(made["method"], url, made["headers"], made["body"], made["query_string"]).prepare()
    body = sent.body or b""
    if not isinstance(body, bytes):
        body = body.encode() if isinstance(body, str) else body.read()
    path, _, query = sent.url.removeprefix("http://127.0.0.1:4581").partition("?")
    headers = {k: v.decode() if isinstance(v, bytes) else str(v) for k, v in sent.headers.items()}
    return {
        "service": service.service_name,
        "protocol": protocol,
        "operation": operation.name,
        "signing_name": service.signing_name,
        "method": made["method"],
        "path": path,
        "query": query,
        "headers": headers,
        "body": base64.b64encode(body).decode(),
        "members": members,
        "secrets": given.secrets,
    }


def main():
    session = botocore.session.get_session()
    for name in session.get_available_services():
        service = session.get_service_model(name)
        protocols = service.metadata.get("protocols") or [service.metadata["protocol"]]
        for operation_name in service.operation_names:
            operation = service.operation_model(operation_name)
            for protocol in protocols:
                if protocol in SERIALIZERS:
                    json.dump(request(service, protocol, operation), sys.stdout)
                    sys.stdout.write("\n")


main()
