//! Tells what a file is by its bytes, and cuts it into pieces that a request can carry.

use std::io::{BufRead, BufReader, Read};

use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};

/// Gzip files up to this size go out as they are. Larger ones are inflated and cut.
const GZIP_BYTES_WHOLE: u64 = 4 << 20;
/// Plain bytes of one piece.
const PIECE_BYTES: usize = 8 << 20;
/// Plain bytes that a single document may have: a request could not carry more.
const DOCUMENT_BYTES_MAX: usize = 60 << 20;

/// A piece of a file, packed with gzip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) bytes: Bytes,
    /// Documents of the file before this piece.
    pub(crate) documents_before: u64,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Gzip,
    Json,
    /// Nothing that could hold events.
    Other,
}

/// Tells what a file is by its first bytes.
pub(crate) fn content_of(bytes: &[u8]) -> Content {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        Content::Gzip
    } else if text.starts_with(b"{") || text.starts_with(b"[") {
        Content::Json
    } else {
        Content::Other
    }
}

/// Cuts a file of `size` bytes into pieces and gives each to `take`, which says whether to go on. It waits for the
/// file and computes for long. Gives what the file is.
///
/// # Errors
/// What is wrong with the file, in a sentence; pieces before that place were taken.
pub(crate) fn cut(mut file: impl BufRead, size: u64, mut take: impl FnMut(Packed) -> bool) -> Result<Content, String> {
    let content = content_of(file.fill_buf().map_err(|error| error.to_string())?);
    match content {
        Content::Other => {}
        Content::Gzip if size <= GZIP_BYTES_WHOLE => {
            let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
            file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
            take(Packed { bytes: bytes.into(), documents_before: 0 });
        }
        Content::Gzip => cut_lines(flate2::bufread::MultiGzDecoder::new(file), take)?,
        Content::Json => cut_lines(file, take)?,
    }
    Ok(content)
}

/// Cuts before lines that begin a document, as soon as there are [`PIECE_BYTES`].
fn cut_lines(text: impl Read, mut take: impl FnMut(Packed) -> bool) -> Result<(), String> {
    let mut lines = BufReader::with_capacity(1 << 18, text);
    let (mut piece, mut documents_before, mut documents) = (Vec::new(), 0, 0);
    loop {
        let start = piece.len();
        let left = u64::try_from((DOCUMENT_BYTES_MAX + 1).saturating_sub(start)).unwrap_or(0);
        let read = lines.by_ref().take(left).read_until(b'\n', &mut piece).map_err(|error| error.to_string())?;
        if piece.len() > DOCUMENT_BYTES_MAX {
            return Err(format!("a document of more than {} MiB", DOCUMENT_BYTES_MAX >> 20));
        }
        let begins = piece.get(start).is_some_and(|byte| matches!(byte, b'{' | b'['));
        if read == 0 || (begins && start >= PIECE_BYTES) {
            let line = piece.split_off(start);
            let full = std::mem::replace(&mut piece, line);
            let go_on = full.trim_ascii().is_empty() || take(Packed { bytes: pack(&full), documents_before });
            if read == 0 || !go_on {
                return Ok(());
            }
            documents_before = documents;
        }
        documents += u64::from(begins);
    }
}

fn pack(text: &[u8]) -> Bytes {
    let mut compressor = Compressor::new(CompressionLvl::fastest());
    let mut packed = vec![0; compressor.gzip_compress_bound(text.len())];
    // The bound is always enough, so this always succeeds.
    let size = compressor.gzip_compress(text, &mut packed).unwrap_or(0);
    packed.truncate(size);
    packed.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bytes: &[u8]) -> Result<Vec<(Vec<u8>, u64)>, String> {
        pieces_of_size(bytes, u64::try_from(bytes.len()).unwrap())
    }

    fn pieces_of_size(bytes: &[u8], size: u64) -> Result<Vec<(Vec<u8>, u64)>, String> {
        let mut pieces = Vec::new();
        cut(bytes, size, |piece| {
            let mut text = Vec::new();
            flate2::bufread::MultiGzDecoder::new(&piece.bytes[..]).read_to_end(&mut text).unwrap();
            pieces.push((text, piece.documents_before));
            true
        })?;
        Ok(pieces)
    }

    #[test]
    fn files_are_told_by_their_first_bytes() {
        assert_eq!(content_of(b"\x1f\x8b\x08"), Content::Gzip);
        assert_eq!(content_of(b" \n{}"), Content::Json);
        assert_eq!(content_of(b"\xef\xbb\xbf[]"), Content::Json);
        assert_eq!(content_of(b"MIT License"), Content::Other);
        assert_eq!(content_of(b""), Content::Other);
    }

    #[test]
    fn small_files_stay_whole() {
        assert_eq!(pieces(b"{}\n{}").unwrap(), [(b"{}\n{}".to_vec(), 0)]);
        let packed = pack(b"{}");
        assert_eq!(pieces(&packed).unwrap(), [(b"{}".to_vec(), 0)]);
    }

    #[test]
    fn large_files_are_cut_between_documents_whether_packed_or_not() {
        let document = format!("{{\n \"a\": \"{}\"\n}}\n", "x".repeat(1 << 20));
        let text = document.repeat(20);
        for file in [text.as_bytes(), &pack(text.as_bytes())] {
            let cut = pieces_of_size(file, GZIP_BYTES_WHOLE + 1).unwrap();
            assert_eq!(cut.iter().map(|(_, before)| *before).collect::<Vec<_>>(), [0, 8, 16]);
            assert_eq!(cut.into_iter().flat_map(|(text, _)| text).collect::<Vec<_>>(), text.as_bytes());
        }
    }

    #[test]
    fn a_document_without_end_is_refused() {
        assert!(pieces(&vec![b'['; DOCUMENT_BYTES_MAX + 2]).unwrap_err().contains("60 MiB"));
    }
}
