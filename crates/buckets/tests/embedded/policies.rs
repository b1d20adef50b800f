//! Bucket policies: what they give to other accounts, and take from all.

use crate::embedded::world::{Reply, STRANGER, USER, World};

async fn set(world: &World, statements: &str) {
    let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    let reply = world.send("PUT", "/my-logs?policy", &[], &policy).await;
    assert_eq!(reply.status, 204, "{}", reply.text());
}

async fn world() -> World {
    let world = World::new().await;
    world.send("PUT", "/my-logs", &[], "").await;
    for key in ["shared/a", "shared/b", "own"] {
        world.send("PUT", &format!("/my-logs/{key}"), &[], key).await;
    }
    world
}

async fn stranger(world: &World, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
    world.send_as(STRANGER, (method, target), headers, "").await
}

const DENIED: (u16, &str) = (403, "AccessDenied");

#[tokio::test]
async fn another_account_may_do_what_the_policy_gives_it_and_nothing_else() {
    let world = world().await;
    set(
        &world,
        r#"{"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::my-logs/shared/*"},
           {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::my-logs",
            "Condition":{"StringLike":{"s3:prefix":"shared/*"}}}"#,
    )
    .await;
    assert_eq!(stranger(&world, "GET", "/my-logs/shared/a", &[]).await.text(), "shared/a");
    assert_eq!(stranger(&world, "HEAD", "/my-logs/shared/a", &[]).await.status, 200);
    assert_eq!(stranger(&world, "PUT", "/my-logs/shared/c", &[]).await.status, 200);
    assert_eq!(stranger(&world, "GET", "/my-logs/own", &[]).await.refusal(), DENIED);
    assert_eq!(stranger(&world, "DELETE", "/my-logs/shared/a", &[]).await.refusal(), DENIED);
    let listed = stranger(&world, "GET", "/my-logs?list-type=2&prefix=shared%2F", &[]).await;
    assert_eq!(listed.all("Key"), ["shared/a", "shared/b", "shared/c"]);
    assert_eq!(stranger(&world, "GET", "/my-logs?list-type=2", &[]).await.refusal(), DENIED);
    world.send_as(STRANGER, ("PUT", "/other-logs"), &[], "").await;
    let copied = stranger(&world, "PUT", "/other-logs/a", &[("x-amz-copy-source", "/my-logs/shared/a")]).await;
    assert_eq!(copied.status, 200, "{}", copied.text());
    let refused = stranger(&world, "PUT", "/other-logs/b", &[("x-amz-copy-source", "/my-logs/own")]).await;
    assert_eq!(refused.refusal(), DENIED);
}

#[tokio::test]
async fn a_denial_holds_for_the_owner_too_who_can_always_take_the_policy_away() {
    let world = world().await;
    set(
        &world,
        r#"{"Sid":"Keep","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::my-logs/shared/*"},
           {"Effect":"Deny","Principal":"*","Action":"s3:*BucketPolicy","Resource":"arn:aws:s3:::my-logs"}"#,
    )
    .await;
    let refused = world.send("DELETE", "/my-logs/shared/a", &[], "").await;
    assert_eq!(refused.refusal(), DENIED);
    let expected = "User: arn:aws:iam::123456789012:root is not authorized to perform: s3:DeleteObject on resource: \
                    \"arn:aws:s3:::my-logs/shared/a\" with an explicit deny in a resource-based policy";
    assert_eq!(refused.all("Message"), [expected]);
    let keys = "<Delete><Object><Key>shared/a</Key></Object><Object><Key>own</Key></Object></Delete>";
    let many = world.send("POST", "/my-logs?delete", &[("content-md5", &md5(keys))], keys).await;
    assert_eq!((many.all("Key"), many.all("Code")), (vec!["own", "shared/a"], vec!["AccessDenied"]));
    assert_eq!(world.send("GET", "/my-logs?policy", &[], "").await.status, 200);
    assert_eq!(world.send("DELETE", "/my-logs?policy", &[], "").await.status, 204);
    assert_eq!(world.send("DELETE", "/my-logs/shared/a", &[], "").await.status, 204);
}

#[tokio::test]
async fn conditions_see_address_transport_and_headers() {
    let world = world().await;
    let allow = |condition: &str| {
        format!(
            r#"{{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-logs/*","Condition":{{{condition}}}}}"#
        )
    };
    for (condition, status) in [
        (r#""IpAddress":{"aws:SourceIp":"192.0.2.0/24"}"#, 200),
        (r#""IpAddress":{"aws:SourceIp":"198.51.100.0/24"}"#, 403),
        (r#""Bool":{"aws:SecureTransport":false}"#, 200),
        (r#""Bool":{"aws:SecureTransport":true}"#, 403),
        (r#""StringLike":{"aws:UserAgent":"tester/*"},"StringEquals":{"aws:PrincipalAccount":"999999999999"}"#, 200),
        (r#""StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}"#, 403),
        (r#""DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"},"Null":{"aws:SourceVpc":true}"#, 200),
    ] {
        set(&world, &allow(condition)).await;
        let reply = stranger(&world, "GET", "/my-logs/own", &[("user-agent", "tester/1")]).await;
        assert_eq!(reply.status, status, "{condition}");
    }
}

#[tokio::test]
async fn another_account_never_changes_the_policy() {
    let world = world().await;
    set(&world, r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::my-logs","arn:aws:s3:::my-logs/*"]}"#)
        .await;
    assert_eq!(stranger(&world, "DELETE", "/my-logs?policy", &[]).await.refusal(), (405, "MethodNotAllowed"));
    assert_eq!(stranger(&world, "DELETE", "/my-logs/own", &[]).await.status, 204);
    assert_eq!(world.send("DELETE", "/my-logs?policy", &[], "").await.status, 204);
    assert_eq!(stranger(&world, "GET", "/my-logs/shared/a", &[]).await.refusal(), DENIED);
}

#[tokio::test]
async fn a_user_needs_its_own_policies_or_the_buckets_and_gets_past_no_denial() {
    let world = world().await;
    let user = async |method: &str, target: &str| world.send_as(USER, (method, target), &[], "").await;
    assert_eq!(user("GET", "/my-logs/own").await.status, 200);
    assert_eq!(user("PUT", "/my-logs/own-2").await.status, 200);
    let reply = user("GET", "/my-logs/shared/a").await;
    assert_eq!(reply.refusal(), DENIED);
    let expected = "User: arn:aws:iam::123456789012:user/uma is not authorized to perform: s3:GetObject on resource: \
                    \"arn:aws:s3:::my-logs/shared/a\" because no identity-based policy allows the s3:GetObject action";
    assert_eq!(reply.facts.error.unwrap().1, expected);
    for (method, target) in [("GET", "/my-logs"), ("GET", "/"), ("PUT", "/others"), ("GET", "/my-logs?policy")] {
        assert_eq!(user(method, target).await.refusal(), DENIED, "{method} {target}");
    }
    let grant = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/uma"},"Action":"s3:GetObject",
        "Resource":"arn:aws:s3:::my-logs/shared/*"}"#;
    let denial = r#"{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-logs/own"}"#;
    set(&world, &format!("{grant},{denial}")).await;
    assert_eq!(user("GET", "/my-logs/shared/a").await.status, 200);
    assert_eq!(user("GET", "/my-logs/own").await.refusal(), DENIED);
    set(&world, grant).await;
    assert_eq!(user("GET", "/my-logs/own").await.status, 200, "a policy that was replaced is read anew");
}

fn md5(text: &str) -> String {
    use base64::Engine;
    base64::prelude::BASE64_STANDARD.encode(<md5::Md5 as md5::Digest>::digest(text))
}
