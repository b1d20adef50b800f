//! Which call it is and what it asks, as far as its head and the kept part of its body say.

use std::io::Read;

use cairn_model::Category;
use cairn_services::{BodyView, BucketPlace, DeletedKey, ServiceCall, identify};
use http::{HeaderMap, header};
use serde_json::Value;

use crate::aws_chunked::unframed;
use crate::copied::Copied;
use crate::sighting::Sighting;

/// Bytes of a body kept for a request that names many keys: a thousand of a kilobyte each, with their markup.
const KEYS_BODY_BYTES: usize = 4 << 20;

/// A call that was recognized.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) call: ServiceCall,
    pub(crate) parameters: Option<Value>,
    pub(crate) deleted: Vec<DeletedKey>,
}

impl Known {
    /// What `sighting` and the copy of its body say to an S3 upstream that looks for `buckets` there.
    pub(crate) fn of(sighting: &Sighting, copy: &Copied, buckets: BucketPlace<'_>) -> Self {
        let (body, is_whole) = plain(copy, &sighting.headers);
        let view = sighting.view(BodyView { bytes: &body, is_whole });
        let call = identify(&view, buckets);
        Self { parameters: call.request_parameters(&view), deleted: call.deleted_keys(&view), call }
    }

    /// What the head alone says.
    pub(crate) fn of_head(sighting: &Sighting, buckets: BucketPlace<'_>) -> Self {
        let view = sighting.view(BodyView::default());
        let call = identify(&view, buckets);
        Self { parameters: call.request_parameters(&view), deleted: Vec::new(), call }
    }

    /// Bytes that are no request, whatever they should have been.
    pub(crate) fn unreadable(sighting: &Sighting) -> Self {
        let mut call = identify(&sighting.view(BodyView::default()), BucketPlace::Path);
        "MalformedHttpRequest".clone_into(&mut call.event_name);
        (call.read_only, call.category) = (false, Category::Management);
        Self { call, parameters: None, deleted: Vec::new() }
    }

    /// How much of the bodies of such a call is kept.
    pub(crate) fn copy_bytes(&self, usual: usize) -> usize {
        let is_of_keys = self.call.event_name == "DeleteObjects" && self.call.event_source == "s3.amazonaws.com";
        if is_of_keys { usual.max(KEYS_BODY_BYTES) } else { usual }
    }
}

/// The content of a body, of which `copy` is the beginning: framing and compression are taken off. And whether it is
/// all of it.
pub(crate) fn plain(copy: &Copied, headers: &HeaderMap) -> (Vec<u8>, bool) {
    let codings: Vec<String> = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .collect();
    let is_streaming =
        headers.get("x-amz-content-sha256").is_some_and(|value| value.as_bytes().starts_with(b"STREAMING-"));
    let (content, is_whole) = if is_streaming || codings.iter().any(|coding| coding == "aws-chunked") {
        let (content, has_end) = unframed(copy.bytes());
        (content, has_end && !copy.is_cut())
    } else {
        (copy.bytes().to_vec(), !copy.is_cut())
    };
    match codings.iter().rfind(|coding| *coding != "aws-chunked").map(String::as_str) {
        Some("gzip" | "x-gzip") => inflated(flate2::read::GzDecoder::new(&*content), is_whole, content.len()),
        Some("deflate") => inflated(flate2::read::ZlibDecoder::new(&*content), is_whole, content.len()),
        _ => (content, is_whole),
    }
}

/// Inflates at most sixteen times the size.
fn inflated(packed: impl Read, is_whole: bool, packed_bytes: usize) -> (Vec<u8>, bool) {
    let bytes_max = u64::try_from(packed_bytes).unwrap_or(u64::MAX).saturating_mul(16).max(64 << 10);
    let mut content = Vec::new();
    let read = packed.take(bytes_max).read_to_end(&mut content);
    let is_under = u64::try_from(content.len()).is_ok_and(|bytes| bytes < bytes_max);
    (content, is_whole && is_under && read.is_ok())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn copied(bytes: &[u8], bytes_max: usize) -> Copied {
        let mut copy = Copied::new(bytes_max);
        copy.add(bytes);
        copy
    }

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        all.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn compression_and_framing_are_taken_off() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"{\"a\":1}").unwrap();
        let packed = encoder.finish().unwrap();
        let gzip = headers(&[("content-encoding", "gzip")]);
        assert_eq!(plain(&copied(&packed, 1000), &gzip), (b"{\"a\":1}".to_vec(), true));
        assert!(!plain(&copied(&packed, 12), &gzip).1);
        let framed = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
        let both = headers(&[("content-encoding", "aws-chunked,gzip")]);
        assert_eq!(plain(&copied(&framed, 1000), &both), (b"{\"a\":1}".to_vec(), true));
        let signed = headers(&[("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")]);
        assert_eq!(plain(&copied(b"2\r\nab\r\n0\r\n\r\n", 1000), &signed), (b"ab".to_vec(), true));
        assert_eq!(plain(&copied(b"abcdef", 3), &HeaderMap::new()), (b"abc".to_vec(), false));
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 64 << 20]).unwrap();
        let packed = encoder.finish().unwrap();
        let (content, is_whole) = plain(&copied(&packed, 256 << 10), &headers(&[("content-encoding", "gzip")]));
        assert!(!is_whole && content.len() <= 16 * packed.len());
    }
}
