//! One delivered file, fetched and held against what was delivered.

use std::io::Read;
use std::time::Duration;

use bytes::Bytes;
use cairn_delivery::DeliveredFile;
use cairn_environment::Environment;
use cairn_objects::{Bucket, ObjectError};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The largest content that is inflated: no file that was delivered comes near.
const INFLATED_BYTES_MAX: u64 = 64 << 20;
/// How long a bucket may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was seen of a file.
#[derive(Debug)]
pub(crate) enum Look {
    /// It is as it was delivered; this is its content.
    AsDelivered(Vec<u8>),
    /// It is not there.
    Missing,
    /// It is another one: its content's hash, or why it has none.
    Changed(String),
    /// The bucket does not say.
    Unknown(ObjectError),
}

/// What a digest says about other files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DigestText {
    pub(crate) log_files: Vec<DeliveredFile>,
    pub(crate) previous: Option<DeliveredFile>,
}

/// Fetches a file and compares it.
pub(crate) async fn look(bucket: &Bucket, file: &DeliveredFile, environment: &Environment) -> Look {
    let fetched = environment.clock.timeout(PATIENCE, bucket.get(&file.key)).await;
    match fetched.unwrap_or(Err(ObjectError::TimedOut)) {
        Ok(object) => {
            let hash = file.content_hash.clone();
            environment.tasks.unhurried(move || compare(&object.bytes, &hash)).await
        }
        Err(ObjectError::NotFound) => Look::Missing,
        Err(error) => Look::Unknown(error),
    }
}

fn compare(bytes: &Bytes, content_hash: &str) -> Look {
    let mut text = Vec::new();
    if let Err(error) = MultiGzDecoder::new(&**bytes).take(INFLATED_BYTES_MAX).read_to_end(&mut text) {
        return Look::Changed(format!("it cannot be inflated: {error}"));
    }
    let found = hex::encode(Sha256::digest(&text));
    if found == content_hash { Look::AsDelivered(text) } else { Look::Changed(format!("its content is {found}")) }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    previous_digest_s3_bucket: Option<String>,
    previous_digest_s3_object: Option<String>,
    previous_digest_hash_value: Option<String>,
    log_files: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    s3_bucket: String,
    s3_object: String,
    hash_value: String,
}

/// Reads a digest (reference section 5.4); none when it is not one.
pub(crate) fn read_digest(text: &[u8]) -> Option<DigestText> {
    let document: Document = serde_json::from_slice(text).ok()?;
    let log_files = document.log_files.into_iter();
    let log_files =
        log_files.map(|row| DeliveredFile { bucket: row.s3_bucket, key: row.s3_object, content_hash: row.hash_value });
    let previous = document.previous_digest_s3_bucket.zip(document.previous_digest_s3_object);
    let previous = previous.zip(document.previous_digest_hash_value);
    Some(DigestText {
        log_files: log_files.collect(),
        previous: previous.map(|((bucket, key), content_hash)| DeliveredFile { bucket, key, content_hash }),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn member(text: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap()
    }

    /// SHA-256 of `hello`.
    const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    #[test]
    fn a_file_is_as_delivered_only_with_the_very_content_and_nothing_behind_it() {
        let whole = member(b"hello");
        let of = |bytes: Vec<u8>| compare(&bytes.into(), HELLO);
        assert!(matches!(of(whole.clone()), Look::AsDelivered(text) if text == b"hello"));
        for changed in [
            member(b"hello!"),
            [whole.clone(), member(b"x")].concat(),
            [whole.clone(), b"garbage".to_vec()].concat(),
            whole[..whole.len() - 4].to_vec(),
            b"hello".to_vec(),
            Vec::new(),
        ] {
            assert!(matches!(of(changed.clone()), Look::Changed(_)), "{changed:?}");
        }
    }

    #[test]
    fn a_digest_names_its_files_and_the_one_before() {
        let text = br#"{"previousDigestS3Bucket":"b","previousDigestS3Object":"p","previousDigestHashValue":"h",
            "logFiles":[{"s3Bucket":"b","s3Object":"l","hashValue":"g","hashAlgorithm":"SHA-256"}]}"#;
        let file =
            |key: &str, hash: &str| DeliveredFile { bucket: "b".into(), key: key.into(), content_hash: hash.into() };
        let expected = DigestText { log_files: vec![file("l", "g")], previous: Some(file("p", "h")) };
        assert_eq!(read_digest(text), Some(expected));
        let first = br#"{"previousDigestS3Bucket":null,"logFiles":[]}"#;
        assert_eq!(read_digest(first), Some(DigestText { log_files: vec![], previous: None }));
        assert_eq!(read_digest(b"[]"), None);
    }
}
