//! A blocked Bloom filter over the keys of a file: whether it may have one, at one look into memory.
//!
//! Each key belongs to one block of 64 bytes and sets eight bits there. With twelve bits a key about one absent key in
//! a hundred is taken for present.

use crate::number::{index, length, wide};

const BLOCK_BYTES: usize = 64;
const BITS_A_KEY: usize = 12;

/// The filter of `ids`.
pub(crate) fn build(ids: impl ExactSizeIterator<Item = u64>) -> Vec<u8> {
    let blocks = (ids.len() * BITS_A_KEY).div_ceil(BLOCK_BYTES * 8).max(1);
    let mut filter = vec![0; blocks * BLOCK_BYTES];
    for id in ids {
        let start = block(id, blocks);
        for bit in bits(id) {
            if let Some(byte) = filter.get_mut(start + bit / 8) {
                *byte |= 1 << (bit % 8);
            }
        }
    }
    filter
}

/// Whether `filter` was built with `id`, or seems so.
pub(crate) fn may_have(filter: &[u8], id: u64) -> bool {
    let start = block(id, filter.len() / BLOCK_BYTES);
    bits(id).all(|bit| filter.get(start + bit / 8).is_some_and(|byte| byte & (1 << (bit % 8)) != 0))
}

/// The first byte of the block of `id`: by its upper half.
fn block(id: u64, blocks: usize) -> usize {
    index(((id >> 32) * length(blocks)) >> 32) * BLOCK_BYTES
}

/// The bits of `id` in its block: by its lower half.
fn bits(id: u64) -> impl Iterator<Item = usize> {
    let [a, b, c, d, ..] = id.to_le_bytes();
    let first = u32::from(u16::from_le_bytes([a, b]));
    let step = u32::from(u16::from_le_bytes([c, d])) | 1;
    (0..8).map(move |n| wide((first + n * step) % 512))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_and_little_else_is() {
        let id = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let filter = build((0..10_000).map(id).collect::<Vec<_>>().into_iter());
        assert!((0..10_000).all(|n| may_have(&filter, id(n))));
        let mistaken = (10_000..110_000).filter(|n| may_have(&filter, id(*n))).count();
        assert!(mistaken < 2_500, "{mistaken} of 100,000 absent keys");
        assert!(!may_have(&build(std::iter::empty::<u64>().collect::<Vec<_>>().into_iter()), 1));
    }
}
