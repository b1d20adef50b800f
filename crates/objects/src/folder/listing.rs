//! Listing a folder in the byte order of the keys, walking only where matching keys can be.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::key_path::{SIDECAR_SUFFIX, decode_segment, folder_path};
use super::sealed::read_header;
use super::sidecar::{SealedRecord, Sidecar, Stamp, object_meta};
use crate::{ObjectError, ObjectMeta};

/// Which keys are listed.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) start_after: &'a str,
    pub(crate) limit: usize,
}

#[derive(Debug)]
struct Child {
    /// The full key, or for a folder what the keys in it begin with.
    key: String,
    path: PathBuf,
    is_folder: bool,
    has_sidecar: bool,
}

impl Wanted<'_> {
    /// The wanted objects of the bucket in `root`.
    pub(crate) fn list(&self, root: &Path) -> Result<Vec<ObjectMeta>, ObjectError> {
        let mut found = Vec::new();
        let folder_key = self.prefix.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        // A prefix that no file name can have has no objects.
        if let Ok(folder) = folder_path(root, &folder_key) {
            self.walk(&folder, &folder_key, &mut found)?;
        }
        Ok(found)
    }

    fn walk(&self, folder: &Path, folder_key: &str, found: &mut Vec<ObjectMeta>) -> io::Result<()> {
        if found.len() >= self.limit {
            return Ok(());
        }
        for child in self.children(folder, folder_key)? {
            if found.len() >= self.limit {
                break;
            }
            if child.is_folder {
                self.walk(&child.path, &child.key, found)?;
            } else if let Some(meta) = child.meta()? {
                found.push(meta);
            }
        }
        Ok(())
    }

    /// What is in a folder and may be wanted, in the order of the keys: a folder sorts with its slash.
    fn children(&self, folder: &Path, folder_key: &str) -> io::Result<Vec<Child>> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut children = Vec::new();
        let mut sidecars = HashSet::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if let Some(leaf) = name.strip_suffix(SIDECAR_SUFFIX) {
                sidecars.insert(leaf.to_owned());
                continue;
            }
            let Some(segment) = decode_segment(name) else { continue };
            let is_folder = match entry.file_type()? {
                kind if kind.is_dir() => true,
                kind if kind.is_file() => false,
                _ => continue,
            };
            let key = format!("{folder_key}{segment}{}", if is_folder { "/" } else { "" });
            if self.may_hold(&key, is_folder) {
                children.push(Child { key, path: entry.path(), is_folder, has_sidecar: false });
            }
        }
        for child in &mut children {
            let name = child.path.file_name().and_then(|name| name.to_str());
            child.has_sidecar = name.is_some_and(|name| sidecars.contains(name));
        }
        children.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(children)
    }

    fn may_hold(&self, key: &str, is_folder: bool) -> bool {
        if is_folder {
            let matches = key.starts_with(self.prefix) || self.prefix.starts_with(key);
            matches && (key > self.start_after || self.start_after.starts_with(key))
        } else {
            key.starts_with(self.prefix) && key > self.start_after
        }
    }
}

impl Child {
    /// `None` when the object was deleted meanwhile.
    fn meta(&self) -> io::Result<Option<ObjectMeta>> {
        let file = match fs::metadata(&self.path) {
            Ok(file) => file,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let sidecar = if self.has_sidecar { Sidecar::read(&self.path)? } else { None };
        let stamp = Stamp::of(&file);
        let is_told = sidecar.as_ref().is_some_and(|sidecar| sidecar.sealed(stamp).is_some());
        let sealed = if is_told { None } else { sealed_record(&self.path, file.len()) };
        Ok(Some(object_meta(&self.key, stamp, sidecar.as_ref(), sealed)))
    }
}

/// What the file of an encrypted object says of itself. A damaged one shows when it is read.
fn sealed_record(path: &Path, size: u64) -> Option<SealedRecord> {
    let header = read_header(&File::open(path).ok()?, size).ok()??.header;
    Some(SealedRecord { size: header.size, encryption: header.encryption() })
}

/// Whether the error says that there is nothing at the path.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
