//! The seam to the disk: a real folder, or a simulated one that fails on demand. All calls block.

mod folder;
mod simulated;

use std::io;
use std::path::PathBuf;

use cairn_environment::Environment;

use crate::DiskError;
pub use simulated::{DiskFault, DiskFaults};

/// Where a journal lives.
#[derive(Debug, Clone)]
pub struct Disk(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Folder(folder::Folder),
    Simulated(simulated::SimulatedDisk),
}

/// An open file. It stays readable after its name was removed.
#[derive(Debug)]
pub(crate) struct DiskFile {
    name: String,
    handle: Handle,
}

#[derive(Debug)]
enum Handle {
    Folder(std::fs::File),
    Simulated(simulated::SimulatedFile),
}

/// Keeps other instances away until it is dropped.
#[derive(Debug)]
#[expect(dead_code, reason = "held for its drop")]
pub(crate) enum DiskLock {
    Folder(std::fs::File),
    Simulated(simulated::SimulatedLock),
}

const LOCK: &str = "lock";

impl Disk {
    /// A real folder, made when absent. One process at a time can have a journal open in it.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self(Kind::Folder(folder::Folder::new(path.into())))
    }

    /// A disk in memory whose faults follow the environment's seed, and the switches that make it fail. Clones are the
    /// same disk; one can be opened again after a crash.
    pub fn simulated(environment: &Environment) -> (Self, DiskFaults) {
        let (disk, faults) = simulated::SimulatedDisk::new(environment);
        (Self(Kind::Simulated(disk)), faults)
    }

    /// Takes the lock, and from here on the handle through which the journal works: after a simulated crash it is dead.
    /// None when another instance has the lock.
    pub(crate) fn lock(&self) -> Result<Option<(Self, DiskLock)>, DiskError> {
        match &self.0 {
            Kind::Folder(folder) => {
                let lock = folder.lock(LOCK).map_err(|e| DiskError::new("lock", LOCK, e))?;
                Ok(lock.map(|file| (self.clone(), DiskLock::Folder(file))))
            }
            Kind::Simulated(disk) => {
                let lock = disk.lock().map_err(|e| DiskError::new("lock", LOCK, e))?;
                Ok(lock.map(|(disk, lock)| (Self(Kind::Simulated(disk)), DiskLock::Simulated(lock))))
            }
        }
    }

    /// In simulation a commit takes a while, so that others get their turn; a real disk takes its own time.
    pub(crate) async fn seek(&self) {
        match &self.0 {
            Kind::Folder(_) => {}
            Kind::Simulated(disk) => disk.seek().await,
        }
    }

    /// The names of all files, in no order.
    pub(crate) fn names(&self) -> Result<Vec<String>, DiskError> {
        let names = match &self.0 {
            Kind::Folder(folder) => folder.names(),
            Kind::Simulated(disk) => disk.names(),
        };
        names.map_err(|e| DiskError::new("list", ".", e))
    }

    /// Opens an existing file for reading.
    pub(crate) fn open(&self, name: &str) -> Result<DiskFile, DiskError> {
        let handle = match &self.0 {
            Kind::Folder(folder) => folder.open(name).map(Handle::Folder),
            Kind::Simulated(disk) => disk.open(name).map(Handle::Simulated),
        };
        self.file("open", name, handle)
    }

    /// Makes a new, empty file, instead of one that has the name already.
    pub(crate) fn create(&self, name: &str) -> Result<DiskFile, DiskError> {
        let handle = match &self.0 {
            Kind::Folder(folder) => folder.create(name).map(Handle::Folder),
            Kind::Simulated(disk) => disk.create(name).map(Handle::Simulated),
        };
        self.file("create", name, handle)
    }

    #[expect(clippy::unused_self, reason = "reads as the disk's own")]
    fn file(&self, action: &'static str, name: &str, handle: io::Result<Handle>) -> Result<DiskFile, DiskError> {
        let handle = handle.map_err(|e| DiskError::new(action, name, e))?;
        Ok(DiskFile { name: name.to_owned(), handle })
    }

    /// Gives `from` the name `to`, instead of a file that has it already. Durable after [`Disk::sync_folder`].
    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        let renamed = match &self.0 {
            Kind::Folder(folder) => folder.rename(from, to),
            Kind::Simulated(disk) => disk.rename(from, to),
        };
        renamed.map_err(|e| DiskError::new("rename", from, e))
    }

    /// Removes a file; one that is absent is fine. Durable after [`Disk::sync_folder`].
    pub(crate) fn remove(&self, name: &str) -> Result<(), DiskError> {
        let removed = match &self.0 {
            Kind::Folder(folder) => folder.remove(name),
            Kind::Simulated(disk) => disk.remove(name),
        };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(DiskError::new("remove", name, error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Makes creations, renames and removals durable.
    pub(crate) fn sync_folder(&self) -> Result<(), DiskError> {
        let synced = match &self.0 {
            Kind::Folder(folder) => folder.sync(),
            Kind::Simulated(disk) => disk.sync_folder(),
        };
        synced.map_err(|e| DiskError::new("sync", ".", e))
    }

    /// The bytes of a small file; none when it is absent.
    pub(crate) fn read_small(&self, name: &str) -> Result<Option<Vec<u8>>, DiskError> {
        let file = match self.open(name) {
            Err(error) if error.source.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut bytes = vec![0; usize::try_from(file.length()?.min(1 << 16)).unwrap_or(0)];
        file.read_at(&mut bytes, 0)?;
        Ok(Some(bytes))
    }

    /// Makes a durable file that has all of `bytes`, or changes nothing: written beside, synced, renamed.
    pub(crate) fn write_whole(&self, name: &str, bytes: &[u8]) -> Result<DiskFile, DiskError> {
        let beside = format!("{name}{UNFINISHED}");
        let written = self.create(&beside).and_then(|file| {
            file.write_at(bytes, 0)?;
            file.sync()?;
            self.rename(&beside, name)?;
            Ok(file)
        });
        if written.is_err() {
            // What is left of it would only take space; the next opening removes it too.
            drop(self.remove(&beside));
        }
        let mut file = written?;
        self.sync_folder()?;
        name.clone_into(&mut file.name);
        Ok(file)
    }
}

/// Ends the names of files that are being written.
pub(crate) const UNFINISHED: &str = ".new";

impl DiskFile {
    /// Bytes in the file.
    pub(crate) fn length(&self) -> Result<u64, DiskError> {
        let length = match &self.handle {
            Handle::Folder(file) => file.metadata().map(|metadata| metadata.len()),
            Handle::Simulated(file) => file.length(),
        };
        length.map_err(|e| self.error("measure", e))
    }

    /// Fills `bytes` from `offset` on. Fewer bytes there are an error.
    pub(crate) fn read_at(&self, bytes: &mut [u8], offset: u64) -> Result<(), DiskError> {
        let read = match &self.handle {
            Handle::Folder(file) => folder::read_at(file, bytes, offset),
            Handle::Simulated(file) => file.read_at(bytes, offset),
        };
        read.map_err(|e| self.error("read", e))
    }

    /// Writes all of `bytes` at `offset`. After an error some may have been written.
    pub(crate) fn write_at(&self, bytes: &[u8], offset: u64) -> Result<(), DiskError> {
        let written = match &self.handle {
            Handle::Folder(file) => folder::write_at(file, bytes, offset),
            Handle::Simulated(file) => file.write_at(bytes, offset),
        };
        written.map_err(|e| self.error("write", e))
    }

    /// Makes the bytes and the length durable. After an error nobody knows what is, and asking the same handle again
    /// would be answered with a false yes: the system drops what it could not write.
    pub(crate) fn sync(&self) -> Result<(), DiskError> {
        let synced = match &self.handle {
            Handle::Folder(file) => file.sync_data(),
            Handle::Simulated(file) => file.sync(),
        };
        synced.map_err(|e| self.error("sync", e))
    }

    /// Cuts the file to `length`.
    pub(crate) fn truncate(&self, length: u64) -> Result<(), DiskError> {
        let cut = match &self.handle {
            Handle::Folder(file) => file.set_len(length),
            Handle::Simulated(file) => file.truncate(length),
        };
        cut.map_err(|e| self.error("truncate", e))
    }

    fn error(&self, action: &'static str, source: io::Error) -> DiskError {
        DiskError::new(action, &self.name, source)
    }
}
