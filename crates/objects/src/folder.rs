//! A bucket in a folder: the files carry the keys' names, puts are atomic and durable.

mod at_rest;
mod handles;
mod key_path;
mod listing;
mod put;
mod sealed;
mod sidecar;
#[cfg(test)]
pub(crate) mod test_keys;

use std::collections::hash_map::RandomState;
use std::fs::{self, DirBuilder, File};
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, Once, PoisonError};

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::Timestamp;

pub(crate) use self::at_rest::AtRest;
pub(crate) use self::handles::Handle;
use self::handles::Handles;
pub(crate) use self::key_path::check_key;
use self::key_path::{TEMPORARY, object_path, sidecar_path};
use self::listing::{Wanted, is_absent};
pub(crate) use self::put::write_durably;
use self::put::{Put, check_lock};
use self::sealed::{ReadHeader, read_header, report_damage};
use self::sidecar::{SealedRecord, Sidecar, Stamp, object_meta};
use crate::object_lock::no_bucket_lock;
use crate::{Bypass, LockChange, Object, ObjectError, ObjectLock, ObjectMeta, ObjectReader, PutOptions};

/// A bucket in a folder. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Folder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    audience: Audience,
    at_rest: AtRest,
    environment: Environment,
    handles: Handles,
    /// Held while names in the folder change, so that checks and changes are one step.
    names: Mutex<()>,
    swept: Once,
}

/// Who reads the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Only this process: a sidecar is written when there is something to put into it, open files are kept.
    Ourselves,
    /// S3 clients, and people who look after the folder by hand: every object has a sidecar with its MD5, no file is
    /// kept open.
    S3Clients,
}

/// Why a folder was not removed.
#[derive(Debug)]
pub(crate) enum RemoveError {
    NotEmpty,
    Failed(ObjectError),
}

impl Folder {
    /// The bucket in the folder `root`, which is created when absent.
    pub(crate) fn open(
        root: PathBuf,
        audience: Audience,
        at_rest: AtRest,
        environment: &Environment,
    ) -> Result<Self, ObjectError> {
        DirBuilder::new().recursive(true).mode(0o700).create(&root)?;
        Ok(Self::at(root, audience, at_rest, environment))
    }

    /// The bucket in the folder `root`, which may be absent.
    pub(crate) fn at(root: PathBuf, audience: Audience, at_rest: AtRest, environment: &Environment) -> Self {
        let environment = environment.clone();
        let (handles, names, swept) = (Handles::default(), Mutex::new(()), Once::new());
        Self(Arc::new(Inner { root, audience, at_rest, environment, handles, names, swept }))
    }

    /// How its objects are encrypted.
    pub(crate) fn at_rest(&self) -> &AtRest {
        &self.0.at_rest
    }

    pub(crate) async fn put(
        &self,
        key: &str,
        bytes: Bytes,
        mut options: PutOptions,
    ) -> Result<ObjectMeta, ObjectError> {
        let target = object_path(&self.0.root, key)?;
        let key = key.to_owned();
        let environment = &self.0.environment;
        let object_key = if self.0.at_rest.keys.is_some() { environment.random.bytes() } else { [0; 32] };
        let plan = self.0.at_rest.plan(std::mem::take(&mut options.encryption), object_key).await?;
        let token = format!("{}.{}", *PROCESS, environment.random.uuid());
        let now = environment.clock.now();
        options.lock = Some(ObjectLock::of_new(options.lock, self.0.at_rest.lock(), now)?);
        self.blocking(move |inner| {
            inner.sweep();
            let with_sidecar = inner.audience == Audience::S3Clients
                || options.content_type.is_some()
                || options.content_encoding.is_some()
                || !options.user_metadata.is_empty();
            let (root, at_rest) = (&*inner.root, &inner.at_rest);
            let put = Put { root, target: &target, token: &token, now, with_sidecar, key: &key, at_rest };
            let written = put.write(&bytes, plan, options)?;
            let named = written.take_name(&inner.names);
            inner.handles.forget(&key);
            let (stamp, sidecar) = named?;
            Ok(object_meta(&key, stamp, sidecar.as_ref(), None))
        })
        .await
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Object, ObjectError> {
        let (path, key) = (object_path(&self.0.root, key)?, key.to_owned());
        self.blocking(move |inner| {
            let opened = inner.open_file(&path)?;
            let meta = opened.meta(&key, &path)?;
            let bytes = inner.handle(&key, opened)?.read_all()?;
            Ok(Object { meta, bytes })
        })
        .await
    }

    pub(crate) fn get_range(&self, key: &str, range: Range<u64>) -> Result<Bytes, ObjectError> {
        let open = || {
            let path = object_path(&self.0.root, key)?;
            self.0.handle(key, self.0.open_file(&path)?)
        };
        let handle = match self.0.audience {
            Audience::Ourselves => self.0.handles.get(key, open)?,
            Audience::S3Clients => open()?,
        };
        Ok(handle.read(range)?)
    }

    pub(crate) async fn open_object(&self, key: &str) -> Result<ObjectReader, ObjectError> {
        let (path, key) = (object_path(&self.0.root, key)?, key.to_owned());
        self.blocking(move |inner| {
            let opened = inner.open_file(&path)?;
            let meta = opened.meta(&key, &path)?;
            Ok(ObjectReader::of_file(meta, inner.handle(&key, opened)?))
        })
        .await
    }

    pub(crate) async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        let (path, key) = (object_path(&self.0.root, key)?, key.to_owned());
        self.blocking(move |inner| inner.open_file(&path)?.meta(&key, &path)).await
    }

    /// Changes what keeps an object from going.
    pub(crate) async fn set_lock(&self, key: &str, change: LockChange) -> Result<(), ObjectError> {
        let path = object_path(&self.0.root, key)?;
        self.0.at_rest.lock().ok_or_else(no_bucket_lock)?;
        let now = self.0.environment.clock.now();
        self.blocking(move |inner| {
            let _names = inner.names.lock().unwrap_or_else(PoisonError::into_inner);
            let stamp = inner.open_file(&path)?.stamp;
            let sidecar = Sidecar::read(&path)?;
            let sidecar = sidecar.ok_or_else(|| ObjectError::internal("nothing is known about the object"))?;
            let changed = sidecar.with_lock(stamp, sidecar.lock(stamp).changed(change, now)?);
            Ok(write_durably(&sidecar_path(&path), &changed.to_json()?)?)
        })
        .await
    }

    pub(crate) async fn list(
        &self,
        prefix: &str,
        start_after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ObjectMeta>, ObjectError> {
        let (prefix, start_after) = (prefix.to_owned(), start_after.unwrap_or_default().to_owned());
        self.blocking(move |inner| {
            inner.check_root()?;
            Wanted { prefix: &prefix, start_after: &start_after, limit }.list(&inner.root)
        })
        .await
    }

    pub(crate) async fn delete(&self, key: &str, bypass: Bypass) -> Result<(), ObjectError> {
        let (path, key) = (object_path(&self.0.root, key)?, key.to_owned());
        let now = self.0.environment.clock.now();
        self.blocking(move |inner| {
            inner.check_root()?;
            let deleted = inner.delete(&path, now, bypass);
            inner.handles.forget(&key);
            deleted
        })
        .await
    }

    /// Deletes an object if it is still the one that was seen; whether it was.
    pub(crate) async fn delete_unchanged(&self, seen: &ObjectMeta) -> Result<bool, ObjectError> {
        let (path, seen) = (object_path(&self.0.root, &seen.key)?, seen.clone());
        let now = self.0.environment.clock.now();
        self.blocking(move |inner| {
            let _names = inner.names.lock().unwrap_or_else(PoisonError::into_inner);
            let there = match inner.open_file(&path).and_then(|opened| opened.meta(&seen.key, &path)) {
                Ok(meta) => meta,
                Err(ObjectError::NotFound) => return Ok(false),
                Err(error) => return Err(error),
            };
            if (there.last_modified, &there.etag) != (seen.last_modified, &seen.etag) {
                return Ok(false);
            }
            inner.remove_files(&path, now, Bypass::Nothing)?;
            inner.handles.forget(&seen.key);
            Ok(true)
        })
        .await
    }

    /// Removes the folder itself when no object is in it.
    pub(crate) async fn remove(&self) -> Result<(), RemoveError> {
        self.blocking(|inner| {
            let _names = inner.names.lock().unwrap_or_else(PoisonError::into_inner);
            inner.check_root().map_err(RemoveError::Failed)?;
            let any = Wanted { prefix: "", start_after: "", limit: 1 }.list(&inner.root);
            if !any.map_err(RemoveError::Failed)?.is_empty() {
                return Err(RemoveError::NotEmpty);
            }
            fs::remove_dir_all(&inner.root).map_err(|error| RemoveError::Failed(error.into()))
        })
        .await
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&Inner) -> T + Send + 'static) -> T {
        let inner = Arc::clone(&self.0);
        self.0.environment.tasks.blocking(move || work(&inner)).await
    }
}

/// An object's file, open.
struct Opened {
    file: File,
    stamp: Stamp,
    /// Of the file, in bytes.
    size: u64,
    /// Of an encrypted object.
    header: Option<ReadHeader>,
}

impl Opened {
    fn meta(&self, key: &str, path: &Path) -> Result<ObjectMeta, ObjectError> {
        let record = |read: &ReadHeader| {
            let header = &read.header;
            SealedRecord { size: header.size, encryption: header.encryption() }
        };
        let sealed = self.header.as_ref().map(record);
        Ok(object_meta(key, self.stamp, Sidecar::read(path)?.as_ref(), sealed))
    }
}

impl Inner {
    fn check_root(&self) -> Result<(), ObjectError> {
        if self.root.is_dir() { Ok(()) } else { Err(ObjectError::NoSuchBucket) }
    }

    /// A handle that reads the opened object of this key.
    fn handle(&self, key: &str, opened: Opened) -> Result<Handle, ObjectError> {
        self.at_rest.handle(key, opened.file, opened.size, opened.header)
    }

    fn open_file(&self, path: &Path) -> Result<Opened, ObjectError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if is_absent(&error) => return Err(self.absent()),
            Err(error) => return Err(error.into()),
        };
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(ObjectError::NotFound);
        }
        let header = read_header(&file, metadata.len()).inspect_err(|_| report_damage(&path.display().to_string()))?;
        Ok(Opened { file, stamp: Stamp::of(&metadata), size: metadata.len(), header })
    }

    fn absent(&self) -> ObjectError {
        self.check_root().err().unwrap_or(ObjectError::NotFound)
    }

    /// Deletes an object and the folders that it leaves empty.
    fn delete(&self, path: &Path, now: Timestamp, bypass: Bypass) -> Result<(), ObjectError> {
        let _names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if path.is_file() { self.remove_files(path, now, bypass) } else { Ok(()) }
    }

    /// The same for one that is there, while the names are held.
    fn remove_files(&self, path: &Path, now: Timestamp, bypass: Bypass) -> Result<(), ObjectError> {
        check_lock(path, Stamp::of(&fs::metadata(path)?), now, bypass)?;
        fs::remove_file(path)?;
        match fs::remove_file(sidecar_path(path)) {
            Err(error) if !is_absent(&error) => return Err(error.into()),
            _ => {}
        }
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.root) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(folder.map_or(Ok(()), sync_folder)?)
    }

    /// Removes what a crash left half written, but not what this process is writing. It waits for the first put, so that
    /// mere readers of a folder that another process writes to leave it alone.
    fn sweep(&self) {
        self.swept.call_once(|| {
            for entry in fs::read_dir(self.root.join(TEMPORARY)).into_iter().flatten().flatten() {
                let is_ours = entry.file_name().to_string_lossy().starts_with(&*PROCESS);
                if is_ours {
                    continue;
                }
                if let Err(error) = fs::remove_file(entry.path()) {
                    tracing::warn!(path = %entry.path().display(), %error, "cannot remove a leftover file");
                }
            }
        });
    }
}

/// Tells this process from those before it, in the names of temporary files. Not from the environment's randomness: the
/// first bucket of a process would draw once more than the others, and a seed would not replay.
static PROCESS: LazyLock<String> = LazyLock::new(|| format!("{:016x}", RandomState::new().build_hasher().finish()));

/// Makes the names in a folder durable.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
