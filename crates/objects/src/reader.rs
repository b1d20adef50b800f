//! One object held open, so that it can be read piece by piece without a replacement coming in between.

use std::ops::Range;

use bytes::Bytes;

use crate::folder::Handle;
use crate::{Object, ObjectError, ObjectMeta};

/// One object held open. Clones share it; its bytes do not change.
#[derive(Debug, Clone)]
pub struct ObjectReader {
    meta: ObjectMeta,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    File(Handle),
    Memory(Bytes),
}

impl ObjectReader {
    pub(crate) fn of_file(meta: ObjectMeta, handle: Handle) -> Self {
        Self { meta, content: Content::File(handle) }
    }

    /// What is known about the object.
    pub fn meta(&self) -> &ObjectMeta {
        &self.meta
    }

    /// The bytes in `range`, cut at the end of the object. A file is read on the caller's thread.
    ///
    /// # Errors
    /// What reading the file failed with.
    pub fn read(&self, range: Range<u64>) -> Result<Bytes, ObjectError> {
        match &self.content {
            Content::File(handle) => Ok(handle.read(range)?),
            Content::Memory(bytes) => Ok(slice(bytes, &range)),
        }
    }
}

impl From<Object> for ObjectReader {
    fn from(object: Object) -> Self {
        Self { meta: object.meta, content: Content::Memory(object.bytes) }
    }
}

/// The part of `bytes` in `range`, cut at their end.
pub(crate) fn slice(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    let end = usize::try_from(range.end).unwrap_or(usize::MAX).min(bytes.len());
    let start = usize::try_from(range.start).unwrap_or(usize::MAX).min(end);
    bytes.slice(start..end)
}
