"""An identity provider that calls make: whom its tokens vouch for, and until when."""

import json
import sys

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from expect import refused, run
from issuer import Issuer

ACCOUNT = "123456789012"
PORT, CERTIFICATE, KEY = sys.argv[1:]

iam = boto3.client("iam")
sts = boto3.client("sts", config=Config(signature_version=UNSIGNED))
issuer = Issuer(int(PORT), tls=(CERTIFICATE, KEY))
provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/127.0.0.1:{PORT}"
role = f"arn:aws:iam::{ACCOUNT}:role/deploy"


def assume(**claims):
    return sts.assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="run", WebIdentityToken=issuer.token(**{"aud": "one"} | claims)
    )


def made():
    arn = iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["one", "two"])["OpenIDConnectProviderArn"]
    assert arn == provider, arn


def nobody_is_believed_before_there_is_a_provider():
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"127.0.0.1:{PORT}:sub": "nina"}},
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)
    refused("InvalidIdentityToken", assume)


def its_tokens_assume_the_role_that_trusts_it():
    made()
    answer = assume()
    assert answer["Provider"] == provider and answer["Audience"] == "one", answer
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run", answer
    given = answer["Credentials"]
    session = boto3.client(
        "sts",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    assert session.get_caller_identity()["Arn"] == answer["AssumedRoleUser"]["Arn"]
    refused("AccessDenied", assume, sub="omar")


def tokens_for_others_are_refused():
    refused("InvalidIdentityToken", assume, aud="elsewhere")
    assume(aud="two")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=provider, ClientID="two")
    refused("InvalidIdentityToken", assume, aud="two")
    assume(aud="one")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=provider, ClientID="two")
    assume(aud="two")


def it_has_tags():
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=provider, Tags=[{"Key": "team", "Value": "ops"}])
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=provider, Tags=[{"Key": "cost", "Value": "1"}])
    iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=provider, TagKeys=["cost"])
    expected = [{"Key": "team", "Value": "ops"}]
    listed = iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=provider)
    assert listed["Tags"] == expected and not listed["IsTruncated"], listed
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["Tags"] == expected


def nobody_is_believed_after_it_is_deleted():
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider)
    refused("InvalidIdentityToken", assume)
    refused("NoSuchEntity", iam.list_open_id_connect_provider_tags, OpenIDConnectProviderArn=provider)
    made()
    assume()


run(
    nobody_is_believed_before_there_is_a_provider,
    its_tokens_assume_the_role_that_trusts_it,
    tokens_for_others_are_refused,
    it_has_tags,
    nobody_is_believed_after_it_is_deleted,
)
