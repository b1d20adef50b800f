//! Single requests whose records are known: names, sources, parameters and their markers.

use cairn_model::Category;
use cairn_services::{BodyNeed, BucketPlace, CallOutcome, identify};
use http::StatusCode;
use serde_json::json;

use crate::sent::Request;

const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

#[test]
fn s3_requests_are_told_apart_by_method_query_and_headers() {
    let copy = Request::s3("PUT", "/photos/a").header("x-amz-copy-source", "/old/a");
    assert_eq!(copy.event_name(), "CopyObject");
    for (method, target, event_name) in [
        ("GET", "/", "ListBuckets"),
        ("PUT", "/photos", "CreateBucket"),
        ("PUT", "/photos/", "CreateBucket"),
        ("HEAD", "/photos", "HeadBucket"),
        ("GET", "/photos?list-type=2&prefix=a", "ListObjects"),
        ("GET", "/photos", "ListObjects"),
        ("GET", "/photos?versions", "ListObjectVersions"),
        ("GET", "/photos?uploads", "ListMultipartUploads"),
        ("GET", "/photos?lifecycle", "GetBucketLifecycle"),
        ("GET", "/photos?publicAccessBlock", "GetBucketPublicAccessBlock"),
        ("GET", "/photos?object-lock", "GetBucketObjectLockConfiguration"),
        ("GET", "/photos?analytics&id=1", "GetBucketAnalyticsConfiguration"),
        ("POST", "/photos?delete", "DeleteObjects"),
        ("GET", "/photos/a/b%20c", "GetObject"),
        ("GET", "/photos/folder/", "GetObject"),
        ("HEAD", "/photos/a", "HeadObject"),
        ("GET", "/photos/a?tagging", "GetObjectTagging"),
        ("GET", "/photos/a?attributes", "GetObjectAttributes"),
        ("GET", "/photos/a?uploadId=1", "ListParts"),
        ("POST", "/photos/a?uploads", "CreateMultipartUpload"),
        ("PUT", "/photos/a?partNumber=1&uploadId=1", "UploadPart"),
        ("POST", "/photos/a?uploadId=1", "CompleteMultipartUpload"),
        ("DELETE", "/photos/a?uploadId=1", "AbortMultipartUpload"),
        ("DELETE", "/photos/a?versionId=1", "DeleteObject"),
        ("POST", "/photos/a?select&select-type=2", "SelectObjectContent"),
        ("PUT", "/photos/a?x-id=PutObject", "PutObject"),
        ("PUT", "/photos?policy=", "PutBucketPolicy"),
    ] {
        let call = Request::s3(method, target).call();
        assert_eq!(
            (call.event_name.as_str(), call.event_source.as_str()),
            (event_name, "s3.amazonaws.com"),
            "{target}"
        );
    }
}

#[test]
fn s3_records_show_bucket_key_host_query_and_headers() {
    let request = Request::s3("PUT", "/photos/2026/a%20b.jpg?x-id=PutObject")
        .header("x-amz-acl", "private")
        .header("x-amz-server-side-encryption-customer-key", "c2VjcmV0")
        .header("x-amz-security-token", "token")
        .header("x-amz-meta-who", "me")
        .body("content");
    let expected = json!({
        "bucketName": "photos",
        "Host": "127.0.0.1:4581",
        "key": "2026/a b.jpg",
        "x-id": "PutObject",
        "x-amz-acl": "private",
        "x-amz-server-side-encryption-customer-key": HIDDEN,
    });
    assert_eq!(request.parameters(), expected);
    assert_eq!(request.call().category, Category::Data);
    assert_eq!(request.call().request_need(), BodyNeed::Nothing);
}

#[test]
fn a_presigned_s3_request_shows_no_proof_of_its_signer() {
    let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260101&X-Amz-Date=20260101T000000Z\
                 &X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Security-Token=t&X-Amz-Signature=abc";
    let parameters = Request::s3("GET", &format!("/photos/a?{query}")).parameters();
    let expected = json!({
        "bucketName": "photos",
        "Host": "127.0.0.1:4581",
        "key": "a",
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": "20260101T000000Z",
        "X-Amz-Expires": "60",
        "X-Amz-SignedHeaders": "host",
    });
    assert_eq!(parameters, expected);
}

#[test]
fn a_setting_of_a_bucket_stands_under_its_root_element() {
    let body = r#"<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"#;
    let request = Request::s3("PUT", "/photos?tagging").body(body);
    let expected = json!({
        "bucketName": "photos",
        "Host": "127.0.0.1:4581",
        "tagging": "",
        "Tagging": {"xmlns": "http://s3.amazonaws.com/doc/2006-03-01/", "TagSet": {"Tag": {"Key": "a", "Value": "b"}}},
    });
    assert_eq!(request.parameters(), expected);
    let policy = Request::s3("PUT", "/photos?policy").body(r#"{"Statement":[]}"#);
    assert_eq!(policy.parameters()["bucketPolicy"], json!({"Statement": []}));
}

#[test]
fn the_bucket_is_in_the_host_or_in_the_path_as_the_upstream_has_it() {
    let target = |buckets, host: &str| {
        let request = Request::s3("GET", "/a/b").header("host", host);
        let parameters = identify(&request.view(), buckets).request_parameters(&request.view()).unwrap();
        ["bucketName", "key"].map(|name| parameters[name].as_str().unwrap().to_owned())
    };
    assert_eq!(target(BucketPlace::Path, "photos.s3.amazonaws.com"), ["a", "b"]);
    assert_eq!(target(BucketPlace::Below("store.example"), "my.photos.store.example:80"), ["my.photos", "a/b"]);
    assert_eq!(target(BucketPlace::Below("store.example"), "store.example"), ["a", "b"]);
}

#[test]
fn the_keys_of_a_batch_are_read_in_order() {
    let body =
        "<Delete><Object><Key>a&amp;b</Key></Object><Object><Key> c</Key><VersionId>v1</VersionId></Object></Delete>";
    let request = Request::s3("POST", "/photos?delete").body(body);
    let keys = request.call().deleted_keys(&request.view());
    let keys: Vec<_> = keys.iter().map(|key| (key.key.as_str(), key.version_id.as_deref())).collect();
    assert_eq!(keys, [("a&b", None), (" c", Some("v1"))]);
    assert_eq!(request.call().request_need(), BodyNeed::Beginning);
    assert!(Request::s3("GET", "/photos").body(body).call().deleted_keys(&request.view()).is_empty());
}

#[test]
fn json_calls_are_rendered_with_lower_case_members_and_typed_times() {
    let body = r#"{"KeySpec":"k","MultiRegion":true,"Tags":[{"TagKey":"Owner"}]}"#;
    let request = Request::json("kms", "TrentService.CreateKey", body);
    assert_eq!(request.parameters(), json!({"keySpec": "k", "multiRegion": true, "tags": [{"tagKey": "Owner"}]}));
    let lookup = Request::json(
        "cloudtrail",
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
        r#"{"StartTime":1688990079.0}"#,
    );
    assert_eq!((lookup.event_name().as_str(), lookup.call().read_only), ("LookupEvents", true));
    assert_eq!(lookup.parameters(), json!({"startTime": "Jul 10, 2023, 11:54:39 AM"}));
}

#[test]
fn services_that_share_a_name_are_told_apart_by_action_version_and_path() {
    let classic = Request::form("elasticloadbalancing", "Action=DescribeLoadBalancers&Version=2012-06-01").call();
    let newer = Request::form("elasticloadbalancing", "Action=DescribeLoadBalancers&Version=2015-12-01").call();
    assert_eq!((classic.service_name(), classic.api_version.as_deref()), (Some("elb"), Some("2012-06-01")));
    assert_eq!((newer.service_name(), newer.api_version.as_deref()), (Some("elbv2"), Some("2015-12-01")));
    let service = |path: &str| Request::new("GET", path).signed_for("apigateway").call().service_name();
    assert_eq!((service("/restapis"), service("/v2/apis")), (Some("apigateway"), Some("apigatewayv2")));
    let streams = Request::json("dynamodb", "DynamoDBStreams_20120810.GetRecords", "{}").call();
    assert_eq!((streams.event_source.as_str(), streams.category), ("dynamodb.amazonaws.com", Category::Data));
}

#[test]
fn query_parameters_are_typed_and_secrets_hidden() {
    let request = Request::form(
        "rds",
        "Action=CreateDBInstance&Version=2014-10-31&DBInstanceIdentifier=a&AllocatedStorage=5&MultiAZ=false\
         &MasterUserPassword=hunter2&VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1&Tags.Tag.1.Key=k&Tags.Tag.1.Value=true",
    );
    let expected = json!({
        "dBInstanceIdentifier": "a",
        "allocatedStorage": 5,
        "multiAZ": false,
        "masterUserPassword": HIDDEN,
        "vpcSecurityGroupIds": ["sg-1"],
        "tags": [{"key": "k", "value": "true"}],
    });
    assert_eq!(request.parameters(), expected);
}

#[test]
fn ec2_lists_look_as_they_always_did() {
    let request = Request::form(
        "ec2",
        "Action=DescribeInstances&Version=2016-11-15&InstanceId.1=i-1&Filter.1.Name=state&Filter.1.Value.1=running",
    );
    let expected = json!({
        "instancesSet": {"items": [{"instanceId": "i-1"}]},
        "filterSet": {"items": [{"name": "state", "valueSet": {"items": [{"value": "running"}]}}]},
    });
    assert_eq!(request.parameters(), expected);
    let request = Request::form("ec2", "Action=DescribeVpcs&Version=2016-11-15&MaxResults=5");
    assert_eq!(request.parameters(), json!({"maxResults": 5, "filterSet": {}, "vpcSet": {}}));
    let request = Request::form(
        "ec2",
        "Action=RunInstances&Version=2016-11-15&ImageId=ami-1&MinCount=1&MaxCount=2&InstanceType=m3.medium\
         &SecurityGroupId.1=sg-1&Placement.Tenancy=default&UserData=c2VjcmV0\
         &TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b",
    );
    let expected = json!({
        "instancesSet": {"items": [{"imageId": "ami-1", "minCount": 1, "maxCount": 2}]},
        "instanceType": "m3.medium",
        "groupSet": {"items": [{"groupId": "sg-1"}]},
        "userData": HIDDEN,
        "tagSpecificationSet": {"items": [{"resourceType": "instance", "tags": [{"key": "a", "value": "b"}]}]},
        "tenancy": "default",
    });
    assert_eq!(request.parameters(), expected);
}

#[test]
fn a_permission_shows_the_lists_that_were_not_sent_and_a_size_is_text() {
    let request = Request::form(
        "ec2",
        "Action=RevokeSecurityGroupEgress&Version=2016-11-15&GroupId=sg-1&IpPermissions.1.IpProtocol=-1\
         &IpPermissions.1.FromPort=0&IpPermissions.1.Ipv6Ranges.1.CidrIpv6=::/0",
    );
    let permission = json!({
        "ipProtocol": "-1",
        "fromPort": 0,
        "groups": {},
        "ipRanges": {},
        "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]},
        "prefixListIds": {},
    });
    assert_eq!(request.parameters(), json!({"groupId": "sg-1", "ipPermissions": {"items": [permission]}}));
    let request = Request::form(
        "ec2",
        "Action=AuthorizeSecurityGroupIngress&Version=2016-11-15&GroupId=sg-1&CidrIp=0.0.0.0/0&ToPort=22",
    );
    let expected = json!({"groupId": "sg-1", "cidrIp": "0.0.0.0/0", "toPort": 22, "ipPermissions": {}});
    assert_eq!(request.parameters(), expected);
    let request = Request::form("ec2", "Action=CreateVolume&Version=2016-11-15&Size=8&Iops=100");
    assert_eq!(request.parameters(), json!({"size": "8", "iops": 100}));
    let answer = "<CreateVolumeResponse><size>8</size><iops>100</iops></CreateVolumeResponse>";
    let elements = request.answered(200, &[], answer).response_elements.unwrap();
    assert_eq!(elements, json!({"size": "8", "iops": 100}));
}

#[test]
fn of_api_gateway_the_value_of_a_key_is_hidden_and_others_are_not() {
    let create = Request::new("POST", "/apikeys").signed_for("apigateway");
    let create = create.body(r#"{"name":"shop","value":"k-1234567890","path":"/name"}"#);
    let expected = json!({"createApiKeyInput": {"name": "shop", "value": HIDDEN, "path": "/name"}, "template": false});
    assert_eq!(create.parameters(), expected);
    let answer = r#"{"id":"a","value":"k-1234567890","name":"shop"}"#;
    let elements = create.answered(201, &[], answer).response_elements.unwrap();
    assert_eq!(elements, json!({"id": "a", "value": HIDDEN, "name": "shop"}));
    let patch = Request::new("PATCH", "/apikeys/a").signed_for("apigateway").body(
        r#"{"patchOperations":[{"op":"replace","path":"/name","value":"store"},
            {"op":"replace","path":"/value","value":"k-2"},{"op":"add","path":"/a/clientSecret","value":"s"}]}"#,
    );
    let shown = &patch.parameters()["updateApiKeyInput"]["patchOperations"];
    let values: Vec<_> = (0..3).map(|number| shown[number]["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["store", HIDDEN, HIDDEN]);
}

#[test]
fn newer_ec2_requests_stand_under_their_own_name() {
    let request = Request::form(
        "ec2",
        "Action=CreateFlowLogs&Version=2016-11-15&ResourceId.1=vpc-1&ResourceType=VPC&MaxAggregationInterval=600\
         &TagSpecification.1.ResourceType=vpc-flow-log&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=true",
    );
    let expected = json!({"CreateFlowLogsRequest": {
        "ResourceId": {"tag": 1, "content": "vpc-1"},
        "ResourceType": "VPC",
        "MaxAggregationInterval": 600,
        "TagSpecification": {"ResourceType": "vpc-flow-log", "Tag": {"Key": "a", "Value": true, "tag": 1}, "tag": 1},
    }});
    assert_eq!(request.parameters(), expected);
}

#[test]
fn rest_json_calls_show_members_of_path_query_and_body() {
    let request = Request::new("PUT", "/2015-03-31/functions/app/code")
        .signed_for("lambda")
        .body(r#"{"S3Bucket":"b","ZipFile":"UEsDBA=="}"#);
    assert_eq!(request.event_name(), "UpdateFunctionCode20150331v2");
    assert_eq!(request.parameters(), json!({"functionName": "app", "s3Bucket": "b", "zipFile": HIDDEN}));
    let invoke = Request::new("POST", "/2015-03-31/functions/app/invocations").signed_for("lambda").body("{}");
    assert_eq!((invoke.event_name().as_str(), invoke.call().category), ("Invoke", Category::Data));
    assert_eq!(
        (invoke.parameters(), invoke.call().request_need()),
        (json!({"functionName": "app"}), BodyNeed::Nothing)
    );
}

#[test]
fn a_name_that_the_caller_chose_counts_only_for_the_service_that_reads_it() {
    let put = Request::s3("PUT", "/photos/a")
        .header("x-amz-target", "DynamoDB_20120810.GetItem")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("Action=GetUser&Version=2010-05-08");
    assert_eq!((put.event_name().as_str(), put.call().read_only), ("PutObject", false));
    let cbor = Request::s3("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics")
        .header("smithy-protocol", "rpc-v2-cbor");
    assert_eq!(cbor.call().event_source, "s3.amazonaws.com");
    let mut anonymous = put;
    anonymous.service = None;
    assert_eq!(anonymous.event_name(), "PutObject");
}

#[test]
fn unsigned_calls_are_named_by_target_action_or_host() {
    let form = Request::form("sts", "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=r&WebIdentityToken=t");
    let form = Request { service: None, ..form };
    assert_eq!(
        (form.event_name().as_str(), form.call().event_source.as_str()),
        ("AssumeRoleWithWebIdentity", "sts.amazonaws.com")
    );
    assert_eq!(form.parameters(), json!({"roleArn": "r", "webIdentityToken": HIDDEN}));
    let target = Request::json("x", "AWSCognitoIdentityProviderService.SignUp", r#"{"Username":"u","Password":"p"}"#);
    let target = Request { service: None, ..target };
    assert_eq!(target.call().event_source, "cognito-idp.amazonaws.com");
    let host = Request::new("GET", "/2015-03-31/functions/").header("host", "lambda.eu-west-1.amazonaws.com");
    assert_eq!(
        (host.event_name().as_str(), host.call().region.as_deref()),
        ("ListFunctions20150331", Some("eu-west-1"))
    );
    assert_eq!(Request::new("GET", "/photos/a").event_name(), "GetObject");
}

#[test]
fn an_unknown_call_says_what_it_is_called_and_hides_what_looks_like_a_secret() {
    let call = Request::json("newthing", "NewThing_2030.DescribeThings", r#"{"Name":"a","Password":"p"}"#);
    let known = call.call();
    assert!(!known.is_known());
    assert_eq!((known.event_source.as_str(), known.event_name.as_str()), ("newthing.amazonaws.com", "DescribeThings"));
    assert!(known.read_only);
    assert_eq!(call.parameters(), json!({"name": "a", "password": HIDDEN}));
    let rest = Request::new("DELETE", "/things/1").signed_for("newthing");
    assert_eq!((rest.event_name().as_str(), rest.call().read_only), ("UnknownOperation", false));
    assert_eq!(rest.parameters(), json!({"httpMethod": "DELETE", "path": "/things/1"}));
    let newer = Request::form("iam", "Action=CreateMagic&Version=2010-05-08&Name=a&SecretKey=s");
    assert_eq!((newer.call().is_known(), newer.event_name().as_str()), (false, "CreateMagic"));
    assert_eq!(newer.parameters(), json!({"name": "a", "secretKey": HIDDEN}));
}

#[test]
fn a_name_that_is_no_name_is_not_taken_over() {
    let long = "A".repeat(500);
    for target in ["DynamoDB_20120810.", ".", "DynamoDB_20120810.Get Item", &format!("DynamoDB_20120810.{long}")] {
        assert_eq!(Request::json("dynamodb", target, "{}").event_name(), "UnknownOperation", "{target}");
    }
    assert_eq!(Request::form("iam", "Action=%0A&Version=2010-05-08").event_name(), "UnknownOperation");
    let call = Request::new("GET", "/").signed_for("not a service").call();
    assert_eq!(call.event_source, "unknown.amazonaws.com");
}

#[test]
fn a_form_that_a_browser_posts_to_a_bucket_is_an_upload() {
    let fields = [
        ("key", "2026/${filename}"),
        ("acl", "public-read"),
        ("success_action_status", "201"),
        ("x-amz-server-side-encryption-customer-key", "c2VjcmV0"),
        ("x-amz-meta-who", "me"),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", "AKIA1/20260101/us-east-1/s3/aws4_request"),
        ("policy", "cG9saWN5"),
        ("x-amz-signature", "c2lnbmF0dXJl"),
    ];
    let fields = fields
        .map(|(name, value)| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a b.jpg\"\r\n\r\n\u{fc}";
    let form = Request::s3("POST", "/photos").header("content-type", "multipart/form-data; boundary=x");
    let head = form.clone().call();
    assert_eq!((head.event_name.as_str(), head.request_need()), ("PostObject", BodyNeed::Beginning));
    let form = form.body(fields.concat() + file);
    let call = form.call();
    assert_eq!((call.event_name.as_str(), call.category, call.read_only), ("PostObject", Category::Data, false));
    let expected = json!({
        "bucketName": "photos",
        "Host": "127.0.0.1:4581",
        "key": "2026/a b.jpg",
        "acl": "public-read",
        "success_action_status": "201",
        "x-amz-server-side-encryption-customer-key": HIDDEN,
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
    });
    assert_eq!(form.parameters(), expected);
    let signer = call.signed_form_fields().iter().find(|(name, _)| name == "X-Amz-Credential").unwrap();
    assert_eq!(signer.1, "AKIA1/20260101/us-east-1/s3/aws4_request");
    let resources = call.resources(Some(&form.parameters()), &CallOutcome::default(), "111122223333", "eu-west-1");
    assert_eq!(resources[0].arn, "arn:aws:s3:::photos/2026/a b.jpg");
    let document = Request::s3("POST", "/photos").body("<a/>").call();
    assert_eq!((document.event_name.as_str(), document.request_need()), ("UnknownOperation", BodyNeed::Nothing));
    assert_eq!(Request::s3("PATCH", "/photos/a").call().category, Category::Data);
}

#[test]
fn answers_are_asked_for_only_where_the_record_shows_them() {
    let need = |request: &Request, status: u16| request.call().response_need(StatusCode::from_u16(status).unwrap());
    let get = Request::s3("GET", "/photos/a");
    assert_eq!((need(&get, 200), need(&get, 404)), (BodyNeed::Nothing, BodyNeed::Beginning));
    assert_eq!(need(&Request::s3("POST", "/photos?delete"), 200), BodyNeed::Beginning);
    assert_eq!(need(&Request::json("dynamodb", "DynamoDB_20120810.Scan", "{}"), 200), BodyNeed::Nothing);
    assert_eq!(need(&Request::form("sts", "Action=GetCallerIdentity&Version=2011-06-15"), 200), BodyNeed::Beginning);
    assert_eq!(need(&Request::form("iam", "Action=CreateUser&Version=2010-05-08"), 200), BodyNeed::Beginning);
}
