//! One gzip member with a header that never differs: what every file in a bucket is.

use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};
use sha2::{Digest, Sha256};

/// Compresses `content` into a single gzip member without name or time, so that equal content gives equal bytes.
pub(crate) fn one_member(content: &[u8]) -> Bytes {
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut member = vec![0; compressor.gzip_compress_bound(content.len())];
    // The bound is the compressor's own, so the output always fits.
    let size = compressor.gzip_compress(content, &mut member).unwrap_or(0);
    member.truncate(size);
    Bytes::from(member)
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
}
