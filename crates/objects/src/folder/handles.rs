//! Open files of objects that are read in ranges, so that each read is one system call.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::sealed::Unsealing;

const HANDLES_MAX: usize = 128;

/// An open file and the size of its content, which never changes: objects are replaced as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Handle {
    file: Arc<File>,
    size: u64,
    /// How to read it when it is encrypted.
    unsealing: Option<Arc<Unsealing>>,
}

/// The open files by key, at most [`HANDLES_MAX`].
#[derive(Debug, Default)]
pub(crate) struct Handles(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    by_key: HashMap<String, (Handle, u64)>,
    uses: u64,
    forgotten: u64,
}

impl Handle {
    pub(crate) fn new(file: File, size: u64) -> Self {
        Self { file: Arc::new(file), size, unsealing: None }
    }

    /// Of an encrypted object.
    pub(crate) fn sealed(file: File, unsealing: Unsealing) -> Self {
        Self { file: Arc::new(file), size: unsealing.size(), unsealing: Some(Arc::new(unsealing)) }
    }

    /// All of its bytes.
    pub(crate) fn read_all(&self) -> io::Result<Bytes> {
        self.read(0..self.size)
    }

    /// The bytes in `range`, cut at the end of the file.
    pub(crate) fn read(&self, range: Range<u64>) -> io::Result<Bytes> {
        if let Some(unsealing) = &self.unsealing {
            return unsealing.read(&self.file, &range);
        }
        let end = range.end.min(self.size);
        let count = usize::try_from(end.saturating_sub(range.start)).map_err(io::Error::other)?;
        let mut bytes = vec![0; count];
        self.file.read_exact_at(&mut bytes, range.start)?;
        Ok(bytes.into())
    }
}

impl Handles {
    /// The handle of this key, opened by `open` when it is not there yet.
    pub(crate) fn get<E>(&self, key: &str, open: impl FnOnce() -> Result<Handle, E>) -> Result<Handle, E> {
        let forgotten = {
            let mut inner = self.lock();
            if let Some(handle) = inner.touch(key) {
                return Ok(handle);
            }
            inner.forgotten
        };
        let handle = open()?;
        let mut inner = self.lock();
        // Whatever was replaced while we opened may be what we opened.
        if inner.forgotten == forgotten {
            inner.insert(key, handle.clone());
        }
        Ok(handle)
    }

    /// Closes the handle of a key whose object was replaced or deleted.
    pub(crate) fn forget(&self, key: &str) {
        let mut inner = self.lock();
        inner.by_key.remove(key);
        inner.forgotten += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn touch(&mut self, key: &str) -> Option<Handle> {
        self.uses += 1;
        let (handle, used) = self.by_key.get_mut(key)?;
        *used = self.uses;
        Some(handle.clone())
    }

    fn insert(&mut self, key: &str, handle: Handle) {
        if self.by_key.len() >= HANDLES_MAX {
            let oldest = self.by_key.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| key.clone());
            oldest.and_then(|key| self.by_key.remove(&key));
        }
        self.by_key.insert(key.to_owned(), (handle, self.uses));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> io::Result<Handle> {
        use std::io::Write;
        let mut file = tempfile::tempfile()?;
        file.write_all(text.as_bytes())?;
        Ok(Handle::new(file, u64::try_from(text.len()).unwrap()))
    }

    #[test]
    fn a_handle_is_kept_until_forgotten_and_the_oldest_makes_room() {
        let handles = Handles::default();
        let read = |key: &str, text| handles.get(key, || open(text)).unwrap().read(0..9).unwrap();
        assert_eq!(read("a", "one"), "one");
        assert_eq!(read("a", "two"), "one");
        handles.forget("a");
        assert_eq!(read("a", "two"), "two");
        for number in 0..HANDLES_MAX {
            read(&format!("k{number}"), "x");
        }
        assert_eq!(handles.lock().by_key.len(), HANDLES_MAX);
        assert_eq!(read("a", "three"), "three");
    }

    #[test]
    fn what_was_opened_during_a_replacement_is_not_kept() {
        let handles = Handles::default();
        let raced = handles.get("a", || {
            handles.forget("a");
            open("old")
        });
        assert_eq!(raced.unwrap().read(1..2).unwrap(), "l");
        assert!(handles.lock().by_key.is_empty());
    }
}
