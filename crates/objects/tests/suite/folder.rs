//! The promises over buckets in folders, and what only they can break.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::{AccountId, Region};
use cairn_objects::{Bucket, Buckets, ObjectError, PutOptions};
use proptest::prelude::*;

fn folder(path: &Path) -> Bucket {
    Bucket::folder("state", path.join("bucket"), &Environment::real()).unwrap()
}

async fn put(bucket: &Bucket, key: &str) -> Result<(), ObjectError> {
    bucket.put(key, Bytes::from(key.to_owned()), PutOptions::default()).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_keeps_the_promises() {
    let place = tempfile::tempdir().unwrap();
    super::promises::check(&folder(place.path())).await;
    let left: Vec<_> =
        fs::read_dir(place.path().join("bucket")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, [".%tmp"], "deleting leaves no folders behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_bucket_keeps_the_promises_and_tells_the_md5() {
    let place = tempfile::tempdir().unwrap();
    let buckets = Buckets::open(place.path().into(), Vec::new(), &Environment::real()).await.unwrap();
    buckets.create("my-logs", AccountId::DEFAULT, &Region::us_east_1()).await.unwrap();
    let bucket = buckets.find("my-logs").await.unwrap();
    super::promises::check(&bucket).await;
    put(&bucket, "a").await.unwrap();
    let listed = bucket.list("", None, 1).await.unwrap().remove(0);
    assert_eq!(listed.etag, "0cc175b9c0f1b6a831c399e269772661");
    assert_eq!(bucket.head("a").await.unwrap(), listed);
}

#[tokio::test]
async fn an_object_and_a_folder_of_the_same_name_are_refused_clearly() {
    let place = tempfile::tempdir().unwrap();
    let bucket = folder(place.path());
    put(&bucket, "a/b").await.unwrap();
    for (key, word) in [("a", "continue"), ("a/b/c", "folder"), ("a/b/c/d", "folder")] {
        let error = put(&bucket, key).await.unwrap_err();
        assert!(matches!(error, ObjectError::InvalidKey { .. }) && error.to_string().contains(word), "{error}");
    }
    bucket.delete("a/b").await.unwrap();
    put(&bucket, "a").await.unwrap();
}

#[tokio::test]
async fn what_a_crash_left_half_written_is_invisible_and_goes_away() {
    let place = tempfile::tempdir().unwrap();
    put(&folder(place.path()), "k").await.unwrap();
    let root = place.path().join("bucket");
    let leftover = root.join(".%tmp/0.bytes");
    fs::write(&leftover, "half").unwrap();
    fs::write(root.join("orphan.%meta"), "{").unwrap();
    let bucket = folder(place.path());
    let keys = |listed: Vec<cairn_objects::ObjectMeta>| listed.into_iter().map(|meta| meta.key).collect::<Vec<_>>();
    assert_eq!(keys(bucket.list("", None, 9).await.unwrap()), ["k"]);
    assert!(leftover.exists(), "a reader leaves the files of a writer alone");
    put(&bucket, "orphan").await.unwrap();
    assert!(!leftover.exists());
    assert_eq!(keys(bucket.list("", None, 9).await.unwrap()), ["k", "orphan"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_come_and_go_under_concurrent_puts_and_deletes() {
    let place = tempfile::tempdir().unwrap();
    let bucket = folder(place.path());
    let work = |number: usize| {
        let bucket = bucket.clone();
        async move {
            for round in 0..20 {
                let key = format!("deep/{}/folder/{number}", round % 2);
                put(&bucket, &key).await.unwrap();
                assert_eq!(bucket.get(&key).await.unwrap().bytes, key.as_bytes());
                bucket.delete(&key).await.unwrap();
            }
        }
    };
    futures_util::future::join_all((0..8).map(work)).await;
    assert_eq!(bucket.list("", None, 9).await, Ok(Vec::new()));
}

#[tokio::test]
async fn replacing_keeps_or_renews_the_metadata() {
    let place = tempfile::tempdir().unwrap();
    let bucket = folder(place.path());
    let with =
        |note: &str| PutOptions { user_metadata: [("note".into(), note.into())].into(), ..PutOptions::default() };
    let note = |meta: cairn_objects::ObjectMeta| meta.user_metadata.get("note").cloned();
    put(&bucket, "k").await.unwrap();
    bucket.put("k", Bytes::from_static(b"1"), with("one")).await.unwrap();
    assert_eq!(note(bucket.head("k").await.unwrap()).as_deref(), Some("one"));
    bucket.put("k", Bytes::from_static(b"2"), with("two")).await.unwrap();
    assert_eq!(note(bucket.head("k").await.unwrap()).as_deref(), Some("two"));
    put(&bucket, "k").await.unwrap();
    assert_eq!(note(bucket.head("k").await.unwrap()), None);
}

/// What a model of a folder bucket holds: a key and its continuation after a slash exclude each other.
fn fits(model: &BTreeSet<String>, key: &str) -> bool {
    let below = format!("{key}/");
    !model.iter().any(|other| other.starts_with(&below) || key.starts_with(&format!("{other}/")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_folder_lists_as_a_sorted_map_does(
        keys in prop::collection::vec("[ab.%é-]{0,2}(/[ab.%0 -]{0,2}){0,3}", 1..20),
        prefix in "([ab.%-]{0,2}/?){0,2}",
        after in "([ab.%-]{0,2}/?){0,2}",
        limit in 0_usize..8,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let place = tempfile::tempdir().unwrap();
            let bucket = folder(place.path());
            let mut model = BTreeSet::new();
            for key in keys.iter().filter(|key| !key.is_empty()) {
                let put = put(&bucket, key).await;
                assert_eq!(put.is_ok(), fits(&model, key), "{key:?} into {model:?}: {put:?}");
                if put.is_ok() {
                    model.insert(key.clone());
                }
            }
            let wanted = model.iter().filter(|key| key.starts_with(&prefix) && **key > after).take(limit);
            let listed = bucket.list(&prefix, Some(&after), limit).await.unwrap();
            assert_eq!(listed.iter().map(|meta| &meta.key).collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
            for key in &model {
                assert_eq!(bucket.get(key).await.unwrap().bytes, key.as_bytes());
            }
            assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "nothing outside the bucket");
        });
    }
}
