//! A bucket in a folder: the files carry the keys' names, puts are atomic and durable.

mod handles;
mod key_path;
mod listing;
mod put;
mod sidecar;

use std::collections::hash_map::RandomState;
use std::fs::{self, DirBuilder, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read};
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, Once, PoisonError};

use bytes::Bytes;
use cairn_environment::Environment;

pub(crate) use self::handles::Handle;
use self::handles::Handles;
pub(crate) use self::key_path::check_key;
use self::key_path::{TEMPORARY, object_path, sidecar_path};
use self::listing::{Wanted, is_absent};
use self::put::Put;
pub(crate) use self::put::write_durably;
use self::sidecar::{Sidecar, Stamp, object_meta};
use crate::{Object, ObjectError, ObjectMeta, ObjectReader, PutOptions};

/// A bucket in a folder. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Folder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    audience: Audience,
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
    pub(crate) fn open(root: PathBuf, audience: Audience, environment: &Environment) -> Result<Self, ObjectError> {
        DirBuilder::new().recursive(true).mode(0o700).create(&root)?;
        Ok(Self::at(root, audience, environment))
    }

    /// The bucket in the folder `root`, which may be absent.
    pub(crate) fn at(root: PathBuf, audience: Audience, environment: &Environment) -> Self {
        let environment = environment.clone();
        let (handles, names, swept) = (Handles::default(), Mutex::new(()), Once::new());
        Self(Arc::new(Inner { root, audience, environment, handles, names, swept }))
    }

    pub(crate) async fn put(&self, key: &str, bytes: Bytes, options: PutOptions) -> Result<ObjectMeta, ObjectError> {
        let target = object_path(&self.0.root, key)?;
        let key = key.to_owned();
        let environment = &self.0.environment;
        let token = format!("{}.{}", *PROCESS, environment.random.uuid());
        let now = environment.clock.now();
        self.blocking(move |inner| {
            inner.sweep();
            let with_sidecar = inner.audience == Audience::S3Clients
                || options.content_type.is_some()
                || options.content_encoding.is_some()
                || !options.user_metadata.is_empty();
            let put = Put { root: &inner.root, target: &target, token: &token, now, with_sidecar };
            let written = put.write(&bytes, options)?;
            let named = written.take_name(&inner.names);
            inner.handles.forget(&key);
            let (stamp, sidecar) = named?;
            Ok(object_meta(&key, stamp, sidecar.as_ref()))
        })
        .await
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Object, ObjectError> {
        let (path, key) = (object_path(&self.0.root, key)?, key.to_owned());
        self.blocking(move |inner| {
            let (mut file, stamp, size) = inner.open_file(&path)?;
            let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
            file.read_to_end(&mut bytes)?;
            let sidecar = Sidecar::read(&path)?;
            let meta = object_meta(&key, stamp, sidecar.as_ref());
            Ok(Object { meta, bytes: bytes.into() })
        })
        .await
    }

    pub(crate) fn get_range(&self, key: &str, range: Range<u64>) -> Result<Bytes, ObjectError> {
        let open = || {
            let path = object_path(&self.0.root, key)?;
            let (file, _, size) = self.0.open_file(&path)?;
            Ok::<_, ObjectError>(Handle::new(file, size))
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
            let (file, stamp, size) = inner.open_file(&path)?;
            let meta = object_meta(&key, stamp, Sidecar::read(&path)?.as_ref());
            Ok(ObjectReader::of_file(meta, Handle::new(file, size)))
        })
        .await
    }

    pub(crate) async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        let (path, key) = (object_path(&self.0.root, key)?, key.to_owned());
        self.blocking(move |inner| {
            let (_, stamp, _) = inner.open_file(&path)?;
            Ok(object_meta(&key, stamp, Sidecar::read(&path)?.as_ref()))
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

    pub(crate) async fn delete(&self, key: &str) -> Result<(), ObjectError> {
        let (path, key) = (object_path(&self.0.root, key)?, key.to_owned());
        self.blocking(move |inner| {
            inner.check_root()?;
            let deleted = inner.delete(&path);
            inner.handles.forget(&key);
            Ok(deleted?)
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

impl Inner {
    fn check_root(&self) -> Result<(), ObjectError> {
        if self.root.is_dir() { Ok(()) } else { Err(ObjectError::NoSuchBucket) }
    }

    fn open_file(&self, path: &Path) -> Result<(File, Stamp, u64), ObjectError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if is_absent(&error) => return Err(self.absent()),
            Err(error) => return Err(error.into()),
        };
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(ObjectError::NotFound);
        }
        Ok((file, Stamp::of(&metadata), metadata.len()))
    }

    fn absent(&self) -> ObjectError {
        self.check_root().err().unwrap_or(ObjectError::NotFound)
    }

    /// Deletes an object and the folders that it leaves empty.
    fn delete(&self, path: &Path) -> io::Result<()> {
        let _names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if !path.is_file() {
            return Ok(());
        }
        fs::remove_file(path)?;
        match fs::remove_file(sidecar_path(path)) {
            Err(error) if !is_absent(&error) => return Err(error),
            _ => {}
        }
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.root) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        folder.map_or(Ok(()), sync_folder)
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
