"""Calls that are driven with boto3, and of each what its event must say."""

import functools
import re
import urllib.request
from dataclasses import dataclass, field

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

ACCOUNT = "123456789012"
HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
UNREADABLE = "an answer in another protocol"


@dataclass(frozen=True)
class Who:
    """A key pair, and the identity that events of its calls must show."""

    access_key_id: str
    secret: str
    token: str | None
    identity: dict = field(hash=False, compare=False)
    origin: str | None = None


@dataclass
class Call:
    """One call as it was made."""

    number: int
    service: str
    operation: str
    input_shape: object
    protocol: str
    region: str
    who: Who
    parameters: dict
    answer: dict
    error: str | None
    refused: str | None
    recorded: dict | None
    about: list | None
    hidden: tuple
    name: str | None
    each: list


class Drive:
    """All calls to one endpoint. Each carries its number at the end of its User-Agent."""

    def __init__(self, endpoint_url, who):
        self.endpoint_url = endpoint_url
        self.who = who
        self.calls = []
        self.secrets = set()
        self.protocols = set()
        self.sent = 0
        self.clients = {}

    def service(self, name, who=None, region="us-east-1", speaks=None):
        """A function that makes one call of a service by the operation's name in the API."""
        who = who or self.who
        key = (name, who.access_key_id, region, speaks)
        if key not in self.clients:
            self.clients[key] = self._client(name, who, region, speaks)
        client, methods = self.clients[key]

        def call(operation, **options):
            return self._call(client, methods[operation], (name, operation, region, who), options)

        return call

    def _client(self, name, who, region, speaks):
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"},
                        parameter_validation=True, inject_host_prefix=False)
        client = session_that_speaks(speaks).client(name, endpoint_url=self.endpoint_url, region_name=region,
                                                    config=config,
                                                    aws_access_key_id=who.access_key_id,
                                                    aws_secret_access_key=who.secret, aws_session_token=who.token)
        client.meta.events.register("before-send", self._mark)
        return client, {operation: method for method, operation in client.meta.method_to_api_mapping.items()}

    def _mark(self, request, **_):
        self.sent += 1
        agent = request.headers["User-Agent"]
        agent = agent.decode() if isinstance(agent, bytes) else agent
        request.headers["User-Agent"] = f"{agent} call/{len(self.calls)}"

    def _call(self, client, method, place, options):
        service, operation, region, who = place
        expected = {name: options.pop(name, None) for name in ["refused", "recorded", "about", "name"]}
        hidden, each = options.pop("hidden", ()), options.pop("each", [])
        options.update(options.pop("api", {}))
        self.sent = 0
        error = None
        try:
            answer = getattr(client, method)(**options)
        except ClientError as raised:
            answer, error = raised.response, raised.response["Error"]["Code"]
        except ResponseParserError:
            answer, error = {}, UNREADABLE
        assert self.sent == 1, f"{service} {operation} was sent {self.sent} times"
        if expected["refused"] is None:
            assert error is None, f"{service} {operation} was refused: {answer}"
        else:
            bare = re.sub(r"^Client\.", "", expected["refused"])
            accepted = {bare, bare.removesuffix("Exception"), *(["404"] if operation.startswith("Head") else [])}
            codes = {error, answer.get("Error", {}).get("QueryErrorCode")}
            assert codes & accepted, f"{service} {operation}: {error} instead of {expected['refused']}: {answer}"
        if hasattr(answer.get("Body"), "read"):
            answer["Body"] = answer["Body"].read()
        if hasattr(answer.get("Payload"), "read"):
            answer["Payload"] = answer["Payload"].read()
        model = client.meta.service_model
        protocol = model.resolved_protocol
        self.protocols.add(protocol)
        self.calls.append(Call(len(self.calls), service, operation, model.operation_model(operation).input_shape,
                               protocol, region, who, options, answer, error, hidden=hidden, each=each, **expected))
        return answer

    def secret(self, text):
        """A text that no event may hold."""
        self.secrets.add(text)
        return text

    def user(self, key):
        """The user that a `CreateAccessKey` answer is about."""
        secret = self.secret(key["SecretAccessKey"])
        arn = f"arn:aws:iam::{ACCOUNT}:user/{key['UserName']}"
        identity = {"type": "IAMUser", "userName": key["UserName"], "arn": arn, "accountId": ACCOUNT}
        return Who(key["AccessKeyId"], secret, None, identity)

    def session(self, answer, role, caller):
        """The session that an `AssumeRole` answer is about."""
        credentials = answer["Credentials"]
        issuer = {"type": "Role", "userName": role, "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}", "accountId": ACCOUNT}
        identity = {"type": "AssumedRole", "arn": answer["AssumedRoleUser"]["Arn"], "accountId": ACCOUNT,
                    "sessionContext": {"sessionIssuer": issuer}}
        return self._temporary(credentials, identity, caller)

    def federated(self, answer, caller):
        """The session that a `GetFederationToken` answer is about."""
        identity = {"type": "FederatedUser", "arn": answer["FederatedUser"]["Arn"], "accountId": ACCOUNT}
        return self._temporary(answer["Credentials"], identity, caller)

    def same_user(self, answer, caller):
        """The session that a `GetSessionToken` answer is about."""
        return self._temporary(answer["Credentials"], caller.identity, caller)

    def _temporary(self, credentials, identity, caller):
        secret, token = self.secret(credentials["SecretAccessKey"]), self.secret(credentials["SessionToken"])
        return Who(credentials["AccessKeyId"], secret, token, identity, caller.origin or caller.identity["arn"])


@functools.cache
def session_that_speaks(protocol):
    """A session whose clients speak one protocol, or the one that botocore prefers."""
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def narrowed(service_name, type_name, api_version=None):
        model = load(service_name, type_name, api_version)
        if protocol is None or type_name != "service-2":
            return model
        assert protocol in model["metadata"]["protocols"], service_name
        return {**model, "metadata": {**model["metadata"], "protocols": [protocol]}}

    loader.load_service_model = narrowed
    return boto3.Session(botocore_session=session)


def reset(moto_url):
    """Takes everything back in moto and lets it draw the same identifiers again."""
    seed = "/moto-api/seed?a=42"
    for path in [seed, "/moto-api/reset", seed]:
        urllib.request.urlopen(urllib.request.Request(moto_url + path, method="POST"), timeout=30).read()
