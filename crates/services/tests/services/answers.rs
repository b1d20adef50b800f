//! Single answers whose records are known: elements, errors, request ids, and what they teach.

use serde_json::{Value, json};

use crate::sent::Request;

const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

const ASSUMED: &str = r#"<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
  <Expiration>2026-09-11T17:32:36Z</Expiration></Credentials>
  <AssumedRoleUser><AssumedRoleId>AROA1:s</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/app/s</Arn></AssumedRoleUser>
  <PackedPolicySize>6</PackedPolicySize></AssumeRoleResult>
  <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></AssumeRoleResponse>"#;

#[test]
fn an_assumed_role_is_recorded_without_its_secrets_and_taught_with_them() {
    let request = Request::form("sts", "Action=AssumeRole&Version=2011-06-15&RoleArn=r&RoleSessionName=s");
    let outcome = request.answered(200, &[], ASSUMED);
    let credentials = |secret: &str, token: &str| json!({"accessKeyId": "ASIA1", "secretAccessKey": secret, "sessionToken": token, "expiration": "2026-09-11T17:32:36Z"});
    let with = |credentials: Value| {
        let user = json!({"assumedRoleId": "AROA1:s", "arn": "arn:aws:sts::111122223333:assumed-role/app/s"});
        json!({"credentials": credentials, "assumedRoleUser": user, "packedPolicySize": 6})
    };
    assert_eq!(outcome.response_elements, Some(with(credentials(HIDDEN, HIDDEN))));
    assert_eq!(outcome.lesson, Some(with(credentials("secret", "token"))));
    assert_eq!((outcome.request_id.as_deref(), outcome.error), (Some("r-1"), None));
}

#[test]
fn an_identity_is_taught_and_not_recorded() {
    let body = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/a</Arn>\
                <UserId>AIDA1</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    let outcome = Request::form("sts", "Action=GetCallerIdentity&Version=2011-06-15").answered(200, &[], body);
    assert_eq!(outcome.response_elements, None);
    let lesson = json!({"account": "111122223333", "arn": "arn:aws:iam::111122223333:user/a", "userId": "AIDA1"});
    assert_eq!(outcome.lesson, Some(lesson));
}

#[test]
fn a_new_access_key_is_recorded_without_its_secret() {
    let body = "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>a</UserName><AccessKeyId>AKIA1</AccessKeyId>\
                <Status>Active</Status><SecretAccessKey>s</SecretAccessKey><CreateDate>2024-07-30T21:53:13Z</CreateDate></AccessKey>\
                </CreateAccessKeyResult></CreateAccessKeyResponse>";
    let outcome = Request::form("iam", "Action=CreateAccessKey&Version=2010-05-08&UserName=a").answered(200, &[], body);
    let key = json!({
        "userName": "a",
        "accessKeyId": "AKIA1",
        "status": "Active",
        "secretAccessKey": HIDDEN,
        "createDate": "Jul 30, 2024 9:53:13 PM",
    });
    assert_eq!(outcome.response_elements, Some(json!({"accessKey": key})));
    assert_eq!(outcome.lesson.unwrap()["accessKey"]["secretAccessKey"], "s");
}

#[test]
fn wrappers_of_the_query_protocol_do_not_show() {
    let body = "<RebootDBInstanceResponse><RebootDBInstanceResult><DBInstance><DBInstanceIdentifier>a</DBInstanceIdentifier>\
                <AllocatedStorage>5</AllocatedStorage><VpcSecurityGroups><VpcSecurityGroupMembership><Status>active</Status>\
                </VpcSecurityGroupMembership></VpcSecurityGroups></DBInstance></RebootDBInstanceResult></RebootDBInstanceResponse>";
    let outcome = Request::form("rds", "Action=RebootDBInstance&Version=2014-10-31").answered(200, &[], body);
    let expected =
        json!({"dBInstanceIdentifier": "a", "allocatedStorage": 5, "vpcSecurityGroups": [{"status": "active"}]});
    assert_eq!(outcome.response_elements, Some(expected));
}

#[test]
fn ec2_answers_keep_their_lists_and_their_newer_form() {
    let body = "<StopInstancesResponse><requestId>r</requestId><instancesSet><item><instanceId>i-1</instanceId><currentState>\
                <code>64</code><name>stopping</name></currentState></item></instancesSet></StopInstancesResponse>";
    let request = Request::form("ec2", "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-1");
    let outcome = request.answered(200, &[], body);
    let instance = json!({"instanceId": "i-1", "currentState": {"code": 64, "name": "stopping"}});
    assert_eq!(outcome.response_elements, Some(json!({"requestId": "r", "instancesSet": {"items": [instance]}})));
    assert_eq!(outcome.request_id.as_deref(), Some("r"));
    let body = "<DeleteNatGatewayResponse xmlns=\"http://ec2\"><requestId>r</requestId><natGatewayId>nat-1</natGatewayId></DeleteNatGatewayResponse>";
    let outcome = Request::form("ec2", "Action=DeleteNatGateway&Version=2016-11-15").answered(200, &[], body);
    let inner = json!({"xmlns": "http://ec2", "requestId": "r", "natGatewayId": "nat-1"});
    assert_eq!(outcome.response_elements, Some(json!({"DeleteNatGatewayResponse": inner})));
}

#[test]
fn json_and_cbor_answers_are_recorded_for_writes_alone() {
    let write = Request::json("secretsmanager", "secretsmanager.DeleteSecret", r#"{"SecretId":"a"}"#);
    let body = r#"{"ARN":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:a","DeletionDate":1688990879.0}"#;
    let outcome = write.answered(200, &[("x-amzn-requestid", "id-1")], body);
    let expected = json!({
        "aRN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a",
        "deletionDate": "Jul 10, 2023, 12:07:59 PM",
    });
    assert_eq!((outcome.response_elements, outcome.request_id.as_deref()), (Some(expected), Some("id-1")));
    let read = Request::json("secretsmanager", "secretsmanager.GetSecretValue", r#"{"SecretId":"a"}"#);
    assert_eq!(read.answered(200, &[], r#"{"SecretString":"s"}"#).response_elements, None);
    let cbor = Request::new("POST", "/service/GraniteServiceVersion20100801/operation/PutMetricAlarm")
        .signed_for("monitoring")
        .header("smithy-protocol", "rpc-v2-cbor")
        .body(b"\xa1\x69AlarmName\x61a");
    assert_eq!((cbor.event_name().as_str(), cbor.parameters()), ("PutMetricAlarm", json!({"alarmName": "a"})));
    assert_eq!(cbor.answered(200, &[], "\u{bf}").response_elements, None);
}

#[test]
fn s3_answers_are_recorded_by_their_headers() {
    let headers = [
        ("x-amz-server-side-encryption", "AES256"),
        ("x-amz-version-id", "v1"),
        ("x-amz-request-id", "R1"),
        ("x-amz-id-2", "I2"),
    ];
    let outcome = Request::s3("PUT", "/photos/a").answered(200, &headers, "");
    let expected = json!({"x-amz-server-side-encryption": "AES256", "x-amz-version-id": "v1"});
    assert_eq!((outcome.response_elements, outcome.request_id.as_deref()), (Some(expected), Some("R1")));
    assert_eq!(Request::s3("GET", "/photos/a").answered(200, &headers, "content").response_elements, None);
}

#[test]
fn errors_have_the_codes_of_records() {
    let code = |request: &Request, status: u16, body: &str| request.answered(status, &[], body).error.unwrap().0;
    assert_eq!(code(&Request::s3("HEAD", "/photos/a"), 404, ""), "NoSuchKey");
    assert_eq!(code(&Request::s3("HEAD", "/photos"), 404, ""), "NoSuchBucket");
    assert_eq!(code(&Request::s3("GET", "/photos/a"), 304, ""), "NotModified");
    assert_eq!(code(&Request::s3("GET", "/photos"), 403, "<Error><Code>AccessDenied</Code>"), "AccessDenied");
    let iam = "<ErrorResponse><Error><Type>Sender</Type><Code>EntityAlreadyExists</Code></Error></ErrorResponse>";
    assert_eq!(
        code(&Request::form("iam", "Action=CreateUser&Version=2010-05-08"), 409, iam),
        "EntityAlreadyExistsException"
    );
    let ec2 =
        "<Response><Errors><Error><Code>DryRunOperation</Code></Error></Errors><RequestID>r</RequestID></Response>";
    let run = Request::form("ec2", "Action=RunInstances&Version=2016-11-15");
    let outcome = run.answered(412, &[], ec2);
    assert_eq!(outcome.error, Some(("Client.DryRunOperation".to_owned(), String::new())));
    assert_eq!(outcome.request_id.as_deref(), Some("r"));
    let json = Request::json("logs", "Logs_20140328.CreateLogGroup", "{}");
    let body = r#"{"__type":"com.amazonaws.logs#ResourceAlreadyExistsException","message":"there"}"#;
    let expected = ("ResourceAlreadyExistsException".to_owned(), "there".to_owned());
    assert_eq!(json.answered(400, &[], body).error, Some(expected));
    assert_eq!(json.answered(200, &[], "{}").error, None);
}

#[test]
fn each_key_that_was_not_deleted_is_found() {
    let request = Request::s3("POST", "/photos?delete");
    let body = "<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><VersionId>v</VersionId>\
                <Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>";
    let headers = http::HeaderMap::new();
    let body = cairn_services::BodyView { bytes: body.as_bytes(), is_whole: true };
    let response = cairn_services::ResponseView { status: http::StatusCode::OK, headers: &headers, body };
    let errors = request.call().deletion_errors(&response);
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    let found = (error.key.as_str(), error.version_id.as_deref(), error.code.as_str(), error.message.as_str());
    assert_eq!(found, ("b", Some("v"), "AccessDenied", "no"));
}

#[test]
fn resources_are_named_from_request_and_answer() {
    let request =
        Request::form("sts", "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::444455556666:role/app");
    let outcome = request.answered(200, &[], ASSUMED);
    let parameters = request.parameters();
    let found = request.call().resources(Some(&parameters), &outcome, "111122223333", "eu-west-1");
    let [role] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (role.resource_type.as_str(), role.arn.as_str()),
        ("AWS::IAM::Role", "arn:aws:iam::444455556666:role/app")
    );
    assert_eq!(role.account_id.as_deref(), Some("444455556666"));
}
