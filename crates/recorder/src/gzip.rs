//! Gzip members (RFC 1952) in a body that holds many of them.
//!
//! libdeflate inflates twice as fast as anything that streams, but wants to know a member's size and does not say
//! where it ends. Both are guessed: a member ends where the next one begins or the body ends, and its last four bytes
//! give its size. A guess counts only if size and checksum at that place are those of the inflated text; if the first
//! guesses fail, the member is inflated as a stream, which finds the end for certain.

use bytes::Bytes;
use libdeflater::Decompressor;
use memchr::memmem;

use crate::IngestError;
use crate::unpack::Budget;

/// How a member begins: the two magic bytes and the only compression method.
pub(crate) const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

const HEADER_BYTES: usize = 10;
const TRAILER_BYTES: usize = 8;
const GUESSES_MAX: usize = 2;

/// One member.
#[derive(Debug)]
pub(crate) enum Member {
    /// It is whole.
    Text {
        /// What it holds.
        text: Bytes,
        /// Bytes that it takes in the body.
        packed_bytes: usize,
    },
    /// It is damaged, cut off, or not gzip at all.
    Broken {
        /// What is wrong.
        reason: String,
    },
}

/// Inflates the member that begins `packed`.
///
/// # Errors
/// When it would pass the budget.
pub(crate) fn inflate_member(packed: &[u8], budget: &mut Budget) -> Result<Member, IngestError> {
    for end in starts_after(packed, HEADER_BYTES + TRAILER_BYTES).chain([packed.len()]).take(GUESSES_MAX) {
        if let Some(text) = packed.get(..end).and_then(|member| inflate_exactly(member, budget.left())) {
            budget.spend(text.len())?;
            return Ok(Member::Text { text, packed_bytes: end });
        }
    }
    inflate_as_stream(packed, budget)
}

/// Where the next member may begin, after the one that begins `packed`.
pub(crate) fn next_start(packed: &[u8]) -> Option<usize> {
    starts_after(packed, MAGIC.len()).next()
}

fn starts_after(packed: &[u8], from: usize) -> impl Iterator<Item = usize> {
    let tail = packed.get(from..).unwrap_or_default();
    // The fourth byte holds flags, of which the upper three are reserved and 0.
    let is_start = |at: &usize| packed.get(at + MAGIC.len()).is_some_and(|flags| flags & 0xe0 == 0);
    memmem::find_iter(tail, &MAGIC).map(move |at| at + from).filter(is_start)
}

/// The text of `member` if it is one whole member and nothing else, of at most `bytes_max`.
fn inflate_exactly(member: &[u8], bytes_max: usize) -> Option<Bytes> {
    let (_, trailer) = member.split_last_chunk::<TRAILER_BYTES>()?;
    let [c0, c1, c2, c3, s0, s1, s2, s3] = *trailer;
    let size = usize::try_from(u32::from_le_bytes([s0, s1, s2, s3])).ok()?;
    // Deflate cannot do better than 1 to 1,032: a size beyond that is no size.
    if size > bytes_max || size > member.len().saturating_mul(1032) {
        return None;
    }
    let mut text = vec![0; size];
    let written = Decompressor::new().gzip_decompress(member, &mut text).ok()?;
    let whole = written == size && libdeflater::crc32(&text) == u32::from_le_bytes([c0, c1, c2, c3]);
    whole.then(|| text.into())
}

fn inflate_as_stream(packed: &[u8], budget: &mut Budget) -> Result<Member, IngestError> {
    let mut decoder = flate2::bufread::GzDecoder::new(packed);
    let text = budget.read(&mut decoder, 0)?;
    let packed_bytes = packed.len().saturating_sub(decoder.into_inner().len());
    Ok(match text {
        Ok(text) => Member::Text { text, packed_bytes },
        Err(error) => Member::Broken { reason: format!("not a whole gzip member: {error}") },
    })
}
