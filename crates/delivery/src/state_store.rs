//! Delivery's own memory: small documents that are replaced as a whole, and the bytes of sealed files.

use bytes::Bytes;
use cairn_objects::{Bucket, ObjectError, PutOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Names fetched in one listing.
const PAGE: usize = 1000;

/// Why a document cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The bucket that holds it failed.
    #[error("{name}: {error}")]
    Object {
        /// Which object.
        name: String,
        /// What the bucket said.
        error: ObjectError,
    },
    /// What is there is not what was written.
    #[error("{name} is damaged: {error}")]
    Damaged {
        /// Which object.
        name: String,
        /// What does not parse.
        error: serde_json::Error,
    },
}

/// The bucket that only delivery writes to. It is on this machine, so answers are waited for without a limit: a write
/// that was given up could still land, over a newer one.
#[derive(Debug, Clone)]
pub(crate) struct StateStore(Bucket);

impl StateStore {
    pub(crate) fn new(bucket: Bucket) -> Self {
        Self(bucket)
    }

    /// Every name that begins with `prefix`, in order.
    pub(crate) async fn names(&self, prefix: &str) -> Result<Vec<String>, StateError> {
        let mut names: Vec<String> = Vec::new();
        loop {
            let after = names.last().map(String::as_str);
            let page = self.0.list(prefix, after, PAGE).await.map_err(named(prefix))?;
            let last = page.len() < PAGE;
            names.extend(page.into_iter().map(|meta| meta.key));
            if last {
                return Ok(names);
            }
        }
    }

    /// The bytes under `name`, if there are any.
    pub(crate) async fn get(&self, name: &str) -> Result<Option<Bytes>, StateError> {
        match self.0.get(name).await {
            Ok(object) => Ok(Some(object.bytes)),
            Err(ObjectError::NotFound) => Ok(None),
            Err(error) => Err(named(name)(error)),
        }
    }

    /// Puts `bytes` in place of what is there.
    pub(crate) async fn put(&self, name: &str, bytes: Bytes) -> Result<(), StateError> {
        self.0.put(name, bytes, PutOptions::default()).await.map(drop).map_err(named(name))
    }

    /// Removes `name`.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), StateError> {
        self.0.delete(name).await.map_err(named(name))
    }

    /// Reads a document.
    pub(crate) async fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StateError> {
        let Some(bytes) = self.get(name).await? else { return Ok(None) };
        let damaged = |error| StateError::Damaged { name: name.to_owned(), error };
        serde_json::from_slice(&bytes).map(Some).map_err(damaged)
    }

    /// Writes a document in place of the one before.
    pub(crate) async fn write<T: Serialize + Sync>(&self, name: &str, document: &T) -> Result<(), StateError> {
        let damaged = |error| StateError::Damaged { name: name.to_owned(), error };
        let bytes = serde_json::to_vec(document).map_err(damaged)?;
        self.put(name, Bytes::from(bytes)).await
    }
}

fn named(name: &str) -> impl FnOnce(ObjectError) -> StateError {
    move |error| StateError::Object { name: name.to_owned(), error }
}
