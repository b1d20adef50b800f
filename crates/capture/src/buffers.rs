//! How much a connection may buffer: few are fast, and many do not fill the memory.

use std::sync::Arc;

/// Bytes that make one stream as fast as it can be.
const BYTES_MAX: usize = 1 << 20;

/// Connections that may be as fast as that.
const FAST: usize = 4;

/// The buffers of all connections of one side.
#[derive(Debug, Default)]
pub(crate) struct Buffers(Arc<()>);

/// The part of one connection, as long as it lives.
#[derive(Debug)]
pub(crate) struct Share {
    /// Bytes in each direction.
    pub(crate) bytes: usize,
    _held: Arc<()>,
}

impl Buffers {
    /// The share of a new connection: at least `least` bytes.
    pub(crate) fn share(&self, least: usize) -> Share {
        let held = Arc::clone(&self.0);
        let connections = Arc::strong_count(&self.0).saturating_sub(1).max(1);
        // Falls with the square, so that what all have together beyond their least has a bound: 8 MiB.
        let bytes = (BYTES_MAX * FAST * FAST) / connections.saturating_mul(connections);
        Share { bytes: bytes.clamp(least, BYTES_MAX.max(least)), _held: held }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_there_are_the_less_each_has() {
        let buffers = Buffers::default();
        let mut shares: Vec<Share> = (0..1000).map(|_| buffers.share(16 << 10)).collect();
        assert_eq!(shares.first().map(|share| share.bytes), Some(1 << 20));
        assert_eq!(shares.last().map(|share| share.bytes), Some(16 << 10));
        let all: usize = shares.iter().map(|share| share.bytes).sum();
        assert!(all < (8 << 20) + 1000 * (16 << 10), "{all}");
        shares.clear();
        assert_eq!(buffers.share(16 << 10).bytes, 1 << 20);
        assert_eq!(buffers.share(2 << 20).bytes, 2 << 20);
    }
}
