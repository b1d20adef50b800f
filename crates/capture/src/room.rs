//! How much a body on its way may hold: few are fast, and many do not fill the memory.

use std::sync::Arc;

/// Bytes that make one stream as fast as it can be.
pub(crate) const BYTES_MAX: usize = 512 << 10;

/// Bytes that a stream may hold however many there are.
const BYTES_MIN: usize = 8 << 10;

/// Bytes that all streams may hold together beyond their least.
const BYTES_ALL: usize = 8 << 20;

/// The room of all bodies that are under way. Each has a clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room(Arc<()>);

impl Room {
    /// Bytes that one of them may hold now.
    pub(crate) fn bytes(&self) -> usize {
        (BYTES_ALL / Arc::strong_count(&self.0)).clamp(BYTES_MIN, BYTES_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_there_are_the_less_each_has() {
        let room = Room::default();
        assert_eq!(room.bytes(), BYTES_MAX);
        let others = vec![room.clone(); 99];
        assert_eq!(room.bytes(), BYTES_ALL / 100);
        let more = vec![room.clone(); 10_000];
        assert_eq!(room.bytes(), BYTES_MIN);
        drop((others, more));
        assert_eq!(room.bytes(), BYTES_MAX);
    }
}
