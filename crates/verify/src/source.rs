//! What is verified: the objects under a prefix of a bucket.

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_model::Timestamp;
use cairn_objects::{Bucket, Object, ObjectError};

use crate::VerifyError;
use crate::names::{self, DigestName, LogName, Name};

const PAGE: usize = 1000;

/// Everything that stands under the prefix, by what it is.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) logs: BTreeMap<String, FoundLog>,
    pub(crate) digests: BTreeMap<String, DigestName>,
    /// Keys with names that do not belong where they stand.
    pub(crate) strays: Vec<String>,
}

/// A log file that is there.
#[derive(Debug, Clone)]
pub(crate) struct FoundLog {
    pub(crate) name: LogName,
    pub(crate) last_modified: Timestamp,
}

/// Lists everything under `prefix`.
pub(crate) async fn list(bucket: &Bucket, prefix: &str) -> Result<Listing, VerifyError> {
    let below = if prefix.is_empty() { "AWSLogs/".to_owned() } else { format!("{prefix}/AWSLogs/") };
    let mut listing = Listing::default();
    let mut after: Option<String> = None;
    loop {
        let page = bucket.list(&below, after.as_deref(), PAGE).await.map_err(failed(&below))?;
        let is_last = page.len() < PAGE;
        after = page.last().map(|meta| meta.key.clone());
        for meta in page {
            match names::read(prefix, &meta.key) {
                Name::Log(name) => {
                    listing.logs.insert(meta.key, FoundLog { name, last_modified: meta.last_modified });
                }
                Name::Digest(name) => {
                    listing.digests.insert(meta.key, name);
                }
                Name::Stray => listing.strays.push(meta.key),
                Name::Marker | Name::Other => {}
            }
        }
        if is_last {
            return Ok(listing);
        }
    }
}

/// An object, unless it is not there.
pub(crate) async fn get(bucket: &Bucket, key: &str) -> Result<Option<Object>, VerifyError> {
    match bucket.get(key).await {
        Ok(object) => Ok(Some(object)),
        Err(ObjectError::NotFound) => Ok(None),
        Err(error) => Err(failed(key)(error)),
    }
}

/// The bytes of an object, unless it is not there.
pub(crate) async fn bytes(bucket: &Bucket, key: &str) -> Result<Option<Bytes>, VerifyError> {
    Ok(get(bucket, key).await?.map(|object| object.bytes))
}

fn failed(name: &str) -> impl FnOnce(ObjectError) -> VerifyError {
    move |error| VerifyError::Object { name: name.to_owned(), error }
}
