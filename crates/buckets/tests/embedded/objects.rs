//! Objects: put, read in whole and in part, listed, copied and deleted.

use super::world::{Reply, World};

async fn world() -> World {
    let world = World::new().await;
    assert_eq!(world.send("PUT", "/my-logs", &[], "").await.status, 200);
    world
}

#[tokio::test]
async fn an_object_keeps_its_headers_and_metadata() {
    let world = world().await;
    let headers = [
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
        ("x-amz-meta-signature", "00ff"),
        ("content-md5", "XUFAKrxLKna5cZ2REBfFkg=="),
        ("x-amz-checksum-crc32", "NhCmhg=="),
    ];
    let put = world.send("PUT", "/my-logs/k", &headers, "hello").await;
    assert_eq!((put.status, put.header("etag")), (200, "\"5d41402abc4b2a76b9719d911017c592\""));
    for method in ["GET", "HEAD"] {
        let reply = world.send(method, "/my-logs/k", &[], "").await;
        let seen = ["content-type", "content-encoding", "x-amz-meta-signature", "etag", "content-length"]
            .map(|name| reply.header(name).to_owned());
        let etag = "\"5d41402abc4b2a76b9719d911017c592\"";
        assert_eq!(seen, ["application/json", "gzip", "00ff", etag, "5"], "{method}");
        assert!(reply.header("last-modified").ends_with(" GMT"));
        assert_eq!(reply.text(), if method == "GET" { "hello" } else { "" });
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_was_sent_is_refused() {
    let world = world().await;
    for (name, value, code) in [
        ("content-md5", "rL0Y20zC+Fzt72VPzMSk2A==", "BadDigest"),
        ("content-md5", "x", "InvalidDigest"),
        ("x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCR=", "BadDigest"),
        ("x-amz-checksum-crc32c", "AAAAAA==", "BadDigest"),
    ] {
        let put = world.send("PUT", "/my-logs/k", &[(name, value)], "hello").await;
        assert_eq!(put.refusal(), (400, code), "{name}");
    }
    assert_eq!(world.send("GET", "/my-logs/k", &[], "").await.refusal(), (404, "NoSuchKey"));
}

#[tokio::test]
async fn a_part_of_an_object_is_read_by_its_range() {
    let world = world().await;
    world.send("PUT", "/my-logs/k", &[], "0123456789").await;
    for (range, text, header) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=5-99", "56789", "bytes 5-9/10"),
    ] {
        let reply = world.send("GET", "/my-logs/k", &[("range", range)], "").await;
        assert_eq!((reply.status, reply.text(), reply.header("content-range")), (206, text, header));
    }
    let behind = world.send("GET", "/my-logs/k", &[("range", "bytes=10-")], "").await;
    assert_eq!(behind.refusal(), (416, "InvalidRange"));
}

#[tokio::test]
async fn a_large_object_is_sent_piece_by_piece_and_whole() {
    let world = world().await;
    let text = (0..400_000).map(|number| format!("{number:07}")).collect::<Vec<_>>().join("\n");
    assert_eq!(world.send("PUT", "/my-logs/large", &[], &text).await.status, 200);
    let reply = world.send("GET", "/my-logs/large", &[], "").await;
    assert!(reply.text() == text && reply.header("content-length") == text.len().to_string());
    let reply = world.send("GET", "/my-logs/large", &[("range", "bytes=8-3000007")], "").await;
    assert!(reply.status == 206 && reply.body.as_ref() == &text.as_bytes()[8..3_000_008]);
}

#[tokio::test]
async fn conditions_are_kept() {
    let world = world().await;
    let absent_only = [("if-none-match", "*")];
    let put = world.send("PUT", "/my-logs/k", &absent_only, "one").await;
    let etag = put.header("etag").to_owned();
    let again = world.send("PUT", "/my-logs/k", &absent_only, "two").await;
    assert_eq!(again.refusal(), (412, "PreconditionFailed"));
    for (name, value, status) in [
        ("if-match", etag.as_str(), 200),
        ("if-match", "\"other\"", 412),
        ("if-none-match", etag.as_str(), 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", "Thu, 01 Jan 2099 00:00:00 GMT", 304),
        ("if-modified-since", "Thu, 01 Jan 2009 00:00:00 GMT", 200),
        ("if-unmodified-since", "Thu, 01 Jan 2009 00:00:00 GMT", 412),
        ("if-unmodified-since", "Thu, 01 Jan 2099 00:00:00 GMT", 200),
    ] {
        for method in ["GET", "HEAD"] {
            let reply = world.send(method, "/my-logs/k", &[(name, value)], "").await;
            assert_eq!(reply.status, status, "{method} {name}: {value}");
            assert!(status != 304 || (reply.body.is_empty() && reply.header("etag") == etag));
        }
    }
}

#[tokio::test]
async fn objects_are_copied_and_deleted() {
    let world = world().await;
    world.send("PUT", "/my-logs/a%20b", &[("x-amz-meta-n", "1"), ("content-type", "text/plain")], "text").await;
    let copied = world.send("PUT", "/my-logs/c", &[("x-amz-copy-source", "/my-logs/a%20b")], "").await;
    assert_eq!(copied.all("ETag").len(), 1, "{}", copied.text());
    let copy = world.send("GET", "/my-logs/c", &[], "").await;
    assert_eq!((copy.text(), copy.header("x-amz-meta-n"), copy.header("content-type")), ("text", "1", "text/plain"));
    let itself = [("x-amz-copy-source", "/my-logs/c"), ("x-amz-metadata-directive", "REPLACE"), ("x-amz-meta-n", "2")];
    assert_eq!(world.send("PUT", "/my-logs/c", &itself, "").await.status, 200);
    assert_eq!(world.send("HEAD", "/my-logs/c", &[], "").await.header("x-amz-meta-n"), "2");
    let refused = world.send("PUT", "/my-logs/c", &[("x-amz-copy-source", "/my-logs/c")], "").await;
    assert_eq!(refused.refusal(), (400, "InvalidRequest"));

    let keys = "<Delete><Object><Key>c</Key></Object><Object><Key>absent</Key></Object></Delete>";
    let deleted = world.send("POST", "/my-logs?delete", &[], keys).await;
    assert_eq!((deleted.status, deleted.all("Key")), (200, vec!["c", "absent"]));
    assert_eq!(world.send("DELETE", "/my-logs/a%20b", &[], "").await.status, 204);
    assert_eq!(world.send("DELETE", "/my-logs/a%20b", &[], "").await.status, 204);
    assert_eq!(world.send("GET", "/my-logs?list-type=2", &[], "").await.all("Key"), [""; 0]);
}

const KEYS: [&str; 9] = ["a", "b/1", "b/2", "b/c/3", "b-1", "d/1", "d/2", "é", "z"];

async fn pages(world: &World, target: &str, next: &str, argument: &str) -> Vec<Reply> {
    let mut replies = vec![world.send("GET", target, &[], "").await];
    while let [token] = replies.last().unwrap().all(next)[..] {
        let target = format!("{target}&{argument}={}", token.replace('/', "%2F"));
        replies.push(world.send("GET", &target, &[], "").await);
    }
    replies
}

#[tokio::test]
async fn listings_page_and_roll_up() {
    let world = world().await;
    for key in KEYS {
        world.send("PUT", &format!("/my-logs/{}", key.replace('é', "%C3%A9")), &[], key).await;
    }
    let sorted = ["a", "b-1", "b/1", "b/2", "b/c/3", "d/1", "d/2", "z", "é"];
    let whole = world.send("GET", "/my-logs?list-type=2", &[], "").await;
    assert_eq!(
        (whole.all("Key"), whole.all("KeyCount"), whole.all("IsTruncated")),
        (sorted.to_vec(), vec!["9"], vec!["false"])
    );
    let encoded = world.send("GET", "/my-logs?list-type=2&encoding-type=url&start-after=d%2F2", &[], "").await;
    assert_eq!(encoded.all("Key"), ["z", "%C3%A9"]);

    for limit in 1..6 {
        let target = format!("/my-logs?list-type=2&max-keys={limit}");
        let replies = pages(&world, &target, "NextContinuationToken", "continuation-token").await;
        assert_eq!(replies.iter().flat_map(|reply| reply.all("Key")).collect::<Vec<_>>(), sorted, "{limit}");

        let target = format!("/my-logs?delimiter=%2F&max-keys={limit}");
        for (version, next, argument) in
            [("&list-type=2", "NextContinuationToken", "continuation-token"), ("", "NextMarker", "marker")]
        {
            let replies = pages(&world, &format!("{target}{version}"), next, argument).await;
            let keys: Vec<_> = replies.iter().flat_map(|reply| reply.all("Key")).collect();
            assert_eq!(keys, ["a", "b-1", "z", "é"], "{limit} {next}");
            let prefixes: Vec<_> = replies.iter().flat_map(rolled_up).collect();
            assert_eq!(prefixes, ["b/", "d/"], "{limit} {next}");
            assert!(replies.iter().all(|reply| reply.all("Key").len() + rolled_up(reply).len() <= limit));
        }
    }
    let below = world.send("GET", "/my-logs?prefix=b%2F&delimiter=%2F", &[], "").await;
    assert_eq!((below.all("Key"), rolled_up(&below)), (vec!["b/1", "b/2"], vec!["b/c/"]));
    let from = world.send("GET", "/my-logs?marker=b%2Fc%2F3&max-keys=2", &[], "").await;
    assert_eq!((from.all("Key"), from.all("IsTruncated")), (vec!["d/1", "d/2"], vec!["true"]));
    let none = world.send("GET", "/my-logs?list-type=2&max-keys=0", &[], "").await;
    assert_eq!((none.all("KeyCount"), none.all("IsTruncated")), (vec!["0"], vec!["false"]));
}

fn rolled_up(reply: &Reply) -> Vec<&str> {
    let parts = reply.text().split("<CommonPrefixes><Prefix>").skip(1);
    parts.map(|part| part.split('<').next().unwrap()).collect()
}

#[tokio::test]
async fn many_keys_roll_up_into_few_prefixes() {
    let world = world().await;
    for number in 0..120 {
        world.send("PUT", &format!("/my-logs/logs/{}/{number:03}", number / 40), &[], "").await;
    }
    let listed = world.send("GET", "/my-logs?list-type=2&prefix=logs%2F&delimiter=%2F", &[], "").await;
    assert_eq!(rolled_up(&listed), ["logs/0/", "logs/1/", "logs/2/"]);
    assert_eq!(listed.all("IsTruncated"), ["false"]);
}
