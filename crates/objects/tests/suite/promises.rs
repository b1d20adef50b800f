//! The promises of a bucket, whatever its kind.

use std::collections::BTreeSet;

use bytes::Bytes;
use cairn_objects::{Bucket, ObjectError, PutOptions};

/// Fails unless `actual` is what was promised.
#[allow(clippy::needless_pass_by_value, reason = "so that calls read like equations")]
fn same<T: PartialEq + std::fmt::Debug>(actual: T, promised: T) {
    assert_eq!(actual, promised);
}

fn absent_only() -> PutOptions {
    PutOptions { only_if_absent: true, ..PutOptions::default() }
}

async fn put(bucket: &Bucket, key: &str, text: &str) {
    bucket.put(key, Bytes::from(text.to_owned()), PutOptions::default()).await.expect(key);
}

/// Checks every promise. The bucket is empty before and after.
pub(crate) async fn check(bucket: &Bucket) {
    an_object_comes_back_as_it_was_put(bucket).await;
    ranges_are_cut_at_the_end(bucket).await;
    a_put_replaces_and_only_if_absent_does_not(bucket).await;
    of_many_puts_only_if_absent_one_wins(bucket).await;
    what_is_absent_is_not_found(bucket).await;
    keys_that_cannot_be_are_refused(bucket).await;
    listing_is_in_byte_order_and_pages(bucket).await;
    let left = bucket.list("", None, 10).await.expect("list");
    assert!(left.is_empty(), "{left:?}");
}

async fn an_object_comes_back_as_it_was_put(bucket: &Bucket) {
    let options = PutOptions {
        only_if_absent: false,
        content_type: Some("application/json".into()),
        content_encoding: Some("gzip".into()),
        user_metadata: [("signature".into(), "00ff".into()), ("signature-algorithm".into(), "SHA256withRSA".into())]
            .into(),
        ..PutOptions::default()
    };
    let key = "AWSLogs/123456789012/CloudTrail/us-east-1/a b+c=d.json.gz";
    let meta = bucket.put(key, Bytes::from_static(b"hello"), options.clone()).await.expect("put");
    assert!(!meta.etag.is_empty() && !meta.etag.contains('"'));
    let object = bucket.get(key).await.expect("get");
    same(object.bytes.as_ref(), b"hello");
    let head = bucket.head(key).await.expect("head");
    let listed = bucket.list(key, None, 9).await.expect("list").remove(0);
    for seen in [&object.meta, &head] {
        same((seen.key.as_str(), seen.size, &seen.etag), (key, 5, &meta.etag));
        same(seen.content_type.as_ref(), options.content_type.as_ref());
        same(seen.content_encoding.as_ref(), options.content_encoding.as_ref());
        same(&seen.user_metadata, &options.user_metadata);
    }
    same((listed.key.as_str(), listed.size, &listed.etag), (key, 5, &meta.etag));
    bucket.delete(key).await.expect("delete");
    same(bucket.get(key).await.err(), Some(ObjectError::NotFound));
}

async fn ranges_are_cut_at_the_end(bucket: &Bucket) {
    put(bucket, "r/range", "0123456789").await;
    for (range, text) in [(2..5, "234"), (0..10, "0123456789"), (8..99, "89"), (10..12, ""), (50..60, ""), (3..3, "")] {
        let bytes =
            bucket.get_range("r/range", range.clone()).await.unwrap_or_else(|error| panic!("{range:?}: {error}"));
        same(bytes, Bytes::from(text));
    }
    put(bucket, "r/range", "abc").await;
    same(bucket.get_range("r/range", 1..9).await, Ok(Bytes::from_static(b"bc")));
    bucket.delete("r/range").await.expect("delete");
    same(bucket.get_range("r/range", 1..9).await, Err(ObjectError::NotFound));
}

async fn a_put_replaces_and_only_if_absent_does_not(bucket: &Bucket) {
    let first = bucket.put("p/k", Bytes::from_static(b"one"), absent_only()).await.expect("put");
    let refused = bucket.put("p/k", Bytes::from_static(b"two"), absent_only()).await;
    same(refused, Err(ObjectError::AlreadyExists));
    same(bucket.get("p/k").await.expect("get").bytes, Bytes::from_static(b"one"));
    put(bucket, "p/k", "three").await;
    let object = bucket.get("p/k").await.expect("get");
    same(object.bytes, Bytes::from_static(b"three"));
    assert_ne!(object.meta.etag, first.etag);
    bucket.delete("p/k").await.expect("delete");
    bucket.put("p/k", Bytes::new(), absent_only()).await.expect("put");
    same(bucket.get("p/k").await.expect("get").bytes, Bytes::new());
    bucket.delete("p/k").await.expect("delete");
}

async fn of_many_puts_only_if_absent_one_wins(bucket: &Bucket) {
    for round in 0..5 {
        let key = format!("race/{round}/k");
        let race = |number: usize| {
            let (bucket, key) = (bucket.clone(), key.clone());
            let options = PutOptions { user_metadata: [("n".into(), number.to_string())].into(), ..absent_only() };
            async move { bucket.put(&key, Bytes::from(number.to_string()), options).await.map(|_| number) }
        };
        let mut winners = Vec::new();
        for result in futures_util::future::join_all((0..16).map(race)).await {
            match result {
                Ok(number) => winners.push(number.to_string()),
                Err(error) => same(error, ObjectError::AlreadyExists),
            }
        }
        let object = bucket.get(&key).await.expect("get");
        let n = object.meta.user_metadata.get("n").cloned().into_iter().collect::<Vec<_>>();
        same((winners, String::from_utf8_lossy(&object.bytes).into_owned()), (n.clone(), n.concat()));
        bucket.delete(&key).await.expect("delete");
    }
}

async fn what_is_absent_is_not_found(bucket: &Bucket) {
    put(bucket, "d/here", "x").await;
    for key in ["absent", "d", "d/here/below", "d/absent", "no/such/folder"] {
        same(bucket.get(key).await.err(), Some(ObjectError::NotFound));
        same(bucket.head(key).await.err(), Some(ObjectError::NotFound));
        same(bucket.get_range(key, 0..1).await.err(), Some(ObjectError::NotFound));
        same(bucket.delete(key).await, Ok(()));
    }
    bucket.delete("d/here").await.expect("delete");
}

async fn keys_that_cannot_be_are_refused(bucket: &Bucket) {
    for key in [String::new(), "a".repeat(1025)] {
        let put = bucket.put(&key, Bytes::new(), PutOptions::default()).await;
        assert!(matches!(put, Err(ObjectError::InvalidKey { .. })), "{put:?}");
        assert!(matches!(bucket.get(&key).await, Err(ObjectError::InvalidKey { .. })));
    }
}

async fn listing_is_in_byte_order_and_pages(bucket: &Bucket) {
    let keys = ["a-b", "a.b", "a/b", "a/b2/c", "a/é", "a0", "b/x/1", "b/x/2", "b/x-y", "b/y", "c"];
    for key in keys {
        put(bucket, key, key).await;
    }
    let sorted: BTreeSet<&str> = keys.into();
    for prefix in ["", "a", "a/", "a/b", "b/x", "b/x/", "b/x/1", "c", "d", "a/b/c", "z/"] {
        let promised: Vec<&str> = sorted.iter().copied().filter(|key| key.starts_with(prefix)).collect();
        let mut found: Vec<String> = Vec::new();
        loop {
            let page = bucket.list(prefix, found.last().map(String::as_str), 2).await.expect("list");
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= 2);
            found.extend(page.into_iter().map(|meta| meta.key));
        }
        same(found, promised.into_iter().map(str::to_owned).collect());
    }
    let after = bucket.list("b/", Some("a"), 1).await.expect("list").remove(0);
    same((after.key.as_str(), after.size), ("b/x-y", 5));
    same(bucket.list("a", Some("b"), 9).await, Ok(Vec::new()));
    same(bucket.list("", None, 0).await, Ok(Vec::new()));
    for key in keys {
        bucket.delete(key).await.expect("delete");
    }
}
