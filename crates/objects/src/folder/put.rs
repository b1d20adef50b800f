//! Putting an object into a folder: written and synced under a temporary name first, then named in one step.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use cairn_model::Timestamp;
use md5::{Digest, Md5};

use super::at_rest::{AtRest, Plan};
use super::key_path::{TEMPORARY, sidecar_path};
use super::listing::is_absent;
use super::sidecar::{self, SealedRecord, Sidecar, Stamp};
use super::sync_folder;
use crate::object_lock::protected;
use crate::{Bypass, ObjectError, PutOptions};

/// What is to be put where.
#[derive(Debug)]
pub(crate) struct Put<'a> {
    pub(crate) root: &'a Path,
    pub(crate) target: &'a Path,
    /// Unique among the puts of this bucket.
    pub(crate) token: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) with_sidecar: bool,
    /// The object's key, and how it is encrypted.
    pub(crate) key: &'a str,
    pub(crate) at_rest: &'a AtRest,
}

/// The bytes are durable under a temporary name, which goes away with this value.
#[derive(Debug)]
pub(crate) struct Written<'a> {
    put: Put<'a>,
    bytes_file: Temporary,
    stamp: Stamp,
    sidecar: Option<(Sidecar, Temporary)>,
    only_if_absent: bool,
}

/// A file that is removed unless it got its name.
#[derive(Debug)]
struct Temporary(PathBuf);

impl<'a> Put<'a> {
    pub(crate) fn write(self, bytes: &Bytes, plan: Plan, options: PutOptions) -> Result<Written<'a>, ObjectError> {
        let only_if_absent = options.only_if_absent;
        if only_if_absent && self.target.is_file() {
            sync_parent(self.target)?;
            return Err(ObjectError::AlreadyExists);
        }
        let write = |file: &mut File| self.at_rest.write(plan, self.key, bytes, file);
        let (bytes_file, stamp, encryption) = self.temporary("bytes", write)?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let sealed = encryption.map(|encryption| SealedRecord { size, encryption });
        // An object that has a sidecar keeps having one: taking it away first would lose the old object's in a crash.
        let sidecar = if self.with_sidecar || sidecar_path(self.target).is_file() {
            let md5 = hex::encode(Md5::digest(bytes));
            let sidecar = Sidecar::new(sidecar::Written { stamp, md5, now: self.now, sealed }, options);
            let (file, ..) = self.temporary("meta", |file| Ok(file.write_all(&sidecar.to_json()?)?))?;
            Some((sidecar, file))
        } else {
            None
        };
        Ok(Written { put: self, bytes_file, stamp, sidecar, only_if_absent })
    }

    fn temporary<T>(
        &self,
        kind: &str,
        write: impl FnOnce(&mut File) -> Result<T, ObjectError>,
    ) -> Result<(Temporary, Stamp, T), ObjectError> {
        let folder = self.root.join(TEMPORARY);
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if is_absent(&error) => return Err(ObjectError::NoSuchBucket),
            Err(error) => return Err(error.into()),
        }
        let path = folder.join(format!("{}.{kind}", self.token));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let temporary = Temporary(path);
        let said = write(&mut file)?;
        file.sync_all()?;
        Ok((temporary, Stamp::of(&file.metadata()?), said))
    }

    /// Creates the folders above the target, each durable before anything is put into it.
    fn make_folders(&self) -> Result<(), ObjectError> {
        let Some(folder) = self.target.parent() else { return Ok(()) };
        let missing: Vec<&Path> = folder.ancestors().take_while(|path| *path != self.root && !path.is_dir()).collect();
        for path in missing.into_iter().rev() {
            DirBuilder::new().mode(0o700).create(path).map_err(|error| self.folder_error(&error, path))?;
            sync_parent(path)?;
        }
        Ok(())
    }

    fn folder_error(&self, error: &io::Error, folder: &Path) -> ObjectError {
        if !self.root.is_dir() {
            ObjectError::NoSuchBucket
        } else if folder.is_file() || error.kind() == io::ErrorKind::NotADirectory {
            ObjectError::invalid_key("an object has the name of a folder in it, and a folder bucket cannot hold both")
        } else {
            io::Error::from(error.kind()).into()
        }
    }
}

impl Written<'_> {
    /// Gives the file its name, durably, and says what is known about it then.
    pub(crate) fn take_name(mut self, lock: &Mutex<()>) -> Result<(Stamp, Option<Sidecar>), ObjectError> {
        let named = {
            let _lock = lock.lock().unwrap_or_else(PoisonError::into_inner);
            self.rename()
        };
        match named {
            // Also when another put was faster: its caller may not have waited for this yet.
            Ok(()) | Err(ObjectError::AlreadyExists) => sync_parent(self.put.target)?,
            Err(_) => {}
        }
        named.map(|()| (self.stamp, self.sidecar.take().map(|(sidecar, _)| sidecar)))
    }

    fn rename(&mut self) -> Result<(), ObjectError> {
        let target = self.put.target;
        if !self.put.root.is_dir() {
            return Err(ObjectError::NoSuchBucket);
        }
        self.put.make_folders()?;
        let replaced = match fs::symlink_metadata(target) {
            Ok(file) if file.is_dir() => {
                let reason = "other keys continue it after a slash, and a folder bucket cannot hold both";
                return Err(ObjectError::invalid_key(reason));
            }
            Ok(_) if self.only_if_absent => return Err(ObjectError::AlreadyExists),
            Ok(file) => Some(Stamp::of(&file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        if let Some(replaced) = replaced {
            check_lock(target, replaced, self.put.now, Bypass::Nothing)?;
        }
        self.name_sidecar(replaced)?;
        self.name_bytes()
    }

    fn name_bytes(&self) -> Result<(), ObjectError> {
        let (written, target) = (&self.bytes_file.0, self.put.target);
        if self.only_if_absent {
            // A link is exact even against a process that does not share our lock; not every file system has links.
            match fs::hard_link(written, target) {
                Ok(()) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(ObjectError::AlreadyExists),
                Err(_) => {}
            }
        }
        Ok(fs::rename(written, target)?)
    }

    fn name_sidecar(&mut self, replaced: Option<Stamp>) -> Result<(), ObjectError> {
        let target = self.put.target;
        let Some((sidecar, file)) = &mut self.sidecar else {
            // What an earlier object of this key left behind must not count for this one.
            return match fs::remove_file(sidecar_path(target)) {
                Err(error) if !is_absent(&error) => Err(error.into()),
                _ => Ok(()),
            };
        };
        if let Some(replaced) = replaced
            && let Some(old) = Sidecar::read(target)?
        {
            sidecar.keep(&old, replaced);
            (*file, ..) = self.put.temporary("replacement", |file| Ok(file.write_all(&sidecar.to_json()?)?))?;
        }
        Ok(fs::rename(&file.0, sidecar_path(target))?)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // It is gone already when it got its name.
        if let Err(error) = fs::remove_file(&self.0)
            && !is_absent(&error)
        {
            tracing::warn!(path = %self.0.display(), %error, "cannot remove a temporary file");
        }
    }
}

fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync_folder)
}

/// Whether the object in `target` may be deleted or replaced.
pub(crate) fn check_lock(target: &Path, file: Stamp, now: Timestamp, bypass: Bypass) -> Result<(), ObjectError> {
    let held = Sidecar::read(target)?.is_some_and(|sidecar| sidecar.lock(file).holds(now, bypass));
    if !held {
        return Ok(());
    }
    Err(protected())
}

/// Writes a file of our own as a whole: durable under another name first, then renamed.
pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".%tmp");
    let temporary = PathBuf::from(name);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    sync_parent(path)
}
