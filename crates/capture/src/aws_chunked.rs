//! The framing of `aws-chunked` bodies, taken off a copy: sizes with their signatures, and trailers behind the last.

/// The content in `bytes`, which may stop anywhere, and whether its last chunk was seen. Bytes without the framing are
/// returned as they are.
pub(crate) fn unframed(bytes: &[u8]) -> (Vec<u8>, bool) {
    let (mut content, mut rest) = (Vec::with_capacity(bytes.len()), bytes);
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let line = rest.get(..end).unwrap_or_default();
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = std::str::from_utf8(digits).ok().and_then(|text| usize::from_str_radix(text.trim(), 16).ok());
        let Some(size) = size else { break };
        if size == 0 {
            return (content, true);
        }
        let chunk = rest.get(end + 2..).unwrap_or_default();
        content.extend_from_slice(chunk.get(..size).unwrap_or(chunk));
        rest = chunk.get(size.saturating_add(2)..).unwrap_or_default();
    }
    if content.is_empty() && !bytes.is_empty() { (bytes.to_vec(), false) } else { (content, false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_taken_out_of_its_chunks() {
        let body = b"5;chunk-signature=ab\r\nhello\r\n6\r\n world\r\n0;chunk-signature=cd\r\nx-amz-checksum-crc32:AA==\r\n\r\n";
        assert_eq!(unframed(body), (b"hello world".to_vec(), true));
        assert_eq!(unframed(&body[..30]), (b"hello".to_vec(), false));
        assert_eq!(unframed(&body[..24]), (b"he".to_vec(), false));
        assert_eq!(unframed(b"0\r\n\r\n"), (Vec::new(), true));
    }

    #[test]
    fn what_is_not_framed_stays_and_no_size_is_believed() {
        assert_eq!(unframed(b"<Delete/>"), (b"<Delete/>".to_vec(), false));
        assert_eq!(unframed(b"ffffffffffffffff\r\nabc"), (b"abc".to_vec(), false));
        assert_eq!(unframed(b""), (Vec::new(), false));
    }
}
