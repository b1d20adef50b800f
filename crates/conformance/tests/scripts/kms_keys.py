"""Keys of the built-in kms, and objects under them, as boto3 asks for both."""

import json
import pathlib
import sys

import boto3
from expect import refused, run

kms = boto3.client("kms")
s3 = boto3.client("s3")
FOLDER = pathlib.Path(sys.argv[1])


def new_key():
    return kms.create_key(Description="for logs", Tags=[{"TagKey": "team", "TagValue": "blue"}])["KeyMetadata"]


def a_data_key_opens_with_its_context_alone():
    key = new_key()
    kms.create_alias(AliasName="alias/data", TargetKeyId=key["KeyId"])
    made = kms.generate_data_key(KeyId="alias/data", KeySpec="AES_256", EncryptionContext={"a": "1", "B": "2"})
    assert len(made["Plaintext"]) == 32 and made["KeyId"] == key["Arn"]
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"B": "2", "a": "1"})
    assert opened["Plaintext"] == made["Plaintext"] and opened["KeyId"] == key["Arn"]
    blob = made["CiphertextBlob"]
    for bad in [blob[:-1], blob[:20], blob[:30] + bytes([blob[30] ^ 1]) + blob[31:]]:
        refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=bad, EncryptionContext={"a": "1", "B": "2"})
    refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=blob, EncryptionContext={"a": "1"})
    refused("IncorrectKeyException", kms.decrypt, CiphertextBlob=blob, KeyId=new_key()["KeyId"],
            EncryptionContext={"a": "1", "B": "2"})
    refused("NotFoundException", kms.encrypt, KeyId="alias/none", Plaintext=b"x")
    abroad = boto3.client("kms", region_name="eu-west-1").create_key()["KeyMetadata"]["Arn"]
    refused("NotFoundException", kms.decrypt, CiphertextBlob=blob, KeyId=abroad, EncryptionContext={"a": "1", "B": "2"})


def a_new_key_can_be_changed_by_whoever_makes_it():
    somebody = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [somebody]})
    refused("MalformedPolicyDocumentException", kms.create_key, Policy=policy)
    made = kms.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]
    assert made["KeyState"] == "Enabled"


def objects_are_encrypted_by_default():
    s3.create_bucket(Bucket="sealed-bucket")
    text = b"a line that is easily found again\n" * 10_000
    put = s3.put_object(Bucket="sealed-bucket", Key="a", Body=text)
    assert put["ServerSideEncryption"] == "AES256"
    got = s3.get_object(Bucket="sealed-bucket", Key="a")
    assert got["Body"].read() == text and got["ServerSideEncryption"] == "AES256"
    part = s3.get_object(Bucket="sealed-bucket", Key="a", Range="bytes=65530-65545")
    assert part["Body"].read() == text[65530:65546]
    listed = s3.list_objects_v2(Bucket="sealed-bucket")["Contents"][0]
    assert listed["Size"] == len(text) and listed["ETag"] == put["ETag"]
    assert b"easily found" not in (FOLDER / "buckets/sealed-bucket/a").read_bytes()
    rule = s3.get_bucket_encryption(Bucket="sealed-bucket")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def objects_under_a_key_need_it():
    key = new_key()
    put = s3.put_object(Bucket="sealed-bucket", Key="k", Body=b"hello", ServerSideEncryption="aws:kms",
                        SSEKMSKeyId=key["KeyId"])
    assert put["ServerSideEncryption"] == "aws:kms" and put["SSEKMSKeyId"] == key["Arn"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}
    s3.put_bucket_encryption(Bucket="sealed-bucket", ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": default}]})
    assert s3.put_object(Bucket="sealed-bucket", Key="d", Body=b"x")["SSEKMSKeyId"] == key["Arn"]
    kms.disable_key(KeyId=key["KeyId"])
    refused("KMS.DisabledException", s3.get_object, Bucket="sealed-bucket", Key="k")
    refused("KMS.DisabledException", s3.put_object, Bucket="sealed-bucket", Key="e", Body=b"x")
    assert s3.head_object(Bucket="sealed-bucket", Key="k")["ContentLength"] == 5
    kms.enable_key(KeyId=key["KeyId"])
    assert s3.get_object(Bucket="sealed-bucket", Key="k")["Body"].read() == b"hello"
    s3.delete_bucket_encryption(Bucket="sealed-bucket")
    assert s3.put_object(Bucket="sealed-bucket", Key="e", Body=b"x")["ServerSideEncryption"] == "AES256"
    managed = s3.put_object(Bucket="sealed-bucket", Key="m", Body=b"x", ServerSideEncryption="aws:kms")["SSEKMSKeyId"]
    assert kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"] == managed
    refused("KMS.NotFoundException", s3.put_object, Bucket="sealed-bucket", Key="n", Body=b"x",
            ServerSideEncryption="aws:kms", SSEKMSKeyId="alias/none")


def what_terraform_reads_of_a_key_is_there():
    key = new_key()["KeyId"]
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    assert "kms:*" in kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    assert kms.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "team", "TagValue": "blue"}]
    assert key in [listed["KeyId"] for listed in kms.list_keys()["Keys"]]
    assert kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)["KeyState"] == "PendingDeletion"
    refused("KMSInvalidStateException", kms.encrypt, KeyId=key, Plaintext=b"x")
    kms.cancel_key_deletion(KeyId=key)
    refused("DisabledException", kms.encrypt, KeyId=key, Plaintext=b"x")


def no_event_holds_a_secret():
    trail = boto3.client("cloudtrail")
    key = new_key()["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"the secret of this test", EncryptionContext={"Team": "blue"})
    kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"Team": "blue"})
    wanted = [{"AttributeKey": "EventName", "AttributeValue": "Encrypt"}]
    events = trail.lookup_events(LookupAttributes=wanted)["Events"]
    newest = json.loads(events[0]["CloudTrailEvent"])
    assert newest["requestParameters"] == {"keyId": key, "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
                                           "encryptionContext": {"Team": "blue"}}, newest
    assert newest["responseElements"] is None and newest["readOnly"] is True


def what_was_sealed_before_the_kill_opens():
    sealed = (FOLDER / "sealed-by-the-test").read_bytes()
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"hello"
    assert s3.get_object(Bucket="sealed-bucket", Key="k")["Body"].read() == b"hello"


def something_is_sealed():
    sealed = kms.encrypt(KeyId=new_key()["KeyId"], Plaintext=b"hello")["CiphertextBlob"]
    (FOLDER / "sealed-by-the-test").write_bytes(sealed)


if len(sys.argv) > 2:
    run(what_was_sealed_before_the_kill_opens)
run(a_data_key_opens_with_its_context_alone, a_new_key_can_be_changed_by_whoever_makes_it, objects_are_encrypted_by_default, objects_under_a_key_need_it,
    what_terraform_reads_of_a_key_is_there, no_event_holds_a_secret,
    something_is_sealed)
