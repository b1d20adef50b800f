//! The embedded S3 through the listener.

use cairn_edge::EdgeSettings;
use serde_json::json;

use crate::house::{House, KEY, OTHER_KEY, Signed};

#[tokio::test]
async fn objects_are_kept_and_each_touch_of_them_is_a_data_event() {
    let house = House::open(EdgeSettings::default()).await;
    let s3 = |method, path, body: &[u8]| Signed { method, path, body: body.to_vec(), ..Signed::post("s3") };
    let place =
        b"<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    let answer = house.exchange(&s3("PUT", "/audit-logs", place).bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let event = house.only_event().await;
    assert_eq!((&event["eventName"], &event["eventCategory"]), (&json!("CreateBucket"), &json!("Management")));

    let answer = house.exchange(&s3("PUT", "/audit-logs/a/b%20c.txt", b"hello").bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let event = house.only_event().await;
    assert_eq!((&event["eventName"], &event["eventCategory"]), (&json!("PutObject"), &json!("Data")));
    assert_eq!(event["requestID"], answer.request_id());
    assert_eq!(
        event["requestParameters"],
        json!({"bucketName": "audit-logs", "Host": "127.0.0.1", "key": "a/b c.txt"})
    );
    assert_eq!(event["additionalEventData"]["bytesTransferredIn"], 5);
    assert_eq!(event["userAgent"], "[Boto3/1.43]");
    let bucket = json!({"accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::audit-logs"});
    let object = json!({"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::audit-logs/a/b c.txt"});
    assert_eq!(event["resources"], json!([object, bucket]));

    let answer = house.exchange(&s3("GET", "/audit-logs/a/b%20c.txt", b"").bytes()).await;
    assert_eq!((answer.status, &*answer.body), (200, "hello"));
    assert_eq!(house.only_event().await["additionalEventData"]["bytesTransferredOut"], 5);

    let mut forged = s3("PUT", "/audit-logs/forged", b"hello").bytes();
    let last = forged.len() - 1;
    forged[last] = b'p';
    let answer = house.exchange(&forged).await;
    assert_eq!((answer.status, answer.code()), (400, "XAmzContentSHA256Mismatch".to_owned()), "{}", answer.body);
    assert_eq!(house.only_event().await["errorCode"], "XAmzContentSHA256Mismatch");
    let answer = house.exchange(&s3("GET", "/audit-logs/forged", b"").bytes()).await;
    assert_eq!((answer.status, answer.code()), (404, "NoSuchKey".to_owned()));
    assert_eq!(house.only_event().await["errorCode"], "NoSuchKey");
    house.close().await;
}

#[tokio::test]
async fn a_call_on_the_bucket_of_another_account_stands_in_both_with_one_shared_id() {
    let house = House::open(EdgeSettings::default()).await;
    let s3 = |method, path, key| Signed { method, path, key, body: Vec::new(), ..Signed::post("s3") };
    assert_eq!(house.exchange(&s3("PUT", "/audit-logs", KEY).bytes()).await.status, 200);
    assert!(house.only_event().await.get("sharedEventID").is_none());
    for (method, path) in [("GET", "/audit-logs/secret"), ("DELETE", "/audit-logs"), ("PUT", "/audit-logs/mine")] {
        let answer = house.exchange(&s3(method, path, OTHER_KEY).bytes()).await;
        assert_eq!((answer.status, answer.code()), (403, "AccessDenied".to_owned()), "{path}");
        let [theirs, owners] = &house.new_events().await[..] else { panic!("one event for each account") };
        assert_eq!([&theirs["recipientAccountId"], &owners["recipientAccountId"]], ["111122223333", "123456789012"]);
        assert!(theirs["sharedEventID"].is_string() && theirs["eventID"] != owners["eventID"]);
        for member in ["sharedEventID", "requestID", "eventName", "errorCode", "userIdentity", "resources"] {
            assert_eq!(theirs[member], owners[member], "{member}");
        }
        assert_eq!(owners["userIdentity"]["accountId"], "111122223333");
    }
    let answer = house.exchange(&s3("PUT", "/audit-logs", OTHER_KEY).bytes()).await;
    assert_eq!(answer.code(), "BucketAlreadyExists");
    assert_eq!(house.only_event().await["recipientAccountId"], "111122223333", "a name that is taken is nobody's call");
    house.close().await;
}
