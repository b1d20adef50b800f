//! Takes apart a file that must be exactly one complete gzip member.

use std::io::Read;

use flate2::bufread::GzDecoder;
use sha2::{Digest, Sha256};

/// More than any file that CloudTrail writes.
const CONTENT_BYTES_MAX: u64 = 512 << 20;

/// Why bytes are not one complete gzip member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotOneMember {
    #[error("is not gzip, or is cut off")]
    Broken,
    #[error("has bytes after the end of its gzip member")]
    TrailingBytes,
    #[error("is larger than any file that CloudTrail writes")]
    TooLarge,
}

/// The content of the one member that `bytes` are.
pub(crate) fn content(bytes: &[u8]) -> Result<Vec<u8>, NotOneMember> {
    let mut decoder = GzDecoder::new(bytes).take(CONTENT_BYTES_MAX);
    let mut content = Vec::new();
    decoder.read_to_end(&mut content).map_err(|_| NotOneMember::Broken)?;
    if decoder.limit() == 0 {
        return Err(NotOneMember::TooLarge);
    }
    if decoder.into_inner().into_inner().is_empty() { Ok(content) } else { Err(NotOneMember::TrailingBytes) }
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::bufread::GzEncoder;

    use super::*;

    fn member(content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        GzEncoder::new(content, Compression::default()).read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn only_one_complete_member_is_taken() {
        let one = member(b"content");
        assert_eq!(content(&one), Ok(b"content".to_vec()));
        let two = [one.clone(), member(b"more")].concat();
        assert_eq!(content(&two), Err(NotOneMember::TrailingBytes));
        assert_eq!(content(&[&one[..], b"\0"].concat()), Err(NotOneMember::TrailingBytes));
        for cut in 0..one.len() {
            assert_eq!(content(&one[..cut]), Err(NotOneMember::Broken), "cut to {cut}");
        }
        assert_eq!(content(b"{}"), Err(NotOneMember::Broken));
    }

    #[test]
    fn every_flipped_bit_of_a_member_is_noticed_or_changes_nothing() {
        let one = member(b"content");
        for bit in 0..one.len() * 8 {
            let mut flipped = one.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(content(&flipped).is_err() || content(&flipped) == Ok(b"content".to_vec()), "bit {bit}");
        }
    }
}
