//! The sidecar: what is known about an object in a folder beyond its file, as JSON beside it.
//!
//! A sidecar gets its name before its object does. So that a crash between the two cannot give an old object new
//! metadata, the sidecar of a replacement keeps the old record as well, and the file's size and time tell which counts.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::key_path::sidecar_path;
use crate::{ObjectLock, ObjectMeta, PutOptions, ServerSideEncryption};

/// Which content a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    size: u64,
    modified_s: i64,
    modified_ns: i64,
}

impl Stamp {
    pub(crate) fn of(file: &Metadata) -> Self {
        Self { size: file.size(), modified_s: file.mtime(), modified_ns: file.mtime_nsec() }
    }

    fn modified(self) -> Timestamp {
        Timestamp::from_unix_ms(self.modified_s.saturating_mul(1000) + self.modified_ns / 1_000_000)
    }

    fn etag(self) -> String {
        format!("{:x}-{:x}.{:x}", self.size, self.modified_s, self.modified_ns)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    #[serde(flatten)]
    stamp: Stamp,
    etag: String,
    last_modified: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_encoding: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    user_metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<SealedRecord>,
    #[serde(default, skip_serializing_if = "is_open")]
    lock: ObjectLock,
}

/// What the header of an encrypted object's file says too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SealedRecord {
    /// Of the object, in bytes.
    pub(crate) size: u64,
    pub(crate) encryption: ServerSideEncryption,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
fn is_open(lock: &ObjectLock) -> bool {
    *lock == ObjectLock::default()
}

/// What a put tells about its object besides its options.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) stamp: Stamp,
    /// The MD5 of the object in hexadecimal digits.
    pub(crate) md5: String,
    pub(crate) now: Timestamp,
    pub(crate) sealed: Option<SealedRecord>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sidecar {
    #[serde(flatten)]
    current: Record,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<Record>,
}

impl Sidecar {
    /// For what was written with `options`.
    pub(crate) fn new(written: Written, options: PutOptions) -> Self {
        let current = Record {
            stamp: written.stamp,
            etag: written.md5,
            last_modified: written.now,
            content_type: options.content_type,
            content_encoding: options.content_encoding,
            user_metadata: options.user_metadata,
            sealed: written.sealed,
            lock: options.lock.unwrap_or_default(),
        };
        Self { current, previous: None }
    }

    /// The sidecar beside `object`; `None` when there is none, or it is not ours.
    pub(crate) fn read(object: &Path) -> io::Result<Option<Self>> {
        match fs::read(sidecar_path(object)) {
            Ok(json) => Ok(serde_json::from_slice(&json).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps what `replaced` says about the file that is there until the new one takes its place.
    pub(crate) fn keep(&mut self, replaced: &Self, file: Stamp) {
        self.previous = Some(replaced.record(file).clone());
    }

    /// What keeps the file that is there from going.
    pub(crate) fn lock(&self, file: Stamp) -> ObjectLock {
        self.record(file).lock
    }

    /// The same with another lock on the file that is there.
    pub(crate) fn with_lock(&self, file: Stamp, lock: ObjectLock) -> Self {
        Self { current: Record { lock, ..self.record(file).clone() }, previous: None }
    }

    /// How the file that is there is encrypted.
    pub(crate) fn sealed(&self, file: Stamp) -> Option<&SealedRecord> {
        let record = self.record(file);
        record.sealed.as_ref().filter(|_| record.stamp.size == file.size)
    }

    pub(crate) fn to_json(&self) -> io::Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(io::Error::other)
    }

    /// The record about this file: the one with its stamp, else the current one (a copied folder has new times).
    fn record(&self, file: Stamp) -> &Record {
        match &self.previous {
            Some(previous) if self.current.stamp != file && previous.stamp == file => previous,
            _ => &self.current,
        }
    }
}

/// What is known about the object of this key from its file and its sidecar.
pub(crate) fn object_meta(
    key: &str,
    file: Stamp,
    sidecar: Option<&Sidecar>,
    sealed: Option<SealedRecord>,
) -> ObjectMeta {
    let sealed = sealed.or_else(|| sidecar.and_then(|sidecar| sidecar.sealed(file)).cloned());
    let (size, encryption) = sealed.map_or((file.size, None), |sealed| (sealed.size, Some(sealed.encryption)));
    let Some(record) = sidecar.map(|sidecar| sidecar.record(file)) else {
        return ObjectMeta {
            key: key.to_owned(),
            size,
            encryption,
            etag: file.etag(),
            last_modified: file.modified(),
            ..ObjectMeta::default()
        };
    };
    ObjectMeta {
        key: key.to_owned(),
        size,
        encryption,
        lock: record.lock,
        // A file of another size was changed past us: its MD5 is no longer the one that was put.
        etag: if record.stamp.size == file.size { record.etag.clone() } else { file.etag() },
        last_modified: record.last_modified,
        content_type: record.content_type.clone(),
        content_encoding: record.content_encoding.clone(),
        user_metadata: record.user_metadata.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Stamp = Stamp { size: 3, modified_s: 10, modified_ns: 5 };
    const NEW: Stamp = Stamp { size: 3, modified_s: 11, modified_ns: 5 };

    fn sidecar(stamp: Stamp, etag: &str) -> Sidecar {
        let written = Written { stamp, md5: etag.to_owned(), now: Timestamp::from_unix_ms(1), sealed: None };
        Sidecar::new(written, PutOptions::default())
    }

    #[test]
    fn a_crash_before_the_new_file_has_its_name_leaves_the_old_metadata() {
        let mut new = sidecar(NEW, "new");
        new.keep(&sidecar(OLD, "old"), OLD);
        let read: Sidecar = serde_json::from_slice(&new.to_json().unwrap()).unwrap();
        assert_eq!(read, new);
        assert_eq!(object_meta("k", OLD, Some(&read), None).etag, "old");
        assert_eq!(object_meta("k", NEW, Some(&read), None).etag, "new");
        let copied = Stamp { modified_s: 99, ..NEW };
        assert_eq!(object_meta("k", copied, Some(&read), None).etag, "new");
    }

    #[test]
    fn a_file_changed_past_us_keeps_its_metadata_but_not_its_etag() {
        let changed = Stamp { size: 4, ..OLD };
        assert_eq!(object_meta("k", changed, Some(&sidecar(OLD, "old")), None).etag, "4-a.5");
    }
}
