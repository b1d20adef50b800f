//! What one request carries: pieces of files, one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;

/// A file of the source.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Its path, or the object's key.
    pub(crate) name: String,
    /// In bytes.
    pub(crate) size: u64,
    /// When it was changed, in milliseconds since the epoch; 0 when that is not known.
    pub(crate) modified_ms: i64,
    /// Pieces that are not answered yet, and one more until all of it is read.
    open: AtomicU64,
    failed: AtomicBool,
}

/// A part of a request's body that holds a file, or a part of one.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) file: Arc<SourceFile>,
    /// Packed with gzip.
    pub(crate) bytes: Bytes,
    /// Documents of the file before this piece.
    pub(crate) documents_before: u64,
}

/// The pieces of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Group {
    pub(crate) pieces: Vec<Piece>,
}

impl SourceFile {
    pub(crate) fn new(name: String, size: u64, modified_ms: i64) -> Arc<Self> {
        Arc::new(Self { name, size, modified_ms, open: AtomicU64::new(1), failed: AtomicBool::new(false) })
    }

    /// A piece of it is on its way.
    pub(crate) fn opened(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    /// A piece was answered, or all of it was read. Tells whether that was the last thing to wait for.
    pub(crate) fn closed(&self) -> bool {
        self.open.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Remembers that a part of it was not taken in.
    pub(crate) fn fail(&self) {
        self.failed.store(true, Ordering::Release);
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }
}

impl Group {
    pub(crate) fn size(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes.len()).sum()
    }

    /// The body of the request.
    pub(crate) fn body(&self) -> Bytes {
        if let [one] = self.pieces.as_slice() {
            return one.bytes.clone();
        }
        let mut body = Vec::with_capacity(self.size());
        for piece in &self.pieces {
            body.extend_from_slice(&piece.bytes);
        }
        body.into()
    }

    /// The piece that stands at `offset` of the body, and how many bytes of it lie before that place.
    pub(crate) fn piece_at(&self, offset: u64) -> Option<(&Piece, u64)> {
        let mut begin = 0_u64;
        self.pieces.iter().find_map(|piece| {
            let before = offset.checked_sub(begin)?;
            let size = u64::try_from(piece.bytes.len()).unwrap_or(u64::MAX);
            begin = begin.saturating_add(size);
            (before < size).then_some((piece, before))
        })
    }

    /// Each piece as a group of its own.
    pub(crate) fn apart(self) -> impl Iterator<Item = Self> {
        self.pieces.into_iter().map(|piece| Self { pieces: vec![piece] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_body_leads_to_its_file() {
        let piece = |name: &str, bytes: &'static [u8]| Piece {
            file: SourceFile::new(name.to_owned(), 0, 0),
            bytes: Bytes::from_static(bytes),
            documents_before: 0,
        };
        let group = Group { pieces: vec![piece("a", b"123"), piece("b", b"45")] };
        let place = |offset| group.piece_at(offset).map(|(piece, before)| (piece.file.name.as_str(), before));
        let places = [Some(("a", 0)), Some(("a", 2)), Some(("b", 0)), Some(("b", 1)), None];
        assert_eq!([place(0), place(2), place(3), place(4), place(5)], places);
        assert_eq!(group.body(), "12345");
    }
}
