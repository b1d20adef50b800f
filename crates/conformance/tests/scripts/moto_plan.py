"""What is called through the gateway: services of every protocol, made, read, changed, deleted and refused.

A call is `service("Operation", ..)` with the parameters that boto3 takes and, beside them, what the event must say where
that does not follow from the parameters: `refused` (errorCode), `recorded` (requestParameters as a whole), `about` (ARNs
of its resources), `hidden` (members whose value must be the marker), `name` (eventName), `each` (further events). `api`
holds parameters whose names are among these.
"""

import base64
import datetime
import hashlib
import io
import json
import zipfile

from moto_drive import ACCOUNT, HIDDEN, UNREADABLE

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]})
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})


def iam_and_sts(drive):
    iam, sts = drive.service("iam"), drive.service("sts")
    arn = f"arn:aws:iam::{ACCOUNT}:"
    alice_arn = [arn + "user/alice"]
    sts("GetCallerIdentity")
    iam("CreateUser", UserName="alice", Tags=[{"Key": "team", "Value": "audit"}], about=alice_arn)
    iam("CreateUser", UserName="alice", refused="EntityAlreadyExistsException", about=alice_arn)
    iam("GetUser", UserName="alice", about=alice_arn)
    iam("GetUser", UserName="nobody", refused="NoSuchEntityException")
    iam("ListUsers", MaxItems=10)
    password = drive.secret("Correct-Horse-4-Battery")
    iam("CreateLoginProfile", UserName="alice", Password=password, PasswordResetRequired=True, hidden=["password"])
    iam("GetLoginProfile", UserName="alice")
    password = drive.secret("Another-Horse-5-Staple")
    iam("UpdateLoginProfile", UserName="alice", Password=password, hidden=["password"])
    iam("DeleteLoginProfile", UserName="alice")
    alice = drive.user(iam("CreateAccessKey", UserName="alice", about=alice_arn)["AccessKey"])
    iam("ListAccessKeys", UserName="alice")
    for role in ["reader", "auditor"]:
        iam("CreateRole", RoleName=role, AssumeRolePolicyDocument=TRUST, MaxSessionDuration=7200,
            about=[arn + "role/" + role])
    iam("GetRole", RoleName="reader", about=[arn + "role/reader"])
    iam("UpdateRole", RoleName="reader", Description="reads", MaxSessionDuration=3600)
    iam("ListRoles")
    iam("PutRolePolicy", RoleName="reader", PolicyName="read", PolicyDocument=POLICY)
    iam("GetRolePolicy", RoleName="reader", PolicyName="read")
    iam("ListRolePolicies", RoleName="reader")
    iam("DeleteRolePolicy", RoleName="reader", PolicyName="read")
    policy = iam("CreatePolicy", PolicyName="objects", PolicyDocument=POLICY)["Policy"]["Arn"]
    iam("GetPolicy", PolicyArn=policy, about=[policy])
    iam("AttachUserPolicy", UserName="alice", PolicyArn=policy, about=sorted([policy, *alice_arn]))
    iam("ListAttachedUserPolicies", UserName="alice")
    iam("DetachUserPolicy", UserName="alice", PolicyArn=policy)
    iam("DeletePolicy", PolicyArn=policy)
    iam("CreateGroup", GroupName="team", about=[arn + "group/team"])
    iam("AddUserToGroup", GroupName="team", UserName="alice", about=[arn + "group/team", *alice_arn])
    iam("GetGroup", GroupName="team")
    iam("RemoveUserFromGroup", GroupName="team", UserName="alice")
    iam("DeleteGroup", GroupName="team")
    iam("CreateInstanceProfile", InstanceProfileName="profile")
    iam("AddRoleToInstanceProfile", InstanceProfileName="profile", RoleName="reader")
    iam("TagUser", UserName="alice", Tags=[{"Key": "stage", "Value": "test"}])
    iam("ListUserTags", UserName="alice")
    iam("UpdateAccountPasswordPolicy", MinimumPasswordLength=12, RequireSymbols=True)
    iam("GetAccountPasswordPolicy")
    iam("CreateAccountAlias", AccountAlias="cairn-tests")
    return alice


def chains(drive, alice):
    """Who calls is learnt from what went before: keys, sessions, sessions of sessions."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/"
    sts = drive.service("sts", alice)
    sts("GetCallerIdentity")
    answer = sts("AssumeRole", RoleArn=arn + "reader", RoleSessionName="first", DurationSeconds=900,
                 about=[arn + "reader"])
    first = drive.session(answer, "reader", alice)
    drive.service("sts", first)("GetCallerIdentity")
    drive.service("dynamodb", first)("ListTables")
    answer = drive.service("sts", first)("AssumeRole", RoleArn=arn + "auditor", RoleSessionName="second")
    second = drive.session(answer, "auditor", first)
    drive.service("sqs", second)("ListQueues")
    drive.service("dynamodb", second)("DescribeTable", TableName="nowhere", refused="ResourceNotFoundException")
    drive.service("ec2", second, "eu-west-1")("DescribeKeyPairs", recorded={
        "keySet": {}, "keyPairIdSet": {}, "filterSet": {}})
    # A name that claims to be somebody else is traced to its caller all the same.
    forged = drive.session(sts("AssumeRole", RoleArn=arn + "reader", RoleSessionName="root"), "reader", alice)
    drive.service("kms", forged)("ListKeys", Limit=5)
    lent = drive.same_user(sts("GetSessionToken", DurationSeconds=900), alice)
    drive.service("s3", lent)("ListBuckets", recorded={"Host": drive.endpoint_url.removeprefix("http://")})
    federated = drive.federated(sts("GetFederationToken", Name="bob", DurationSeconds=900), alice)
    drive.service("sns", federated)("ListTopics")
    iam = drive.service("iam", alice)
    carol = iam("CreateUser", UserName="carol")["User"]["UserName"]
    carol = drive.user(iam("CreateAccessKey", UserName=carol)["AccessKey"])
    drive.service("ssm", carol)("DescribeParameters", MaxResults=5)
    iam("UpdateAccessKey", UserName="carol", AccessKeyId=carol.access_key_id, Status="Inactive")
    iam("DeleteAccessKey", UserName="carol", AccessKeyId=carol.access_key_id)
    iam("DeleteUser", UserName="carol")


def s3(drive):
    s3, host = drive.service("s3"), drive.endpoint_url.removeprefix("http://")
    bucket, photo = "arn:aws:s3:::photos", "arn:aws:s3:::photos/2025/a b"

    def at(key=None, **more):
        return {"bucketName": "photos", "Host": host, **({"key": key} if key else {}), **more}

    s3("CreateBucket", Bucket="photos", recorded=at(), about=[bucket])
    s3("HeadBucket", Bucket="photos", recorded=at())
    s3("HeadBucket", Bucket="nowhere", refused="NoSuchBucket", recorded={"bucketName": "nowhere", "Host": host})
    s3("ListBuckets", recorded={"Host": host})
    s3("PutBucketVersioning", Bucket="photos", VersioningConfiguration={"Status": "Suspended"}, about=[bucket],
       recorded=at(versioning="", VersioningConfiguration={
           "xmlns": "http://s3.amazonaws.com/doc/2006-03-01/", "Status": "Suspended"}))
    s3("GetBucketVersioning", Bucket="photos", recorded=at(versioning=""))
    s3("PutBucketTagging", Bucket="photos", Tagging={"TagSet": [{"Key": "team", "Value": "audit"}]}, about=[bucket],
       recorded=at(tagging="", Tagging={"xmlns": "http://s3.amazonaws.com/doc/2006-03-01/",
                                        "TagSet": {"Tag": {"Key": "team", "Value": "audit"}}}))
    s3("GetBucketTagging", Bucket="photos", recorded=at(tagging=""))
    s3("PutBucketPolicy", Bucket="photos", Policy=POLICY, recorded=at(policy="", bucketPolicy=json.loads(POLICY)))
    s3("GetBucketPolicy", Bucket="photos", recorded=at(policy=""))
    s3("GetBucketLocation", Bucket="photos", recorded=at(location=""))
    s3("PutObject", Bucket="photos", Key="2025/a b", Body=b"hello", about=[bucket, photo], recorded=at("2025/a b"))
    customer_key = drive.secret("k" * 32)
    s3("PutObject", Bucket="photos", Key="2025/ü", Body=b"hello", SSECustomerAlgorithm="AES256",
       SSECustomerKey=customer_key, recorded=at(
           "2025/ü", **{"x-amz-server-side-encryption-customer-algorithm": "AES256",
                        "x-amz-server-side-encryption-customer-key": HIDDEN,
                        "x-amz-server-side-encryption-customer-key-md5": base64.b64encode(
                            hashlib.md5(customer_key.encode()).digest()).decode()}))
    s3("GetObject", Bucket="photos", Key="2025/a b", about=[bucket, photo], recorded=at("2025/a b"))
    s3("GetObject", Bucket="photos", Key="gone", refused="NoSuchKey", recorded=at("gone"))
    s3("HeadObject", Bucket="photos", Key="2025/a b", recorded=at("2025/a b"))
    s3("ListObjectsV2", Bucket="photos", Prefix="2025/", MaxKeys=7,
       recorded=at(**{"list-type": "2", "prefix": "2025/", "max-keys": "7", "encoding-type": "url"}))
    s3("CopyObject", Bucket="photos", Key="copy", CopySource="photos/2025/a b",
       recorded=at("copy", **{"x-amz-copy-source": "photos/2025/a%20b"}))
    s3("PutObjectTagging", Bucket="photos", Key="copy", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]},
       recorded=at("copy", tagging="", Tagging={"xmlns": "http://s3.amazonaws.com/doc/2006-03-01/",
                                                "TagSet": {"Tag": {"Key": "a", "Value": "b"}}}))
    s3("GetObjectTagging", Bucket="photos", Key="copy", recorded=at("copy", tagging=""))
    upload = s3("CreateMultipartUpload", Bucket="photos", Key="large", recorded=at("large", uploads=""))["UploadId"]
    part = s3("UploadPart", Bucket="photos", Key="large", UploadId=upload, PartNumber=1, Body=b"x" * 100,
              recorded=at("large", uploadId=upload, partNumber="1"))
    s3("ListParts", Bucket="photos", Key="large", UploadId=upload, recorded=at("large", uploadId=upload))
    s3("CompleteMultipartUpload", Bucket="photos", Key="large", UploadId=upload,
       MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}, recorded=at("large", uploadId=upload))
    s3("DeleteObject", Bucket="photos", Key="large", about=[bucket, bucket + "/large"], recorded=at("large"))
    s3("DeleteObjects", Bucket="photos", Delete={"Objects": [{"Key": "copy"}, {"Key": "2025/ü"}, {"Key": "2025/a b"}]},
       recorded=at(delete=""), each=[("DeleteObject", key) for key in ["2025/a b", "2025/ü", "copy"]])
    s3("DeleteBucketPolicy", Bucket="photos", recorded=at(policy=""))
    s3("DeleteBucket", Bucket="photos", recorded=at(), about=[bucket])
    s3("DeleteBucket", Bucket="photos", refused="NoSuchBucket", recorded=at())


def dynamodb(drive):
    dynamodb = drive.service("dynamodb")
    table = [f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/music"]
    keys = {"KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}]}
    item = {"artist": {"S": "nina"}, "song": {"S": drive.secret("a-song-that-is-content")}}
    dynamodb("CreateTable", TableName="music", BillingMode="PAY_PER_REQUEST", about=table, **keys)
    dynamodb("CreateTable", TableName="music", BillingMode="PAY_PER_REQUEST", refused="ResourceInUseException", **keys)
    dynamodb("DescribeTable", TableName="music", about=table)
    dynamodb("ListTables", Limit=10)
    dynamodb("PutItem", TableName="music", Item=item, about=table, recorded={"tableName": "music",
             "item": HIDDEN})
    dynamodb("GetItem", TableName="music", Key={"artist": {"S": "nina"}}, ConsistentRead=True, about=table)
    dynamodb("UpdateItem", TableName="music", Key={"artist": {"S": "nina"}}, UpdateExpression="SET song = :s",
             ExpressionAttributeValues={":s": {"S": "a-song-that-is-content"}}, hidden=["expressionAttributeValues"])
    dynamodb("Query", TableName="music", KeyConditionExpression="artist = :a",
             ExpressionAttributeValues={":a": {"S": "nina"}}, hidden=["expressionAttributeValues"])
    dynamodb("Scan", TableName="music", Limit=3)
    dynamodb("DeleteItem", TableName="music", Key={"artist": {"S": "nina"}})
    dynamodb("GetItem", TableName="gone", Key={"artist": {"S": "nina"}}, refused="ResourceNotFoundException")
    dynamodb("UpdateTimeToLive", TableName="music", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})
    dynamodb("DescribeTimeToLive", TableName="music")
    dynamodb("TagResource", ResourceArn=table[0], Tags=[{"Key": "team", "Value": "audit"}])
    dynamodb("ListTagsOfResource", ResourceArn=table[0])
    dynamodb("DeleteTable", TableName="music", about=table)


def sqs_and_sns(drive):
    sqs, sns = drive.service("sqs"), drive.service("sns", region="eu-west-1")
    queue = [f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"]
    message = drive.secret("a-message-that-is-content")
    url = sqs("CreateQueue", QueueName="jobs", Attributes={"VisibilityTimeout": "40"}, about=queue)["QueueUrl"]
    sqs("GetQueueUrl", QueueName="jobs", about=queue)
    sqs("GetQueueUrl", QueueName="nowhere", refused="QueueDoesNotExist")
    sqs("GetQueueAttributes", QueueUrl=url, AttributeNames=["All"], about=queue)
    sqs("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "0"}, about=queue)
    sqs("SendMessage", QueueUrl=url, MessageBody=message, DelaySeconds=0, hidden=["messageBody"], about=queue)
    received = sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=1, about=queue)["Messages"][0]
    sqs("ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=received["ReceiptHandle"], VisibilityTimeout=10)
    sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])
    sqs("TagQueue", QueueUrl=url, Tags={"team": "audit"})
    sqs("ListQueueTags", QueueUrl=url)
    sqs("PurgeQueue", QueueUrl=url, about=queue)
    sqs("DeleteQueue", QueueUrl=url, about=queue)
    topic = f"arn:aws:sns:eu-west-1:{ACCOUNT}:news"
    sns("CreateTopic", Name="news", Tags=[{"Key": "team", "Value": "audit"}], about=[topic])
    sns("SetTopicAttributes", TopicArn=topic, AttributeName="DisplayName", AttributeValue="News", about=[topic])
    sns("GetTopicAttributes", TopicArn=topic, about=[topic])
    subscription = sns("Subscribe", TopicArn=topic, Protocol="email", Endpoint="a@example.com")["SubscriptionArn"]
    sns("ListSubscriptionsByTopic", TopicArn=topic)
    sns("Publish", TopicArn=topic, Message=message, Subject="greetings", hidden=["message", "subject"])
    sns("Unsubscribe", SubscriptionArn=subscription, about=[subscription])
    sns("DeleteTopic", TopicArn=topic, about=[topic])
    sns("GetTopicAttributes", TopicArn=topic, refused="NotFound")


def keys_and_secrets(drive):
    kms, secrets, ssm = drive.service("kms"), drive.service("secretsmanager"), drive.service("ssm")
    made = kms("CreateKey", Description="tests", Tags=[{"TagKey": "team", "TagValue": "audit"}])["KeyMetadata"]
    key, arn = made["KeyId"], [made["Arn"]]
    kms("CreateAlias", AliasName="alias/tests", TargetKeyId=key, about=arn)
    kms("DescribeKey", KeyId=key, about=arn)
    kms("EnableKeyRotation", KeyId=key, about=arn)
    kms("GetKeyRotationStatus", KeyId=key)
    plain = drive.secret("plaintext-of-a-key")
    sealed = kms("Encrypt", KeyId=key, Plaintext=plain.encode(), EncryptionContext={"purpose": "tests"},
                 about=arn, hidden=["plaintext"])["CiphertextBlob"]
    kms("Decrypt", CiphertextBlob=sealed, EncryptionContext={"purpose": "tests"}, hidden=["ciphertextBlob"])
    kms("GenerateDataKey", KeyId=key, KeySpec="AES_256")
    kms("ListAliases")
    kms("DescribeKey", KeyId="11111111-2222-3333-4444-555555555555", refused="NotFoundException")
    kms("DisableKey", KeyId=key)
    kms("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    text = drive.secret("the-secret-string")
    secrets("CreateSecret", Name="database", SecretString=text, hidden=["secretString"])
    secrets("DescribeSecret", SecretId="database")
    secrets("PutSecretValue", SecretId="database", SecretString=drive.secret("the-second-secret"),
            hidden=["secretString"])
    secrets("GetSecretValue", SecretId="database")
    secrets("GetSecretValue", SecretId="nowhere", refused="ResourceNotFoundException")
    secrets("UpdateSecret", SecretId="database", Description="of the database")
    secrets("ListSecrets", MaxResults=3)
    secrets("TagResource", SecretId="database", Tags=[{"Key": "team", "Value": "audit"}])
    secrets("GetRandomPassword", PasswordLength=20)
    secrets("DeleteSecret", SecretId="database", ForceDeleteWithoutRecovery=True)
    parameter = [f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/app/password"]
    ssm("PutParameter", Name="/app/password", Value=drive.secret("the-parameter"), Type="SecureString",
        hidden=["value"], about=parameter)
    ssm("GetParameter", Name="/app/password", WithDecryption=True, about=parameter)
    ssm("GetParameters", Names=["/app/password", "/app/nothing"])
    ssm("GetParametersByPath", Path="/app", Recursive=True)
    ssm("AddTagsToResource", ResourceType="Parameter", ResourceId="/app/password", Tags=[{"Key": "a", "Value": "b"}])
    ssm("DeleteParameter", Name="/app/password", about=parameter)
    ssm("GetParameter", Name="/app/password", refused="ParameterNotFound")


def logs_and_events(drive):
    logs, events = drive.service("logs"), drive.service("events")
    group = [f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:app"]
    logs("CreateLogGroup", logGroupName="app", tags={"team": "audit"}, about=group)
    logs("CreateLogGroup", logGroupName="app", refused="ResourceAlreadyExistsException")
    logs("CreateLogStream", logGroupName="app", logStreamName="one", about=group)
    logs("DescribeLogGroups", logGroupNamePrefix="app", limit=5)
    logs("DescribeLogStreams", logGroupName="app", descending=True)
    logs("PutRetentionPolicy", logGroupName="app", retentionInDays=7, about=group)
    logs("GetLogEvents", logGroupName="app", logStreamName="one", startFromHead=True)
    logs("FilterLogEvents", logGroupName="app", filterPattern="ERROR")
    logs("DeleteLogStream", logGroupName="app", logStreamName="one")
    logs("DeleteLogGroup", logGroupName="app", about=group)
    rule = [f"arn:aws:events:us-east-1:{ACCOUNT}:rule/nightly"]
    events("PutRule", Name="nightly", ScheduleExpression="rate(1 day)", State="ENABLED", about=rule)
    events("DescribeRule", Name="nightly", about=rule)
    events("PutTargets", Rule="nightly", about=rule,
           Targets=[{"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"}])
    events("ListTargetsByRule", Rule="nightly")
    events("ListRules", NamePrefix="night")
    events("DisableRule", Name="nightly")
    events("RemoveTargets", Rule="nightly", Ids=["1"])
    events("DeleteRule", Name="nightly")
    events("DescribeRule", Name="nightly", refused="ResourceNotFoundException")
    events("CreateEventBus", Name="bus")
    events("ListEventBuses")


def streams(drive):
    kinesis, firehose = drive.service("kinesis"), drive.service("firehose")
    stream = [f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/clicks"]
    content = drive.secret("a-record-that-is-content").encode()
    kinesis("CreateStream", StreamName="clicks", ShardCount=1, about=stream)
    kinesis("DescribeStreamSummary", StreamName="clicks", about=stream)
    kinesis("PutRecord", StreamName="clicks", Data=content, PartitionKey="a", hidden=["data"], about=stream)
    shard = kinesis("ListShards", StreamName="clicks")["Shards"][0]["ShardId"]
    place = kinesis("GetShardIterator", StreamName="clicks", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    kinesis("GetRecords", ShardIterator=place["ShardIterator"], Limit=10)
    kinesis("AddTagsToStream", StreamName="clicks", Tags={"team": "audit"})
    kinesis("DeleteStream", StreamName="clicks", EnforceConsumerDeletion=True, about=stream)
    kinesis("DescribeStream", StreamName="clicks", refused="ResourceNotFoundException")
    delivery = [f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/archive"]
    firehose("CreateDeliveryStream", DeliveryStreamName="archive", about=delivery, S3DestinationConfiguration={
        "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/reader", "BucketARN": "arn:aws:s3:::archive"})
    firehose("DescribeDeliveryStream", DeliveryStreamName="archive", about=delivery)
    firehose("ListDeliveryStreams")
    firehose("DeleteDeliveryStream", DeliveryStreamName="archive", about=delivery)


def cloudwatch(drive):
    """The same service over three protocols. moto has no CBOR: it refuses such calls, which are recorded all the same."""
    packed = drive.service("cloudwatch", speaks="smithy-rpc-v2-cbor")
    times = {"StartTime": datetime.datetime(2025, 1, 1), "EndTime": datetime.datetime(2025, 1, 2)}
    packed("ListMetrics", Namespace="App", MetricName="Errors", refused=UNREADABLE)
    packed("DescribeAlarms", AlarmNames=["one", "two"], MaxRecords=5, refused=UNREADABLE)
    packed("GetMetricStatistics", Namespace="App", MetricName="Errors", Period=60, Statistics=["Sum"], **times,
           refused=UNREADABLE)
    alarm = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 2, "MetricName": "Errors",
             "Namespace": "App", "Period": 60, "Statistic": "Sum", "Threshold": 5.5, "ActionsEnabled": True,
             "Dimensions": [{"Name": "stage", "Value": "test"}]}
    for protocol in ["json", "query"]:
        cloudwatch = drive.service("cloudwatch", speaks=protocol)
        name = "alarm-" + protocol
        cloudwatch("PutMetricAlarm", AlarmName=name, **alarm)
        cloudwatch("DescribeAlarms", AlarmNames=[name], MaxRecords=5)
        cloudwatch("DisableAlarmActions", AlarmNames=[name])
        cloudwatch("PutMetricData", Namespace="App", MetricData=[{"MetricName": "Errors", "Value": 7, "Unit": "Count"}])
        cloudwatch("ListMetrics", Namespace="App")
        cloudwatch("PutDashboard", DashboardName=name, DashboardBody='{"widgets":[]}')
        cloudwatch("GetDashboard", DashboardName=name)
        cloudwatch("GetMetricStatistics", Namespace="App", MetricName="Errors", Period=60, Statistics=["Sum"], **times)
        cloudwatch("SetAlarmState", AlarmName="nowhere", StateValue="OK", StateReason="tests",
                   refused="ResourceNotFound")
        cloudwatch("DeleteAlarms", AlarmNames=[name])


def code_of(text):
    """A zip file with one Python file. The same bytes at any time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), text)
    return packed.getvalue()


def functions(drive):
    drive.service("iam")("CreateRole", RoleName="runner", AssumeRolePolicyDocument=TRUST)
    functions = drive.service("lambda")
    function = [f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:work"]
    password = drive.secret("password-of-the-function")
    functions("CreateFunction", name="CreateFunction20150331", FunctionName="work", Runtime="python3.12",
              Role=f"arn:aws:iam::{ACCOUNT}:role/runner", Handler="app.handler", Timeout=9,
              Code={"ZipFile": code_of("def handler(a, b): return 1")}, about=function,
              Environment={"Variables": {"PASSWORD": password}}, hidden=["environment.variables", "code.zipFile"])
    functions("GetFunction", name="GetFunction20150331v2", FunctionName="work", about=function)
    functions("GetFunctionConfiguration", name="GetFunctionConfiguration20150331v2", FunctionName="work")
    functions("UpdateFunctionConfiguration", name="UpdateFunctionConfiguration20150331v2", FunctionName="work",
              Timeout=10, MemorySize=256, about=function)
    functions("UpdateFunctionCode", name="UpdateFunctionCode20150331v2", FunctionName="work", about=function,
              ZipFile=code_of("def handler(a, b): return 2"), hidden=["zipFile"])
    functions("PublishVersion", name="PublishVersion20150331", FunctionName="work", Description="first")
    functions("CreateAlias", name="CreateAlias20150331", FunctionName="work", Name="live", FunctionVersion="1")
    functions("GetAlias", name="GetAlias20150331", FunctionName="work", Name="live")
    functions("ListFunctions", name="ListFunctions20150331", MaxItems=10)
    functions("AddPermission", name="AddPermission20150331v2", FunctionName="work", StatementId="one",
              Action="lambda:InvokeFunction", Principal="s3.amazonaws.com")
    functions("GetPolicy", name="GetPolicy20150331v2", FunctionName="work")
    functions("RemovePermission", name="RemovePermission20150331v2", FunctionName="work", StatementId="one")
    functions("PutFunctionConcurrency", name="PutFunctionConcurrency20171031", FunctionName="work",
              ReservedConcurrentExecutions=3)
    functions("TagResource", name="TagResource20170331v2", Resource=function[0], Tags={"team": "audit"})
    functions("ListTags", name="ListTags20170331", Resource=function[0])
    functions("GetFunction", name="GetFunction20150331v2", FunctionName="gone", refused="ResourceNotFoundException")
    functions("DeleteFunction", name="DeleteFunction20150331", FunctionName="work", about=function)


def api_gateways(drive):
    rest, http = drive.service("apigateway"), drive.service("apigatewayv2")
    shop = {"name": "shop", "description": "tests"}
    api = rest("CreateRestApi", api=shop, recorded={"createRestApiInput": shop, "template": False})["id"]
    root = rest("GetResources", restApiId=api, recorded={"restApiId": api, "template": False})["items"][0]["id"]
    rest("CreateResource", restApiId=api, parentId=root, pathPart="cart", recorded={
        "restApiId": api, "parentId": root, "createResourceInput": {"pathPart": "cart"}, "template": False})
    rest("DeleteRestApi", restApiId=api, recorded={"restApiId": api, "template": False})
    made = rest("CreateApiKey", enabled=True, description="tests", recorded={
        "createApiKeyInput": {"enabled": True, "description": "tests"}, "template": False})
    drive.secret(made["value"])
    chosen = drive.secret("chosen-by-the-caller-0000000001")
    own = rest("CreateApiKey", api={"name": "own", "value": chosen}, recorded={
        "createApiKeyInput": {"name": "own", "value": HIDDEN}, "template": False})
    renamed = {"op": "replace", "path": "/name", "value": "renamed"}
    rest("UpdateApiKey", apiKey=own["id"], patchOperations=[renamed], recorded={
        "apiKey": own["id"], "updateApiKeyInput": {"patchOperations": [renamed]}, "template": False})
    rest("GetApiKeys", limit=5, recorded={"limit": 5, "template": False})
    rest("DeleteApiKey", apiKey=made["id"], recorded={"apiKey": made["id"], "template": False})
    rest("GetRestApi", restApiId="nowhere12", refused="NotFoundException",
         recorded={"restApiId": "nowhere12", "template": False})
    rest("GetRestApis", recorded={"template": False})
    rest("GetAccount", recorded={"template": False})
    made = http("CreateApi", Name="shop", ProtocolType="HTTP", Tags={"team": "audit"})["ApiId"]
    http("GetApi", ApiId=made)
    http("UpdateApi", ApiId=made, Description="tests")
    http("CreateStage", ApiId=made, StageName="live", AutoDeploy=True)
    http("CreateRoute", ApiId=made, RouteKey="GET /a")
    http("GetRoutes", ApiId=made)
    http("DeleteApi", ApiId=made)
    http("GetApi", ApiId=made, refused="NotFoundException")


def compute(drive):
    ec2 = drive.service("ec2")
    arn = f"arn:aws:ec2:us-east-1:{ACCOUNT}:"
    vpc = ec2("CreateVpc", CidrBlock="10.0.0.0/16", recorded={
        "cidrBlock": "10.0.0.0/16"})["Vpc"]["VpcId"]
    ec2("DescribeVpcs", VpcIds=[vpc], Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}], recorded={
        "vpcSet": {"items": [{"vpcId": vpc}]},
        "filterSet": {"items": [{"name": "cidr", "valueSet": {"items": [{"value": "10.0.0.0/16"}]}}]}})
    subnet = ec2("CreateSubnet", VpcId=vpc, CidrBlock="10.0.1.0/24", recorded={
        "vpcId": vpc, "cidrBlock": "10.0.1.0/24"})["Subnet"]["SubnetId"]
    ec2("DescribeSubnets", SubnetIds=[subnet], recorded={"subnetSet": {"items": [{"subnetId": subnet}]},
                                                        "filterSet": {}})
    group = ec2("CreateSecurityGroup", GroupName="web", Description="web", VpcId=vpc, recorded={
        "groupName": "web", "groupDescription": "web", "vpcId": vpc})["GroupId"]
    ec2("AuthorizeSecurityGroupIngress", GroupId=group, about=[arn + "security-group/" + group],
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}],
        recorded={"groupId": group, "ipPermissions": {"items": [{
            "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "groups": {}, "ipRanges": {
                "items": [{"cidrIp": "10.0.0.0/8"}]}, "ipv6Ranges": {}, "prefixListIds": {}}]}})
    key = ec2("CreateKeyPair", KeyName="tests", recorded={"keyName": "tests"}, about=[arn + "key-pair/tests"])
    drive.secret("".join(key["KeyMaterial"].splitlines()[1:3])[:60])
    ec2("DeleteKeyPair", KeyName="tests", recorded={"keyName": "tests"})
    volume = ec2("CreateVolume", AvailabilityZone="us-east-1a", Size=8, recorded={
        "zone": "us-east-1a", "size": "8"})["VolumeId"]
    ec2("CreateTags", Resources=[vpc], Tags=[{"Key": "team", "Value": "audit"}], recorded={
        "resourcesSet": {"items": [{"resourceId": vpc}]}, "tagSet": {"items": [{"key": "team", "value": "audit"}]}})
    ec2("DescribeVolumes", VolumeIds=[volume], recorded={"volumeSet": {"items": [{"volumeId": volume}]},
                                                        "filterSet": {}})
    ec2("DeleteVolume", VolumeId=volume, recorded={"volumeId": volume}, about=[arn + "volume/" + volume])
    gateway = ec2("CreateInternetGateway", recorded={})["InternetGateway"]["InternetGatewayId"]
    ec2("AttachInternetGateway", InternetGatewayId=gateway, VpcId=vpc, recorded={
        "internetGatewayId": gateway, "vpcId": vpc})
    started = ec2("RunInstances", ImageId="ami-12c6146b", MinCount=1, MaxCount=1, InstanceType="t3.micro",
                  SubnetId=subnet, UserData=drive.secret("user-data-with-a-password"), recorded={
                      "instancesSet": {"items": [{"imageId": "ami-12c6146b", "minCount": 1, "maxCount": 1}]},
                      "instanceType": "t3.micro", "subnetId": subnet, "userData": HIDDEN})
    instance = started["Instances"][0]["InstanceId"]
    many = {"instancesSet": {"items": [{"instanceId": instance}]}}
    ec2("DescribeInstances", InstanceIds=[instance], recorded={**many, "filterSet": {}})
    ec2("StopInstances", InstanceIds=[instance], Force=True, recorded={**many, "force": True})
    ec2("StartInstances", InstanceIds=[instance], recorded=many)
    ec2("TerminateInstances", InstanceIds=[instance], recorded=many, about=[arn + "instance/" + instance])
    ec2("DescribeInstances", InstanceIds=["i-0123456789abcdef0"], refused="Client.InvalidInstanceID.NotFound",
        recorded={"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}, "filterSet": {}})
    ec2("DeleteVpc", VpcId="vpc-0123456789abcdef0", refused="Client.InvalidVpcID.NotFound",
        recorded={"vpcId": "vpc-0123456789abcdef0"})
    scaling = drive.service("autoscaling")
    scaling("CreateLaunchConfiguration", LaunchConfigurationName="small", ImageId="ami-12c6146b",
            InstanceType="t3.micro")
    scaling("CreateAutoScalingGroup", AutoScalingGroupName="fleet", LaunchConfigurationName="small", MinSize=0,
            MaxSize=2, DesiredCapacity=0, AvailabilityZones=["us-east-1a"])
    scaling("DescribeAutoScalingGroups", AutoScalingGroupNames=["fleet"])
    scaling("SetDesiredCapacity", AutoScalingGroupName="fleet", DesiredCapacity=0, HonorCooldown=False)
    scaling("UpdateAutoScalingGroup", AutoScalingGroupName="fleet", MaxSize=1)
    scaling("DeleteAutoScalingGroup", AutoScalingGroupName="fleet", ForceDelete=True)
    scaling("DeleteLaunchConfiguration", LaunchConfigurationName="small")
    balancing = drive.service("elbv2")
    target = balancing("CreateTargetGroup", Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="instance")
    target = target["TargetGroups"][0]["TargetGroupArn"]
    balancing("DescribeTargetGroups", TargetGroupArns=[target])
    balancing("AddTags", ResourceArns=[target], Tags=[{"Key": "team", "Value": "audit"}])
    balancing("DeleteTargetGroup", TargetGroupArn=target)
    balancing("DescribeLoadBalancers", Names=["gone"], refused="LoadBalancerNotFound")


def databases(drive):
    rds, cache, redshift = drive.service("rds"), drive.service("elasticache"), drive.service("redshift")
    rds("CreateDBInstance", DBInstanceIdentifier="orders", DBInstanceClass="db.t3.micro", Engine="postgres",
        AllocatedStorage=20, MasterUsername="root", MasterUserPassword=drive.secret("Password-of-orders"),
        hidden=["masterUserPassword"], about=[f"arn:aws:rds:us-east-1:{ACCOUNT}:db:orders"])
    rds("DescribeDBInstances", DBInstanceIdentifier="orders")
    rds("ModifyDBInstance", DBInstanceIdentifier="orders", ApplyImmediately=True, hidden=["masterUserPassword"],
        MasterUserPassword=drive.secret("Second-password-of-orders"))
    rds("CreateDBSnapshot", DBInstanceIdentifier="orders", DBSnapshotIdentifier="before")
    rds("DescribeDBSnapshots", DBSnapshotIdentifier="before")
    rds("CreateDBParameterGroup", DBParameterGroupName="ours", DBParameterGroupFamily="postgres16", Description="o")
    rds("DeleteDBInstance", DBInstanceIdentifier="orders", SkipFinalSnapshot=True)
    rds("DescribeDBInstances", DBInstanceIdentifier="gone", refused="DBInstanceNotFound")
    cache("CreateCacheCluster", CacheClusterId="cache", Engine="redis", NumCacheNodes=1, CacheNodeType="cache.t3.micro")
    cache("DescribeCacheClusters", CacheClusterId="cache")
    cache("DeleteCacheCluster", CacheClusterId="cache")
    cache("DescribeCacheClusters", CacheClusterId="gone", refused="CacheClusterNotFound")
    redshift("CreateCluster", ClusterIdentifier="lake", NodeType="dc2.large", MasterUsername="root",
             MasterUserPassword=drive.secret("Password-of-the-lake1"), ClusterType="single-node",
             hidden=["masterUserPassword"])
    redshift("DescribeClusters", ClusterIdentifier="lake")
    redshift("DeleteCluster", ClusterIdentifier="lake", SkipFinalClusterSnapshot=True)
    redshift("DescribeClusters", ClusterIdentifier="gone", refused="ClusterNotFound")


def deployment(drive):
    stacks, ecr, ecs = drive.service("cloudformation"), drive.service("ecr"), drive.service("ecs")
    template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "made"}}}})
    stacks("ValidateTemplate", TemplateBody=template)
    stacks("CreateStack", StackName="app", TemplateBody=template, Tags=[{"Key": "team", "Value": "audit"}])
    stacks("DescribeStacks", StackName="app")
    stacks("ListStackResources", StackName="app")
    stacks("GetTemplate", StackName="app")
    stacks("ListStacks", StackStatusFilter=["CREATE_COMPLETE"])
    stacks("DeleteStack", StackName="app")
    stacks("DescribeStacks", StackName="gone", refused="ValidationError")
    images = [f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/images"]
    ecr("CreateRepository", repositoryName="images", imageTagMutability="IMMUTABLE", about=images)
    ecr("DescribeRepositories", repositoryNames=["images"])
    ecr("PutLifecyclePolicy", repositoryName="images", about=images, lifecyclePolicyText=json.dumps({"rules": [
        {"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 1},
         "action": {"type": "expire"}}]}))
    ecr("ListImages", repositoryName="images")
    token = ecr("GetAuthorizationToken")["authorizationData"][0]["authorizationToken"]
    drive.secret(token)
    ecr("DeleteRepository", repositoryName="images", force=True, about=images)
    ecr("ListImages", repositoryName="gone", refused="RepositoryNotFoundException")
    ecs("CreateCluster", clusterName="web")
    ecs("RegisterTaskDefinition", family="web", containerDefinitions=[
        {"name": "web", "image": "nginx", "memory": 128, "essential": True}])
    ecs("DescribeClusters", clusters=["web"])
    ecs("CreateService", cluster="web", serviceName="web", taskDefinition="web", desiredCount=0)
    ecs("UpdateService", cluster="web", service="web", desiredCount=0)
    ecs("DeleteService", cluster="web", service="web", force=True)
    ecs("DeleteCluster", cluster="web")
    ecs("DescribeServices", cluster="gone", services=["a"], refused="ClusterNotFoundException")
    machines = drive.service("stepfunctions")
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    machine = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:flow"
    machines("CreateStateMachine", api={"name": "flow"}, definition=definition, type="STANDARD",
             roleArn=f"arn:aws:iam::{ACCOUNT}:role/reader", hidden=["definition"])
    machines("DescribeStateMachine", stateMachineArn=machine, about=[machine])
    run = machines("StartExecution", stateMachineArn=machine, input='{"a":1}', hidden=["input"])["executionArn"]
    machines("DescribeExecution", executionArn=run, about=[run])
    machines("ListExecutions", stateMachineArn=machine, maxResults=5)
    machines("DeleteStateMachine", stateMachineArn=machine, about=[machine])


def names_and_mail(drive):
    route53, ses, sesv2, acm = (drive.service(name) for name in ["route53", "ses", "sesv2", "acm"])
    zone = route53("CreateHostedZone", Name="example.com.", CallerReference="one",
                   HostedZoneConfig={"Comment": "tests", "PrivateZone": False})["HostedZone"]["Id"].split("/")[-1]
    route53("GetHostedZone", Id=zone)
    route53("ChangeResourceRecordSets", HostedZoneId=zone, ChangeBatch={"Changes": [{
        "Action": "CREATE", "ResourceRecordSet": {"Name": "a.example.com.", "Type": "A", "TTL": 60,
                                                  "ResourceRecords": [{"Value": "10.0.0.1"}]}}]})
    route53("ListResourceRecordSets", HostedZoneId=zone, MaxItems="5")
    route53("ListHostedZones")
    route53("GetHostedZone", Id="Z0123456789", refused="NoSuchHostedZone")
    ses("VerifyEmailIdentity", EmailAddress="a@example.com")
    ses("ListIdentities")
    ses("SendEmail", Source="a@example.com", Destination={"ToAddresses": ["b@example.com"]},
        Message={"Subject": {"Data": "hello"}, "Body": {"Text": {"Data": "text"}}})
    ses("DeleteIdentity", Identity="a@example.com")
    sesv2("CreateEmailIdentity", EmailIdentity="c@example.com")
    sesv2("GetEmailIdentity", EmailIdentity="c@example.com")
    sesv2("CreateContactList", ContactListName="friends", Description="ours")
    sesv2("GetContactList", ContactListName="friends")
    sesv2("GetContactList", ContactListName="gone", refused="NotFoundException")
    sesv2("DeleteEmailIdentity", EmailIdentity="c@example.com")
    certificate = acm("RequestCertificate", DomainName="example.com", ValidationMethod="DNS")["CertificateArn"]
    acm("DescribeCertificate", CertificateArn=certificate)
    acm("AddTagsToCertificate", CertificateArn=certificate, Tags=[{"Key": "team", "Value": "audit"}])
    acm("ListCertificates")
    acm("DeleteCertificate", CertificateArn=certificate)
    acm("DescribeCertificate", CertificateArn=certificate, refused="ResourceNotFoundException")


def people(drive):
    pools = drive.service("cognito-idp")
    pool = pools("CreateUserPool", PoolName="people", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    pools("DescribeUserPool", UserPoolId=pool)
    made = pools("CreateUserPoolClient", UserPoolId=pool, ClientName="app", GenerateSecret=True)["UserPoolClient"]
    drive.secret(made["ClientSecret"])
    pools("AdminCreateUser", UserPoolId=pool, Username="dora", TemporaryPassword=drive.secret("Temporary-Pass-1"),
          hidden=["username", "temporaryPassword"])
    pools("AdminSetUserPassword", UserPoolId=pool, Username="dora", Password=drive.secret("Lasting-Pass-2"),
          Permanent=True, hidden=["username", "password"])
    pools("AdminGetUser", UserPoolId=pool, Username="dora", hidden=["username"])
    pools("AdminGetUser", UserPoolId=pool, Username="nobody", hidden=["username"], refused="UserNotFoundException")
    pools("ListUserPools", MaxResults=5)
    pools("DeleteUserPool", UserPoolId=pool)
    organizations = drive.service("organizations")
    organizations("CreateOrganization", FeatureSet="ALL")
    organizations("DescribeOrganization")
    organizations("ListRoots")
    organizations("DescribeAccount", AccountId="999999999999", refused="AccountNotFoundException")


def data(drive):
    glue, athena = drive.service("glue"), drive.service("athena")
    glue("CreateDatabase", DatabaseInput={"Name": "lake", "Description": "ours"})
    glue("GetDatabase", Name="lake")
    glue("CreateTable", DatabaseName="lake", TableInput={"Name": "clicks", "Parameters": {"kind": "raw"}})
    glue("GetTable", DatabaseName="lake", Name="clicks")
    glue("GetTables", DatabaseName="lake", MaxResults=5)
    glue("DeleteTable", DatabaseName="lake", Name="clicks")
    glue("DeleteDatabase", Name="lake")
    glue("GetDatabase", Name="lake", refused="EntityNotFoundException")
    athena("CreateWorkGroup", api={"Name": "team"}, Description="ours", Configuration={
        "ResultConfiguration": {"OutputLocation": "s3://results/"}})
    athena("GetWorkGroup", WorkGroup="team")
    athena("ListWorkGroups", MaxResults=5)
    athena("StartQueryExecution", QueryString="SELECT 1", WorkGroup="team")
    files, backup, clusters = drive.service("efs"), drive.service("backup"), drive.service("eks")
    system = files("CreateFileSystem", CreationToken="one", Encrypted=True, Tags=[{"Key": "a", "Value": "b"}])
    system = system["FileSystemId"]
    files("DescribeFileSystems", FileSystemId=system)
    files("PutLifecycleConfiguration", FileSystemId=system, LifecyclePolicies=[{"TransitionToIA": "AFTER_30_DAYS"}])
    files("DeleteFileSystem", FileSystemId=system)
    files("DeleteFileSystem", FileSystemId="fs-0123456789abcdef0", refused="FileSystemNotFound")
    backup("CreateBackupVault", BackupVaultName="vault", BackupVaultTags={"team": "audit"},
           hidden=["backupVaultTags"])
    backup("DescribeBackupVault", BackupVaultName="vault")
    backup("ListBackupVaults")
    backup("DeleteBackupVault", BackupVaultName="vault")
    clusters("CreateCluster", api={"name": "k"}, roleArn=f"arn:aws:iam::{ACCOUNT}:role/reader",
             resourcesVpcConfig={"subnetIds": ["subnet-1"], "endpointPublicAccess": True})
    clusters("DescribeCluster", api={"name": "k"})
    clusters("ListClusters", maxResults=5)
    clusters("DescribeCluster", api={"name": "gone"}, refused="ResourceNotFoundException")
    clusters("DeleteCluster", api={"name": "k"})
    config, tagging = drive.service("config"), drive.service("resourcegroupstaggingapi")
    config("PutConfigurationRecorder", ConfigurationRecorder={
        "name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/reader"})
    config("DescribeConfigurationRecorders")
    config("DeleteConfigurationRecorder", ConfigurationRecorderName="default")
    config("DeleteConfigurationRecorder", ConfigurationRecorderName="gone",
           refused="NoSuchConfigurationRecorderException")
    tagging("GetResources", TagFilters=[{"Key": "team", "Values": ["audit"]}])
    tagging("GetTagKeys")


def everything(drive):
    """All of the above, in an order in which each finds what it needs."""
    alice = iam_and_sts(drive)
    chains(drive, alice)
    for part in [s3, dynamodb, sqs_and_sns, keys_and_secrets, logs_and_events, streams, cloudwatch, functions,
                 api_gateways, compute, databases, deployment, names_and_mail, people, data]:
        part(drive)
