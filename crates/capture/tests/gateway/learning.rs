//! Who a key is, known from the calls that made it, as soon as anybody can use it.

use crate::house::House;
use crate::played::{Upstream, client};

fn query_call(service: &str, key: &str, body: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: {service}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={key}/20261001/us-east-1/{service}/aws4_request, SignedHeaders=host, \
         Signature=00\r\n\r\n{body}",
        body.len()
    )
}

fn xml(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_traced_to_the_user_whose_key_began_it() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    let made = "<CreateAccessKeyResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><CreateAccessKeyResult><AccessKey>\
                <UserName>alice</UserName><AccessKeyId>AKIAALICE00000000001</AccessKeyId><Status>Active</Status>\
                <SecretAccessKey>hidden-secret</SecretAccessKey></AccessKey></CreateAccessKeyResult><ResponseMetadata>\
                <RequestId>r1</RequestId></ResponseMetadata></CreateAccessKeyResponse>";
    let assumed = "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
                   <AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:robert</AssumedRoleId>\
                   <Arn>arn:aws:sts::123456789012:assumed-role/Admin/robert</Arn></AssumedRoleUser><Credentials>\
                   <AccessKeyId>ASIASESSION000000001</AccessKeyId><SecretAccessKey>hidden-secret</SecretAccessKey>\
                   <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
                   </AssumeRoleResult><ResponseMetadata><RequestId>r2</RequestId></ResponseMetadata></AssumeRoleResponse>";
    let calls = [
        (
            query_call("iam", "AKIAROOT000000000001", "Action=CreateAccessKey&Version=2010-05-08&UserName=alice"),
            xml(made),
        ),
        (
            query_call(
                "sts",
                "AKIAALICE00000000001",
                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FAdmin&RoleSessionName=robert",
            ),
            xml(assumed),
        ),
        (query_call("iam", "ASIASESSION000000001", "Action=ListUsers&Version=2010-05-08"), xml("<ListUsersResponse/>")),
    ];
    let mut line = None;
    for (request, answer) in calls {
        client.send(&request).await;
        let line = match &mut line {
            None => line.insert(upstream.accept().await),
            Some(line) => line,
        };
        line.expect(&request).await;
        line.send(&answer).await;
        client.expect(&answer).await;
    }
    let events = house.wait_for_events(3).await;
    assert_eq!(events[1]["userIdentity"]["userName"], "alice", "{}", events[1]);
    assert_eq!(events[2]["userIdentity"]["type"], "AssumedRole");
    let entries = house.entries().await;
    assert!(entries.iter().all(|entry| !String::from_utf8_lossy(&entry.event).contains("hidden-secret")));
    let beside: serde_json::Value = serde_json::from_slice(entries.last().unwrap().beside.as_ref().unwrap()).unwrap();
    assert_eq!(beside["originPrincipal"]["userName"], "alice", "{beside}");
    assert_eq!(beside["chain"].as_array().unwrap().len(), 2, "{beside}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_upstream_does_not_believe_speaks_for_nobody() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    let said = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                <Arn>arn:aws:iam::123456789012:user/alice</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>\
                </GetCallerIdentityResult></GetCallerIdentityResponse>";
    let refused = "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
                   <Code>SignatureDoesNotMatch</Code><Message>no</Message></Error></ErrorResponse>";
    let mut line = None;
    for (request, answer) in [
        (query_call("sts", "AKIAALICE00000000001", "Action=GetCallerIdentity&Version=2011-06-15"), xml(said)),
        (
            query_call("iam", "AKIAALICE00000000001", "Action=DeleteUser&Version=2010-05-08&UserName=bob"),
            xml(refused).replace("200 OK", "403 Forbidden"),
        ),
    ] {
        client.send(&request).await;
        let line = match &mut line {
            None => line.insert(upstream.accept().await),
            Some(line) => line,
        };
        line.expect(&request).await;
        line.send(&answer).await;
        client.expect(&answer).await;
    }
    let events = house.wait_for_events(2).await;
    assert_eq!(events[0]["userIdentity"]["userName"], "alice");
    assert_eq!(events[1]["errorCode"], "SignatureDoesNotMatch");
    assert_eq!(
        events[1]["userIdentity"],
        serde_json::json!({"type": "Unknown", "accessKeyId": "AKIAALICE00000000001"})
    );
}
