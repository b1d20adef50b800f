//! A bucket: whatever its kind, the same few calls.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use cairn_environment::Environment;

use crate::data_keys::DataKeys;
use crate::folder::{AtRest, Audience, Folder, RemoveError};
use crate::remote::Remote;
use crate::simulated::Simulated;
use crate::{
    BucketRecord, Bypass, Disclosed, LockChange, Object, ObjectError, ObjectFaults, ObjectMeta, ObjectReader,
    PutOptions, RemoteBucket, RemoteCaller,
};

/// A place for objects: a folder, an S3 bucket or a simulated one. Clones share it.
#[derive(Clone, Debug)]
pub struct Bucket(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Folder { name: Arc<str>, folder: Folder },
    Remote(Remote),
    Simulated(Simulated),
}

impl Bucket {
    /// A bucket in a folder of this machine, which is created when absent. The files carry the keys' names.
    ///
    /// # Errors
    /// When the folder can neither be found nor created.
    pub fn folder(name: &str, path: impl Into<PathBuf>, environment: &Environment) -> Result<Self, ObjectError> {
        let folder = Folder::open(path.into(), Audience::Ourselves, AtRest::without_keys(name), environment)?;
        Ok(Self(Kind::Folder { name: name.into(), folder }))
    }

    /// The same, whose encrypted objects can be read with `keys`.
    ///
    /// # Errors
    /// When the folder can neither be found nor created.
    pub fn folder_with_keys(
        name: &str,
        path: impl Into<PathBuf>,
        keys: Arc<dyn DataKeys>,
        environment: &Environment,
    ) -> Result<Self, ObjectError> {
        let at_rest = AtRest { keys: Some(keys), ..AtRest::without_keys(name) };
        let folder = Folder::open(path.into(), Audience::Ourselves, at_rest, environment)?;
        Ok(Self(Kind::Folder { name: name.into(), folder }))
    }

    /// A bucket on an S3 endpoint. Nothing is sent yet.
    ///
    /// # Errors
    /// When the settings do not make sense.
    pub fn remote(settings: &RemoteBucket, environment: &Environment) -> Result<Self, ObjectError> {
        Ok(Self(Kind::Remote(Remote::new(settings, environment)?)))
    }

    /// A bucket in memory, whose faults the other value decides on.
    pub fn simulated(name: &str, environment: &Environment) -> (Self, ObjectFaults) {
        let (bucket, faults) = Simulated::new(name, environment);
        (Self(Kind::Simulated(bucket)), faults)
    }

    /// The bucket's name.
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Folder { name, .. } => name,
            Kind::Remote(bucket) => bucket.name(),
            Kind::Simulated(bucket) => bucket.name(),
        }
    }

    /// Who puts into a bucket on an S3 endpoint; `None` for others.
    pub fn remote_caller(&self) -> Option<RemoteCaller<'_>> {
        match &self.0 {
            Kind::Remote(bucket) => Some(bucket.caller()),
            Kind::Folder { .. } | Kind::Simulated(_) => None,
        }
    }

    /// The policy of a bucket on an S3 endpoint, in JSON. Others have none of their own.
    ///
    /// # Errors
    /// [`ObjectError`] when the endpoint gives no answer that says so.
    pub async fn policy(&self) -> Result<Disclosed, ObjectError> {
        match &self.0 {
            Kind::Remote(bucket) => bucket.policy().await,
            Kind::Folder { .. } | Kind::Simulated(_) => Ok(Disclosed::Nothing),
        }
    }

    /// The lifecycle configuration of a bucket on an S3 endpoint, in XML. Others have none of their own.
    ///
    /// # Errors
    /// [`ObjectError`] when the endpoint gives no answer that says so.
    pub async fn lifecycle(&self) -> Result<Disclosed, ObjectError> {
        match &self.0 {
            Kind::Remote(bucket) => bucket.lifecycle().await,
            Kind::Folder { .. } | Kind::Simulated(_) => Ok(Disclosed::Nothing),
        }
    }

    /// The versioning configuration of a bucket on an S3 endpoint, in XML. Others have none of their own.
    ///
    /// # Errors
    /// [`ObjectError`] when the endpoint gives no answer that says so.
    pub async fn versioning(&self) -> Result<Disclosed, ObjectError> {
        match &self.0 {
            Kind::Remote(bucket) => bucket.versioning().await,
            Kind::Folder { .. } | Kind::Simulated(_) => Ok(Disclosed::Nothing),
        }
    }

    /// Puts an object. When this returns, it is durable and visible as a whole; until then nothing of it is.
    ///
    /// # Errors
    /// [`ObjectError::AlreadyExists`] when only an absent one was to be put, and every other [`ObjectError`].
    pub async fn put(&self, key: &str, bytes: Bytes, options: PutOptions) -> Result<ObjectMeta, ObjectError> {
        match &self.0 {
            Kind::Folder { folder, .. } => folder.put(key, bytes, options).await,
            Kind::Remote(bucket) => bucket.put(key, bytes, options).await,
            Kind::Simulated(bucket) => bucket.put(key, bytes, options).await,
        }
    }

    /// An object with all of its bytes.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] and every other [`ObjectError`].
    pub async fn get(&self, key: &str) -> Result<Object, ObjectError> {
        match &self.0 {
            Kind::Folder { folder, .. } => folder.get(key).await,
            Kind::Remote(bucket) => bucket.get(key).await,
            Kind::Simulated(bucket) => bucket.get(key).await,
        }
    }

    /// Some bytes of an object, cut at its end; none when `range` begins behind it. In a folder this is a plain
    /// positional read on the caller's thread.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] and every other [`ObjectError`].
    pub async fn get_range(&self, key: &str, range: Range<u64>) -> Result<Bytes, ObjectError> {
        match &self.0 {
            Kind::Folder { folder, .. } => folder.get_range(key, range),
            Kind::Remote(bucket) => bucket.get_range(key, range).await,
            Kind::Simulated(bucket) => bucket.get_range(key, range).await,
        }
    }

    /// An object held open, to be read piece by piece. Except in a folder, this fetches it as a whole.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] and every other [`ObjectError`].
    pub async fn open_object(&self, key: &str) -> Result<ObjectReader, ObjectError> {
        match &self.0 {
            Kind::Folder { folder, .. } => folder.open_object(key).await,
            Kind::Remote(bucket) => bucket.get(key).await.map(ObjectReader::from),
            Kind::Simulated(bucket) => bucket.get(key).await.map(ObjectReader::from),
        }
    }

    /// What is known about an object.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] and every other [`ObjectError`].
    pub async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        match &self.0 {
            Kind::Folder { folder, .. } => folder.head(key).await,
            Kind::Remote(bucket) => bucket.head(key).await,
            Kind::Simulated(bucket) => bucket.head(key).await,
        }
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
        match &self.0 {
            Kind::Folder { folder, .. } => folder.list(prefix, start_after, limit).await,
            Kind::Remote(bucket) => bucket.list(prefix, start_after, limit).await,
            Kind::Simulated(bucket) => bucket.list(prefix, start_after, limit).await,
        }
    }

    /// Deletes an object. That it was absent is fine.
    ///
    /// # Errors
    /// [`ObjectError::NoSuchBucket`] and every other [`ObjectError`].
    pub async fn delete(&self, key: &str) -> Result<(), ObjectError> {
        self.delete_past(key, Bypass::Nothing).await
    }

    /// The same, past the locks that `bypass` names. Only buckets in folders know locks.
    ///
    /// # Errors
    /// `AccessDenied` when another lock holds the object, and those of [`Bucket::delete`].
    pub async fn delete_past(&self, key: &str, bypass: Bypass) -> Result<(), ObjectError> {
        match &self.0 {
            Kind::Folder { folder, .. } => folder.delete(key, bypass).await,
            Kind::Remote(bucket) => bucket.delete(key).await,
            Kind::Simulated(bucket) => bucket.delete(key).await,
        }
    }

    /// Deletes an object of an embedded bucket, if it is still the one that was seen; whether it was.
    ///
    /// # Errors
    /// `AccessDenied` when a lock holds it, `NotImplemented` for buckets that are not embedded, and every other
    /// [`ObjectError`].
    pub async fn expire(&self, seen: &ObjectMeta) -> Result<bool, ObjectError> {
        match &self.0 {
            Kind::Folder { folder, .. } => folder.delete_unchanged(seen).await,
            Kind::Remote(_) | Kind::Simulated(_) => Err(only_embedded("can expire")),
        }
    }

    /// Changes what keeps an object of an embedded bucket from going.
    ///
    /// # Errors
    /// `AccessDenied` and `InvalidArgument` when the present lock does not allow it, `InvalidRequest` when the bucket has no
    /// Object Lock, `NotImplemented` for buckets that are not embedded, and every other [`ObjectError`].
    pub async fn set_lock(&self, key: &str, change: LockChange) -> Result<(), ObjectError> {
        match &self.0 {
            Kind::Folder { folder, .. } => folder.set_lock(key, change).await,
            Kind::Remote(_) | Kind::Simulated(_) => Err(only_embedded("can be locked later")),
        }
    }

    /// A bucket in a folder for S3 clients: each object has its MD5 beside it. The folder may be absent.
    pub(crate) fn embedded(path: PathBuf, at_rest: AtRest, environment: &Environment) -> Self {
        let name = Arc::clone(&at_rest.bucket);
        Self(Kind::Folder { name, folder: Folder::at(path, Audience::S3Clients, at_rest, environment) })
    }

    /// Takes over what is kept about an embedded bucket now.
    pub(crate) fn renew(&self, record: &BucketRecord) {
        if let Kind::Folder { folder, .. } = &self.0 {
            folder.at_rest().renew(record);
        }
    }

    /// Removes the folder of a bucket in a folder when it is empty.
    pub(crate) async fn remove_folder(&self) -> Result<(), RemoveError> {
        match &self.0 {
            Kind::Folder { folder, .. } => folder.remove().await,
            Kind::Remote(_) | Kind::Simulated(_) => Err(RemoveError::Failed(ObjectError::AccessDenied)),
        }
    }
}

fn only_embedded(what: &str) -> ObjectError {
    ObjectError::Other { code: "NotImplemented".to_owned(), reason: format!("only objects of embedded buckets {what}") }
}
