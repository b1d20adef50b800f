//! Which files make up the store: what the newest manifest does not name does not exist.
//!
//! Each change writes a whole new manifest under the next number, and only if nobody has that number: a put that timed
//! out and is done all the same, however late, can then never replace a newer manifest. Whatever manifest is newest
//! names only files that are there, since files are put before it, and deleted only after a newer one is known to be.

use bytes::Bytes;
use cairn_model::{AccountId, Sequence, Timestamp};
use cairn_objects::{Bucket, PutOptions};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// With what the keys of manifests begin; their numbers follow, in twenty digits, so that they sort.
const PREFIX: &str = "manifest-";

/// The form of this manifest and of the files it names.
const VERSION: u32 = 1;

/// Which files make up the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    version: u32,
    #[serde(skip)]
    number: u64,
    /// Everything before this place in the journal is in the files, or was dropped on purpose.
    pub(crate) flushed: Sequence,
    /// In no order.
    pub(crate) files: Vec<FileEntry>,
}

/// One Parquet file and its index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) account: AccountId,
    /// Of its events, the first and the last in the journal.
    pub(crate) sequence_first: Sequence,
    pub(crate) sequence_last: Sequence,
    /// Another number for each merge; 0 in files that were written from memory.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) generation: u64,
    pub(crate) rows: u64,
    pub(crate) time_min: Timestamp,
    pub(crate) time_max: Timestamp,
    pub(crate) received_min: Timestamp,
    pub(crate) received_max: Timestamp,
    pub(crate) parquet_bytes: u64,
    pub(crate) index_bytes: u64,
}

impl FileEntry {
    /// The key of the Parquet file.
    pub(crate) fn parquet_key(&self) -> String {
        format!("{}.parquet", self.stem())
    }

    /// The key of the lookup index.
    pub(crate) fn index_key(&self) -> String {
        format!("{}.index", self.stem())
    }

    fn stem(&self) -> String {
        let stem = format!("{}/{:020}-{:020}", self.account, self.sequence_first.0, self.sequence_last.0);
        if self.generation == 0 { stem } else { format!("{stem}-{:020}", self.generation) }
    }
}

impl Manifest {
    /// That of a new store, for a follower that begins at `flushed`.
    fn new(flushed: Sequence) -> Self {
        Self { version: VERSION, number: 0, flushed, files: Vec::new() }
    }

    /// Reads the newest manifest of the store in `bucket`. A new store has none; it begins at `first`.
    pub(crate) async fn read(bucket: &Bucket, first: Sequence) -> Result<Self, StoreError> {
        let Some((number, key)) = keys(bucket).await?.pop() else { return Ok(Self::new(first)) };
        let object = bucket.get(&key).await?;
        let damaged = |problem: String| StoreError::Damaged { key: key.clone(), problem };
        let manifest: Self = serde_json::from_slice(&object.bytes).map_err(|error| damaged(error.to_string()))?;
        match manifest.version {
            VERSION => Ok(Self { number, ..manifest }),
            other => Err(damaged(format!("version {other} is not known to this build"))),
        }
    }

    /// Makes this the newest manifest. After an error it may or may not be.
    pub(crate) async fn write(&mut self, bucket: &Bucket) -> Result<(), StoreError> {
        self.number += 1;
        let key = key(self.number);
        let damaged = |error: serde_json::Error| StoreError::Damaged { key: key.clone(), problem: error.to_string() };
        let bytes = Bytes::from(serde_json::to_vec(self).map_err(damaged)?);
        bucket.put(&key, bytes, PutOptions { only_if_absent: true, ..PutOptions::default() }).await?;
        Ok(())
    }

    /// Never uses the number of `other`, of which it is not known whether it was written.
    pub(crate) fn skip_number_of(&mut self, other: &Self) {
        self.number = self.number.max(other.number);
    }

    /// Deletes what the newest manifest made useless: older manifests, and files that a crash left behind.
    pub(crate) async fn sweep(&self, bucket: &Bucket) -> Result<(), StoreError> {
        self.forget_older(bucket).await?;
        let mut named: Vec<String> =
            self.files.iter().flat_map(|file| [file.parquet_key(), file.index_key()]).collect();
        named.sort_unstable();
        let mut after: Option<String> = None;
        loop {
            let page = bucket.list("", after.as_deref(), LIST_LIMIT).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key.clone());
            for object in page {
                if named.binary_search(&object.key).is_err() && is_file_key(&object.key) {
                    tracing::info!(key = object.key, "deleting a file that the manifest does not name");
                    bucket.delete(&object.key).await?;
                }
            }
        }
    }

    /// Deletes all manifests before this one.
    pub(crate) async fn forget_older(&self, bucket: &Bucket) -> Result<(), StoreError> {
        for (number, key) in keys(bucket).await? {
            if number < self.number {
                bucket.delete(&key).await?;
            }
        }
        Ok(())
    }
}

const LIST_LIMIT: usize = 1000;

fn key(number: u64) -> String {
    format!("{PREFIX}{number:020}.json")
}

/// The manifests by number, the newest last.
async fn keys(bucket: &Bucket) -> Result<Vec<(u64, String)>, StoreError> {
    let mut keys: Vec<(u64, String)> = Vec::new();
    loop {
        let after = keys.last().map(|(_, key)| key.as_str());
        let page = bucket.list(PREFIX, after, LIST_LIMIT).await?;
        let number = |key: &str| key.strip_prefix(PREFIX)?.strip_suffix(".json")?.parse().ok();
        let before = keys.len();
        keys.extend(page.into_iter().filter_map(|object| Some((number(&object.key)?, object.key))));
        if keys.len() == before {
            return Ok(keys);
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Whether a key has the form of a file's.
fn is_file_key(key: &str) -> bool {
    let Some((account, name)) = key.split_once('/') else { return false };
    let stem = name.strip_suffix(".parquet").or_else(|| name.strip_suffix(".index"));
    let digits = |text: &str| text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_ours = |stem: &str| (2..=3).contains(&stem.split('-').count()) && stem.split('-').all(digits);
    stem.is_some_and(is_ours) && AccountId::parse(account).is_ok()
}
