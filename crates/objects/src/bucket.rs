//! A bucket: whatever its kind, the same few calls.

use std::ops::Range;
use std::path::PathBuf;

use bytes::Bytes;
use cairn_environment::Environment;

use crate::simulated::Simulated;
use crate::{Object, ObjectError, ObjectFaults, ObjectMeta, PutOptions, RemoteBucket};

/// A place for objects: a folder, an S3 bucket or a simulated one. Clones share it.
#[derive(Clone, Debug)]
pub struct Bucket(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Simulated(Simulated),
}

#[allow(clippy::todo, clippy::unused_async, unused_variables, reason = "skeleton")]
impl Bucket {
    /// A bucket in a folder of this machine, which is created when absent. The files carry the keys' names.
    ///
    /// # Errors
    /// When the folder can neither be found nor created.
    pub fn folder(name: &str, path: impl Into<PathBuf>, environment: &Environment) -> Result<Self, ObjectError> {
        todo!()
    }

    /// A bucket on an S3 endpoint. Nothing is sent yet.
    ///
    /// # Errors
    /// When the settings do not make sense.
    pub fn remote(settings: &RemoteBucket, environment: &Environment) -> Result<Self, ObjectError> {
        todo!()
    }

    /// A bucket in memory, whose faults the other value decides on.
    pub fn simulated(name: &str, environment: &Environment) -> (Self, ObjectFaults) {
        todo!()
    }

    /// The bucket's name.
    pub fn name(&self) -> &str {
        todo!()
    }

    /// Puts an object. When this returns, it is durable and visible as a whole; until then nothing of it is.
    ///
    /// # Errors
    /// [`ObjectError::AlreadyExists`] when only an absent one was to be put, and every other [`ObjectError`].
    pub async fn put(&self, key: &str, bytes: Bytes, options: PutOptions) -> Result<ObjectMeta, ObjectError> {
        todo!()
    }

    /// An object with all of its bytes.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] and every other [`ObjectError`].
    pub async fn get(&self, key: &str) -> Result<Object, ObjectError> {
        todo!()
    }

    /// Some bytes of an object, cut at its end; none when `range` begins behind it. In a folder this is a plain
    /// positional read on the caller's thread.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] and every other [`ObjectError`].
    pub async fn get_range(&self, key: &str, range: Range<u64>) -> Result<Bytes, ObjectError> {
        todo!()
    }

    /// What is known about an object.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] and every other [`ObjectError`].
    pub async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        todo!()
    }

    /// The first `limit` objects whose keys begin with `prefix` and are greater than `start_after`, in the byte order
    /// of their keys.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`] and every other [`ObjectError`].
    pub async fn list(
        &self,
        prefix: &str,
        start_after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ObjectMeta>, ObjectError> {
        todo!()
    }

    /// Deletes an object. That it was absent is fine.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`] and every other [`ObjectError`].
    pub async fn delete(&self, key: &str) -> Result<(), ObjectError> {
        todo!()
    }
}
