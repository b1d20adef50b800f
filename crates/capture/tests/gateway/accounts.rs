//! A caller of another account: the call stands in both accounts, and the copies say that they belong together.

use serde_json::Value;

use crate::house::House;
use crate::played::{AUTHORIZATION, EMPTY, Line, Upstream, client, get};

const GUEST: &str = "210987654321";

const ASSUMED: &str = "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
     <AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:robert</AssumedRoleId>\
     <Arn>arn:aws:sts::210987654321:assumed-role/Guest/robert</Arn></AssumedRoleUser><Credentials>\
     <AccessKeyId>ASIAGUEST00000000001</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
     <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
     </AssumeRoleResult></AssumeRoleResponse>";

async fn answered(
    client: &mut Line<tokio::net::TcpStream>,
    line: &mut Line<tokio::net::TcpStream>,
    (request, answer): (&str, &str),
) {
    client.send(request).await;
    line.expect(request).await;
    line.send(answer).await;
    client.expect(answer).await;
}

fn with_body(head: &str, body: &str) -> String {
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_from_another_account_is_recorded_whole_in_both_with_one_shared_id() {
    let upstream = Upstream::start().await;
    let house = House::in_front_of(upstream.address()).await;
    let mut client = client(house.address).await;
    let sts = AUTHORIZATION.replace("/s3/", "/sts/");
    let assume = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=robert\
                  &RoleArn=arn%3Aaws%3Aiam%3A%3A210987654321%3Arole%2FGuest";
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nAuthorization: {sts}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    client.send(with_body(&head, assume)).await;
    let mut line = upstream.accept().await;
    line.expect(with_body(&head, assume)).await;
    let answer = with_body("HTTP/1.1 200 OK\r\n", ASSUMED);
    line.send(&answer).await;
    client.expect(&answer).await;

    let by_guest = |request: &str| request.replace("AKIAEXAMPLE", "ASIAGUEST00000000001");
    answered(&mut client, &mut line, (&by_guest(&get("/photos/a")), EMPTY)).await;
    let delete = "<Delete><Object><Key>a</Key></Object></Delete>";
    let head = format!("POST /photos?delete HTTP/1.1\r\nHost: a\r\nAuthorization: {AUTHORIZATION}\r\n");
    let done = with_body("HTTP/1.1 200 OK\r\n", "<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>");
    answered(&mut client, &mut line, (&by_guest(&with_body(&head, delete)), &done)).await;
    answered(&mut client, &mut line, (&get("/photos/a"), EMPTY)).await;

    let events = house.wait_for_events(1 + 2 + 2 * 2 + 1).await;
    let (first, last) = (&events[0], &events[7]);
    assert!(first.get("sharedEventID").is_none() && last.get("sharedEventID").is_none(), "{events:#?}");
    let mut shared = Vec::new();
    for (pair, name) in events[1..7].chunks(2).zip(["GetObject", "DeleteObjects", "DeleteObject"]) {
        assert_eq!(accounts(pair), ["123456789012", GUEST], "{pair:#?}");
        assert_ne!(pair[0]["eventID"], pair[1]["eventID"]);
        assert_eq!(pair[0]["eventName"], name);
        assert!(pair[0]["sharedEventID"].as_str().is_some_and(|id| id.len() == 36), "{pair:#?}");
        assert_eq!(without_place(&pair[0]), without_place(&pair[1]));
        assert_eq!(pair[0]["userIdentity"]["accountId"], GUEST);
        shared.push(pair[0]["sharedEventID"].clone());
    }
    assert!(shared[0] != shared[1] && shared[1] != shared[2] && shared[0] != shared[2], "{shared:?}");
}

fn accounts(pair: &[Value]) -> Vec<&str> {
    pair.iter().map(|event| event["recipientAccountId"].as_str().unwrap()).collect()
}

/// What an event says beside where it stands.
fn without_place(event: &Value) -> Value {
    let mut event = event.clone();
    for name in ["eventID", "recipientAccountId"] {
        event.as_object_mut().unwrap().remove(name);
    }
    event
}
