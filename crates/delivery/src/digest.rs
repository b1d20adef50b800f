//! The digest document, to the byte as AWS lays it out, and what is signed of it (reference section 5.4).

use cairn_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::gzip;
use crate::signing_keys::{SigningKey, SigningKeyError};

/// `digestSignatureAlgorithm`
pub(crate) const SIGNATURE_ALGORITHM: &str = "SHA256withRSA";
const HASH_ALGORITHM: &str = "SHA-256";

/// A log file that its bucket is known to have, as a digest lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ConfirmedLog {
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// SHA-256 of the uncompressed content.
    pub(crate) content_hash: String,
    pub(crate) oldest: Timestamp,
    pub(crate) newest: Timestamp,
    /// When its bucket was found to have it, by the lane's own time that never goes back.
    pub(crate) confirmed_at: Timestamp,
}

/// The digest before the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PreviousDigest {
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// SHA-256 of the uncompressed content.
    pub(crate) content_hash: String,
    /// Lower-case hexadecimal.
    pub(crate) signature: String,
}

/// What one digest says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DigestContent<'a> {
    pub(crate) account: AccountId,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
    pub(crate) previous: Option<&'a PreviousDigest>,
    pub(crate) logs: &'a [ConfirmedLog],
}

/// A digest whose bytes and signature are final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedDigest {
    /// The JSON text.
    pub(crate) text: Vec<u8>,
    /// SHA-256 of `text`.
    pub(crate) content_hash: String,
    /// Lower-case hexadecimal.
    pub(crate) signature: String,
}

/// The members in the order in which AWS writes them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    aws_account_id: AccountId,
    digest_start_time: String,
    digest_end_time: &'a str,
    #[serde(rename = "digestS3Bucket")]
    digest_s3_bucket: &'a str,
    #[serde(rename = "digestS3Object")]
    digest_s3_object: &'a str,
    digest_public_key_fingerprint: &'a str,
    digest_signature_algorithm: &'static str,
    newest_event_time: Option<String>,
    oldest_event_time: Option<String>,
    #[serde(rename = "previousDigestS3Bucket")]
    previous_digest_s3_bucket: Option<&'a str>,
    #[serde(rename = "previousDigestS3Object")]
    previous_digest_s3_object: Option<&'a str>,
    previous_digest_hash_value: Option<&'a str>,
    previous_digest_hash_algorithm: Option<&'static str>,
    previous_digest_signature: Option<&'a str>,
    log_files: Vec<LogFileRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogFileRow<'a> {
    #[serde(rename = "s3Bucket")]
    s3_bucket: &'a str,
    #[serde(rename = "s3Object")]
    s3_object: &'a str,
    hash_value: &'a str,
    hash_algorithm: &'static str,
    newest_event_time: String,
    oldest_event_time: String,
}

impl DigestContent<'_> {
    /// Writes the document and signs it with `key`.
    ///
    /// # Errors
    /// [`SigningKeyError`] when the key cannot sign.
    pub(crate) fn sign(self, key: &SigningKey) -> Result<SignedDigest, SigningKeyError> {
        let end = self.end.iso_seconds();
        let text = self.text(&end, key.fingerprint());
        let content_hash = gzip::sha256_hex(&text);
        let previous = self.previous.map_or("null", |previous| previous.signature.as_str());
        let signature = key.sign(&string_to_sign(&end, self.bucket, self.key, &content_hash, previous))?;
        Ok(SignedDigest { text, content_hash, signature })
    }

    fn text(self, end: &str, fingerprint: &str) -> Vec<u8> {
        let Self { previous, logs, .. } = self;
        let document = Document {
            aws_account_id: self.account,
            digest_start_time: self.start.iso_seconds(),
            digest_end_time: end,
            digest_s3_bucket: self.bucket,
            digest_s3_object: self.key,
            digest_public_key_fingerprint: fingerprint,
            digest_signature_algorithm: SIGNATURE_ALGORITHM,
            newest_event_time: logs.iter().map(|log| log.newest).max().map(Timestamp::iso_seconds),
            oldest_event_time: logs.iter().map(|log| log.oldest).min().map(Timestamp::iso_seconds),
            previous_digest_s3_bucket: previous.map(|previous| previous.bucket.as_str()),
            previous_digest_s3_object: previous.map(|previous| previous.key.as_str()),
            previous_digest_hash_value: previous.map(|previous| previous.content_hash.as_str()),
            previous_digest_hash_algorithm: previous.map(|_| HASH_ALGORITHM),
            previous_digest_signature: previous.map(|previous| previous.signature.as_str()),
            log_files: logs.iter().map(row).collect(),
        };
        // Strings, lists and nulls always become JSON.
        serde_json::to_vec(&document).unwrap_or_default()
    }
}

fn row(log: &ConfirmedLog) -> LogFileRow<'_> {
    LogFileRow {
        s3_bucket: &log.bucket,
        s3_object: &log.key,
        hash_value: &log.content_hash,
        hash_algorithm: HASH_ALGORITHM,
        newest_event_time: log.newest.iso_seconds(),
        oldest_event_time: log.oldest.iso_seconds(),
    }
}

fn string_to_sign(end: &str, bucket: &str, key: &str, content_hash: &str, previous_signature: &str) -> String {
    format!("{end}\n{bucket}/{key}\n{content_hash}\n{previous_signature}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content<'a>(previous: Option<&'a PreviousDigest>, logs: &'a [ConfirmedLog]) -> DigestContent<'a> {
        DigestContent {
            account: AccountId::DEFAULT,
            start: Timestamp::from_unix_seconds(0),
            end: Timestamp::from_unix_seconds(3600),
            bucket: "b",
            key: "k",
            previous,
            logs,
        }
    }

    #[test]
    fn a_starting_digest_has_every_member_in_the_order_of_aws() {
        let text = content(None, &[]).text("1970-01-01T01:00:00Z", "f0");
        assert_eq!(
            String::from_utf8(text).unwrap(),
            r#"{"awsAccountId":"123456789012","digestStartTime":"1970-01-01T00:00:00Z","digestEndTime":"1970-01-01T01:00:00Z","digestS3Bucket":"b","digestS3Object":"k","digestPublicKeyFingerprint":"f0","digestSignatureAlgorithm":"SHA256withRSA","newestEventTime":null,"oldestEventTime":null,"previousDigestS3Bucket":null,"previousDigestS3Object":null,"previousDigestHashValue":null,"previousDigestHashAlgorithm":null,"previousDigestSignature":null,"logFiles":[]}"#
        );
    }

    #[test]
    fn a_digest_lists_its_logs_and_names_the_one_before() {
        let at = Timestamp::from_unix_seconds;
        let log = |oldest, newest| ConfirmedLog {
            bucket: "b".to_owned(),
            key: "l".to_owned(),
            content_hash: "h".to_owned(),
            oldest: at(oldest),
            newest: at(newest),
            confirmed_at: at(99),
        };
        let previous = PreviousDigest {
            bucket: "pb".to_owned(),
            key: "pk".to_owned(),
            content_hash: "ph".to_owned(),
            signature: "ps".to_owned(),
        };
        let logs = [log(10, 20), log(5, 15)];
        let text = content(Some(&previous), &logs).text("1970-01-01T01:00:00Z", "f0");
        let read: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(read["newestEventTime"], "1970-01-01T00:00:20Z");
        assert_eq!(read["oldestEventTime"], "1970-01-01T00:00:05Z");
        assert_eq!(read["previousDigestSignature"], "ps");
        assert_eq!(read["previousDigestHashAlgorithm"], "SHA-256");
        assert_eq!(read["logFiles"][0]["s3Object"], "l");
        assert_eq!(read["logFiles"][0]["hashAlgorithm"], "SHA-256");
    }
}
