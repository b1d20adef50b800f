//! One gzip member with a header that never differs: what every file in a bucket is.

use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};
use sha2::{Digest, Sha256};

/// How much smaller a file becomes at least, nearly always.
const USUAL_RATIO_MIN: usize = 4;
/// Files that are small have a room that fits anyway.
const SMALL: usize = 1024;

/// Compresses `content` into a single gzip member without name or time, so that equal content gives equal bytes.
pub(crate) fn one_member(content: &[u8]) -> Bytes {
    let mut compressor = Compressor::new(CompressionLvl::default());
    // Events shrink to a tenth. What does not gets all the room that it could need, which is more than it has now.
    let usual = content.len() / USUAL_RATIO_MIN + SMALL;
    for room in [usual, compressor.gzip_compress_bound(content.len())] {
        let mut member = vec![0; room];
        if let Ok(size) = compressor.gzip_compress(content, &mut member) {
            member.truncate(size);
            member.shrink_to_fit();
            return Bytes::from(member);
        }
    }
    // The second room is the compressor's own bound, so the output always fits.
    Bytes::new()
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_gives_equal_bytes_without_a_time() {
        let member = one_member(b"{\"Records\":[]}");
        assert_eq!(member, one_member(b"{\"Records\":[]}"));
        assert_eq!(member[..4], [0x1f, 0x8b, 8, 0]);
        assert_eq!(member[4..8], [0; 4], "no modification time");
        let mut content = vec![0; 14];
        assert_eq!(libdeflater::Decompressor::new().gzip_decompress(&member, &mut content), Ok(14));
        assert_eq!(content, b"{\"Records\":[]}");
    }

    #[test]
    fn what_hardly_shrinks_is_whole_too() {
        let noise: Vec<u8> = (0..2_000_u32).flat_map(|number| sha256_hex(&number.to_le_bytes()).into_bytes()).collect();
        let noise: Vec<u8> = noise.chunks(2).map(|pair| pair[0].wrapping_mul(31) ^ pair[1].rotate_left(3)).collect();
        let member = one_member(&noise);
        assert!(member.len() > noise.len() / USUAL_RATIO_MIN + SMALL, "{} of {}", member.len(), noise.len());
        let mut content = vec![0; noise.len()];
        assert_eq!(libdeflater::Decompressor::new().gzip_decompress(&member, &mut content), Ok(noise.len()));
        assert_eq!(content, noise);
    }
}
