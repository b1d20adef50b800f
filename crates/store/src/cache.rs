//! What was read from files lately: sections of indexes, lists of rows and pages of events, within a bound of bytes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::event_column::EventColumn;
use crate::index_format::TextColumn;

/// Names a piece of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    /// A section of the index.
    Section(usize),
    /// A list of rows: its section and where it begins there.
    List(usize, u64),
    /// A column of texts as numbers.
    Column(EventColumn),
    /// A page of a column of texts, decompressed, with the places of its texts.
    Page(TextColumn, u32),
}

/// The pieces that were used last. Shared by all files of a store; each file has its own number.
#[derive(Debug)]
pub(crate) struct Cache {
    bytes_max: usize,
    pieces: Mutex<Pieces>,
}

#[derive(Debug, Default)]
struct Pieces {
    by_name: HashMap<(u64, Piece), Held>,
    bytes: usize,
    uses: u64,
}

#[derive(Debug)]
struct Held {
    bytes: Bytes,
    used: u64,
}

impl Cache {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, pieces: Mutex::default() }
    }

    /// A piece of a file, if it is held.
    pub(crate) fn get(&self, file: u64, piece: Piece) -> Option<Bytes> {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.uses += 1;
        let used = pieces.uses;
        let held = pieces.by_name.get_mut(&(file, piece))?;
        held.used = used;
        Some(held.bytes.clone())
    }

    /// Holds a piece of a file; the pieces that were used longest ago make room.
    pub(crate) fn put(&self, file: u64, piece: Piece, bytes: Bytes) {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.uses += 1;
        let used = pieces.uses;
        pieces.bytes += bytes.len();
        if let Some(before) = pieces.by_name.insert((file, piece), Held { bytes, used }) {
            pieces.bytes -= before.bytes.len();
        }
        if pieces.bytes > self.bytes_max {
            pieces.make_room(self.bytes_max - self.bytes_max / 8);
        }
    }

    /// Forgets everything of a file that is gone.
    pub(crate) fn forget(&self, file: u64) {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.by_name.retain(|(of, _), _| *of != file);
        pieces.bytes = pieces.by_name.values().map(|held| held.bytes.len()).sum();
    }
}

impl Pieces {
    /// Drops more than is needed at once, so that it is needed seldom.
    fn make_room(&mut self, bytes_max: usize) {
        let mut by_use: Vec<_> = self.by_name.iter().map(|(name, held)| (held.used, *name)).collect();
        by_use.sort_unstable_by_key(|(used, _)| *used);
        for (_, name) in by_use {
            if self.bytes <= bytes_max {
                break;
            }
            if let Some(held) = self.by_name.remove(&name) {
                self.bytes -= held.bytes.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_makes_room() {
        let cache = Cache::new(100);
        for page in 0..10 {
            cache.put(1, Piece::Page(TextColumn::Raw, page), Bytes::from(vec![0; 10]));
        }
        assert!(cache.get(1, Piece::Page(TextColumn::Raw, 0)).is_some());
        cache.put(2, Piece::Section(0), Bytes::from(vec![0; 10]));
        assert!(cache.get(1, Piece::Page(TextColumn::Raw, 0)).is_some());
        assert!(cache.get(1, Piece::Page(TextColumn::Raw, 1)).is_none());
        assert!(cache.get(2, Piece::Section(0)).is_some());
        cache.forget(1);
        assert!(cache.get(1, Piece::Page(TextColumn::Raw, 0)).is_none());
        assert_eq!(cache.pieces.lock().unwrap().bytes, 10);
    }
}
