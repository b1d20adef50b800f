//! Embedded buckets whose objects lie encrypted.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::{AccountId, Region, Timestamp};
use cairn_objects::{
    Bucket, BucketKeys, BucketLock, Buckets, Bypass, DataKeys, DefaultEncryption, Encryption, LockChange, LockMode,
    ObjectError, ObjectLock, PutOptions, Retention, ServerSideEncryption, Versioning, Wrapping,
};
use zeroize::Zeroizing;

/// Hides a key by turning its bits, and binds it by writing down what to.
#[derive(Debug)]
struct Keys;

fn refused(code: &str) -> ObjectError {
    ObjectError::Other { code: code.to_owned(), reason: "refused by the test".to_owned() }
}

#[async_trait]
impl DataKeys for Keys {
    async fn kms_key(&self, _: AccountId, _: &Region, reference: Option<&str>) -> Result<String, ObjectError> {
        reference.map(|name| format!("arn:{name}")).ok_or_else(|| refused("KMS.NotFoundException"))
    }

    fn wrap(&self, wrapping: &Wrapping, key: &[u8; 32]) -> Result<Vec<u8>, ObjectError> {
        let turned: Vec<u8> = key.iter().map(|byte| !byte).collect();
        Ok([format!("{wrapping:?}").into_bytes(), turned].concat())
    }

    fn unwrap(&self, wrapping: &Wrapping, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, ObjectError> {
        if wrapping.kms_key_arn.as_deref() == Some("arn:disabled") {
            return Err(refused("KMS.DisabledException"));
        }
        let turned = wrapped.strip_prefix(format!("{wrapping:?}").as_bytes());
        let key = turned.and_then(|turned| <[u8; 32]>::try_from(turned).ok());
        key.map(|key| Zeroizing::new(key.map(|byte| !byte))).ok_or_else(|| refused("KMS.InvalidCiphertextException"))
    }
}

async fn open(place: &Path, keys: Option<Arc<dyn DataKeys>>) -> Buckets {
    let keys = BucketKeys { keys, plain_by_default: false };
    Buckets::open_with_keys(place.to_owned(), Vec::new(), keys, &Environment::real()).await.unwrap()
}

async fn encrypted(place: &Path) -> (Buckets, Bucket) {
    let buckets = open(place, Some(Arc::new(Keys))).await;
    buckets.create("my-logs", AccountId::DEFAULT, &Region::us_east_1()).await.unwrap();
    let bucket = buckets.find("my-logs").await.unwrap();
    (buckets, bucket)
}

fn with(encryption: Encryption) -> PutOptions {
    PutOptions { encryption, ..PutOptions::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_bucket_keeps_the_promises() {
    let place = tempfile::tempdir().unwrap();
    let (_, bucket) = encrypted(place.path()).await;
    super::promises::check(&bucket).await;
}

#[tokio::test]
async fn the_file_does_not_show_the_object_and_everything_else_does() {
    let place = tempfile::tempdir().unwrap();
    let (_, bucket) = encrypted(place.path()).await;
    let text = "a line that is easily found again\n".repeat(8000);
    let put = bucket.put("a", Bytes::from(text.clone()), PutOptions::default()).await.unwrap();
    let file = fs::read(place.path().join("my-logs/a")).unwrap();
    assert!(!file.windows(16).any(|window| window == &text.as_bytes()[..16]));
    let size = u64::try_from(text.len()).unwrap();
    assert_eq!((put.size, put.encryption.clone()), (size, Some(ServerSideEncryption::Aes256)));
    assert_eq!(bucket.head("a").await.unwrap(), put);
    assert_eq!(bucket.list("", None, 9).await.unwrap(), [put]);
    assert_eq!(bucket.get("a").await.unwrap().bytes, text);
    assert_eq!(bucket.get_range("a", 65_530..65_600).await.unwrap(), text.get(65_530..65_600).unwrap());
    let reader = bucket.open_object("a").await.unwrap();
    assert_eq!(reader.read(size - 5..size + 5).unwrap(), text.get(text.len() - 5..).unwrap());
    fs::remove_file(place.path().join("my-logs/a.%meta")).unwrap();
    assert_eq!(bucket.list("", None, 9).await.unwrap()[0].size, size, "the file alone tells the size too");
}

#[tokio::test]
async fn objects_from_before_stay_readable_and_files_cannot_change_places() {
    let place = tempfile::tempdir().unwrap();
    let before = open(place.path(), None).await;
    before.create("my-logs", AccountId::DEFAULT, &Region::us_east_1()).await.unwrap();
    let old = before.find("my-logs").await.unwrap();
    old.put("old", Bytes::from_static(b"plain"), PutOptions::default()).await.unwrap();
    let bucket = open(place.path(), Some(Arc::new(Keys))).await.find("my-logs").await.unwrap();
    assert_eq!(bucket.get("old").await.unwrap().bytes, "plain");
    assert_eq!(bucket.head("old").await.unwrap().encryption, None);
    for key in ["a", "b"] {
        bucket.put(key, Bytes::from(format!("of {key}")), PutOptions::default()).await.unwrap();
    }
    fs::copy(place.path().join("my-logs/a"), place.path().join("my-logs/b")).unwrap();
    assert_eq!(bucket.get("b").await.unwrap_err().code(), "KMS.InvalidCiphertextException");
    let without = open(place.path(), None).await.find("my-logs").await.unwrap();
    assert_eq!(without.get("a").await.unwrap_err().code(), "KMS.KeyUnavailableException");
    let folder = place.path().join("my-logs");
    let read = Bucket::folder_with_keys("my-logs", &folder, Arc::new(Keys), &Environment::real()).unwrap();
    assert_eq!(read.get("a").await.unwrap().bytes, "of a");
}

#[tokio::test]
async fn a_key_of_kms_is_asked_for_by_the_put_or_the_bucket() {
    let place = tempfile::tempdir().unwrap();
    let (buckets, bucket) = encrypted(place.path()).await;
    let context = [("aws:cloudtrail:arn".to_owned(), "arn:trail".to_owned())].into();
    let put = with(Encryption::Kms { key_arn: "arn:mine".into(), context });
    let meta = bucket.put("a", Bytes::from_static(b"x"), put).await.unwrap();
    assert_eq!(meta.encryption, Some(ServerSideEncryption::Kms { key_arn: "arn:mine".into() }));
    assert_eq!(bucket.get("a").await.unwrap().bytes, "x");
    let default = DefaultEncryption::Kms { key: Some("disabled".into()) };
    buckets.set_encryption("my-logs", Some(default)).await.unwrap();
    let meta = bucket.put("b", Bytes::from_static(b"y"), PutOptions::default()).await.unwrap();
    assert_eq!(meta.encryption, Some(ServerSideEncryption::Kms { key_arn: "arn:disabled".into() }));
    assert_eq!(bucket.get("b").await.unwrap_err().code(), "KMS.DisabledException");
    assert_eq!(bucket.head("b").await.unwrap().size, 1, "what is known about an object needs no key");
    let meta = bucket.put("c", Bytes::from_static(b"z"), with(Encryption::Aes256)).await.unwrap();
    assert_eq!(meta.encryption, Some(ServerSideEncryption::Aes256));
}

#[tokio::test]
async fn a_locked_object_is_neither_deleted_nor_replaced() {
    let place = tempfile::tempdir().unwrap();
    let (buckets, bucket) = encrypted(place.path()).await;
    let far = Timestamp::parse("2999-01-01T00:00:00Z").unwrap();
    let hold = PutOptions { lock: Some(ObjectLock::default()), ..PutOptions::default() };
    let refused = bucket.put("none", Bytes::new(), hold).await;
    assert_eq!(refused.unwrap_err().code(), "InvalidRequest", "the bucket has no lock");
    let suspended = buckets.set_object_lock("my-logs", BucketLock::default()).await;
    assert_eq!(suspended.unwrap_err().code(), "InvalidBucketState", "nor versioning");
    buckets.set_versioning("my-logs", Versioning::Enabled).await.unwrap();
    buckets.set_object_lock("my-logs", BucketLock::default()).await.unwrap();
    assert_eq!(
        buckets.set_versioning("my-logs", Versioning::Suspended).await.unwrap_err().code(),
        "InvalidBucketState"
    );
    let locked = |mode, until| {
        let lock = Some(ObjectLock { retention: Some(Retention { mode, until }), legal_hold: false });
        PutOptions { lock, ..PutOptions::default() }
    };
    bucket.put("over", Bytes::new(), locked(LockMode::Compliance, Timestamp::default())).await.unwrap();
    bucket.delete("over").await.unwrap();
    for (key, mode) in [("g", LockMode::Governance), ("c", LockMode::Compliance)] {
        bucket.put(key, Bytes::new(), locked(mode, far)).await.unwrap();
        assert_eq!(bucket.delete(key).await.unwrap_err().code(), "AccessDenied");
        let replaced = bucket.put(key, Bytes::from_static(b"new"), PutOptions::default()).await;
        assert_eq!(replaced.unwrap_err().code(), "AccessDenied");
        assert_eq!(bucket.head(key).await.unwrap().size, 0);
    }
    assert_eq!(bucket.delete_past("c", Bypass::Governance).await.unwrap_err().code(), "AccessDenied");
    bucket.set_lock("g", LockChange::LegalHold(true)).await.unwrap();
    assert_eq!(bucket.delete_past("g", Bypass::Governance).await.unwrap_err().code(), "AccessDenied");
    bucket.set_lock("g", LockChange::LegalHold(false)).await.unwrap();
    bucket.delete_past("g", Bypass::Governance).await.unwrap();
}
