//! Buckets, refusals and the facts of each request.

use super::world::{OWNER, STRANGER, World};

#[tokio::test]
async fn a_bucket_is_created_described_and_deleted() {
    let world = World::new().await;
    let created = world.send("PUT", "/my-logs", &[], "").await;
    assert_eq!((created.status, created.header("location")), (200, "/my-logs"));
    assert_eq!(world.send("PUT", "/my-logs", &[], "").await.status, 200);
    let constraint =
        "<CreateBucketConfiguration><LocationConstraint>eu-west-2</LocationConstraint></CreateBucketConfiguration>";
    assert_eq!(world.send("PUT", "/far-logs", &[], constraint).await.status, 200);
    let again = world.send("PUT", "/far-logs", &[], constraint).await;
    assert_eq!(again.refusal(), (409, "BucketAlreadyOwnedByYou"));

    assert_eq!(world.send("GET", "/", &[], "").await.all("Name"), ["far-logs", "my-logs"]);
    let location = world.send("GET", "/far-logs?location=", &[], "").await;
    assert!(location.text().contains(">eu-west-2</LocationConstraint>"), "{}", location.text());
    let location = world.send("GET", "/my-logs?location", &[], "").await;
    assert!(location.text().contains("LocationConstraint") && !location.text().contains("us-east-1"));
    let head = world.send("HEAD", "/far-logs", &[], "").await;
    assert_eq!((head.status, head.header("x-amz-bucket-region")), (200, "eu-west-2"));
    assert!(world.send("GET", "/my-logs?acl", &[], "").await.text().contains("FULL_CONTROL"));

    world.send("PUT", "/my-logs/k", &[], "x").await;
    assert_eq!(world.send("DELETE", "/my-logs", &[], "").await.refusal(), (409, "BucketNotEmpty"));
    assert_eq!(world.send("DELETE", "/my-logs/k", &[], "").await.status, 204);
    assert_eq!(world.send("DELETE", "/my-logs", &[], "").await.status, 204);
    assert_eq!(world.send("HEAD", "/my-logs", &[], "").await.refusal(), (404, "NoSuchBucket"));
}

#[tokio::test]
async fn versioning_and_policy_are_stored_and_answered() {
    let world = World::new().await;
    world.send("PUT", "/my-logs", &[], "").await;
    assert_eq!(world.send("GET", "/my-logs?versioning", &[], "").await.all("Status"), [""; 0]);
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(world.send("PUT", "/my-logs?versioning", &[], enabled).await.status, 200);
    assert_eq!(world.send("GET", "/my-logs?versioning", &[], "").await.all("Status"), ["Enabled"]);

    assert_eq!(world.send("GET", "/my-logs?policy", &[], "").await.refusal(), (404, "NoSuchBucketPolicy"));
    assert_eq!(world.send("PUT", "/my-logs?policy", &[], "[]").await.refusal(), (400, "MalformedPolicy"));
    let bad = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Permit"}]}"#;
    let reply = world.send("PUT", "/my-logs?policy", &[], bad).await;
    assert_eq!(reply.refusal(), (400, "MalformedPolicy"));
    assert_eq!(reply.all("Message"), [r#"expected "Allow" or "Deny" (line 1, column 48, Statement[0].Effect)"#]);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-logs/*"}]}"#;
    assert_eq!(world.send("PUT", "/my-logs?policy", &[], policy).await.status, 204);
    assert_eq!(world.send("GET", "/my-logs?policy", &[], "").await.text(), policy);
    assert_eq!(world.send("DELETE", "/my-logs?policy", &[], "").await.status, 204);
    assert_eq!(world.send("GET", "/my-logs?policy", &[], "").await.status, 404);
}

#[tokio::test]
async fn another_accounts_bucket_is_closed() {
    let world = World::new().await;
    world.send("PUT", "/my-logs", &[], "").await;
    world.send("PUT", "/my-logs/k", &[], "x").await;
    for (method, target) in [
        ("GET", "/my-logs/k"),
        ("HEAD", "/my-logs"),
        ("PUT", "/my-logs/k2"),
        ("DELETE", "/my-logs/k"),
        ("GET", "/my-logs?list-type=2"),
        ("GET", "/my-logs?policy"),
        ("DELETE", "/my-logs"),
    ] {
        let reply = world.send_as(STRANGER, (method, target), &[], "").await;
        assert_eq!(reply.refusal(), (403, "AccessDenied"), "{method} {target}");
    }
    assert_eq!(world.send_as(STRANGER, ("PUT", "/my-logs"), &[], "").await.refusal(), (409, "BucketAlreadyExists"));
    assert_eq!(world.send_as(STRANGER, ("GET", "/"), &[], "").await.all("Name"), [""; 0]);
    world.send_as(STRANGER, ("PUT", "/other-logs"), &[], "").await;
    let copy = [("x-amz-copy-source", "/my-logs/k")];
    assert_eq!(world.send_as(STRANGER, ("PUT", "/other-logs/k"), &copy, "").await.refusal(), (403, "AccessDenied"));
    let expecting = [("x-amz-expected-bucket-owner", "999999999999")];
    assert_eq!(world.send("GET", "/my-logs/k", &expecting, "").await.refusal(), (403, "AccessDenied"));
}

#[tokio::test]
async fn the_facts_tell_what_the_event_must_say() {
    let world = World::new().await;
    let created = world.send("PUT", "/my-logs", &[], "").await.facts;
    assert_eq!((created.operation, created.read_only, created.data_event), (Some("CreateBucket"), false, false));
    assert_eq!((created.bucket.as_deref(), created.key), (Some("my-logs"), None));
    let put = world.send("PUT", "/my-logs/a/b%20c", &[], "hello").await.facts;
    assert_eq!((put.operation, put.data_event, put.bytes_in), (Some("PutObject"), true, 5));
    assert_eq!(put.key.as_deref(), Some("a/b c"));
    let got = world.send("GET", "/my-logs/a/b%20c", &[], "").await.facts;
    assert_eq!((got.operation, got.read_only, got.bytes_out), (Some("GetObject"), true, 5));
    let listed = world.send("GET", "/my-logs?list-type=2", &[], "").await.facts;
    assert_eq!((listed.operation, listed.data_event), (Some("ListObjects"), true));
    let absent = world.send("GET", "/my-logs/absent", &[], "").await;
    let message = "The specified key does not exist.".to_owned();
    assert_eq!(absent.facts.error, Some(("NoSuchKey".to_owned(), message)));
    assert_eq!(absent.facts.operation, Some("GetObject"));
    assert!(absent.text().contains("<RequestId>REQUEST1</RequestId>"), "{}", absent.text());
    assert_eq!((absent.header("x-amz-request-id"), absent.header("content-type")), ("REQUEST1", "application/xml"));
}

#[tokio::test]
async fn what_is_not_there_is_refused_cleanly() {
    let world = World::new().await;
    world.send("PUT", "/my-logs", &[], "").await;
    for (method, target, refusal) in [
        ("POST", "/my-logs/k?uploads", (501, "NotImplemented")),
        ("PUT", "/my-logs/k?partNumber=1&uploadId=x", (501, "NotImplemented")),
        ("GET", "/my-logs?versions", (501, "NotImplemented")),
        ("GET", "/absent-bucket/k", (404, "NoSuchBucket")),
        ("GET", "/My_Bucket/k", (400, "InvalidBucketName")),
        ("PUT", "/192.168.1.1", (400, "InvalidBucketName")),
        ("GET", "/.buckets/my-logs.json", (400, "InvalidBucketName")),
        ("GET", "/my-logs/k?versionId=abc", (404, "NoSuchVersion")),
        ("DELETE", "/my-logs/k?versionId=abc", (501, "NotImplemented")),
        ("GET", "/my-logs?list-type=2&max-keys=-1", (400, "InvalidArgument")),
        ("GET", "/my-logs?list-type=2&continuation-token=%25", (400, "InvalidArgument")),
        ("PATCH", "/my-logs/k", (501, "NotImplemented")),
    ] {
        assert_eq!(world.send(method, target, &[], "").await.refusal(), refusal, "{method} {target}");
    }
    for (algorithm, refusal) in [("aws:kms", (400, "KMS.NotFoundException")), ("aws:kms:dsse", (501, "NotImplemented"))]
    {
        let encrypted = [("x-amz-server-side-encryption", algorithm)];
        assert_eq!(world.send("PUT", "/my-logs/k", &encrypted, "x").await.refusal(), refusal, "{algorithm}");
    }
    let long = format!("/my-logs/{}", "a".repeat(1025));
    assert_eq!(world.send("PUT", &long, &[], "x").await.refusal(), (400, "KeyTooLongError"));
    let part = format!("/my-logs/{}", "a".repeat(300));
    assert_eq!(world.send("PUT", &part, &[], "x").await.refusal(), (400, "InvalidArgument"));
}

#[tokio::test]
async fn path_tricks_stay_in_the_bucket() {
    let world = World::new().await;
    world.send("PUT", "/my-logs", &[], "").await;
    for key in ["%2E%2E/%2E%2E/escaped", "a/%2E%2E/%2E%2E/%2E%2E/escaped", "%00", "a//b", "a%25/b"] {
        let target = format!("/my-logs/{key}");
        assert_eq!(world.send("PUT", &target, &[], key).await.status, 200, "{key}");
        assert_eq!(world.send("GET", &target, &[], "").await.text(), key);
    }
    let found: Vec<_> =
        std::fs::read_dir(world.place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(found, ["buckets"]);
    let listed = world.send("GET", "/my-logs?list-type=2&encoding-type=url", &[], "").await;
    assert_eq!(listed.all("Key"), ["%00", "../../escaped", "a%25/b", "a/../../../escaped", "a//b"]);
    assert_eq!(world.send_as(OWNER, ("GET", "/my-logs/../x"), &[], "").await.status, 404);
}
