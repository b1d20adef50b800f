//! The format on disk: segment files of frames, each frame the entries of one commit.
//!
//! A segment file is a [`SegmentHeader`] and then frames up to its end, or up to zeros that were laid ahead. A frame is a [`FrameHeader`], the payload as
//! stored, and [`TRAILER`]. All numbers are little-endian. Each frame names the SHA-256 of the one before it (header,
//! payload and trailer as stored), across segments too; the first of all names 32 zero bytes.
//!
//! One commit is one frame and one sync, and the next frame is written only after that sync succeeded. So at most the
//! last frame of the last segment can be unfinished after a crash: [`is_torn`] builds on that.

use bytes::Bytes;
use cairn_model::{AccountId, Entry, NewEntry, Origin, Outline, Sequence, Timestamp};
use sha2::{Digest, Sha256};

use crate::ahead::written;

/// SHA-256 of a frame as stored.
pub(crate) type Hash = [u8; 32];

/// Bytes of a [`FrameHeader`].
pub(crate) const FRAME_HEADER_BYTES: usize = 80;
/// Bytes of a [`SegmentHeader`].
pub(crate) const SEGMENT_HEADER_BYTES: usize = 64;

/// 0xFF and 0xFE occur in no UTF-8 text, so no stored event can look like the start of a frame.
const FRAME_MAGIC: [u8; 4] = [0xFF, b'C', b'J', 0xFE];
const SEGMENT_MAGIC: [u8; 8] = *b"\xFFCAIRNJ1";

/// Ends each frame. None of its bytes is zero: see [`is_torn`].
const TRAILER: [u8; 4] = [0xC1, b'E', b'N', b'D'];

/// What an entry takes in the payload besides its event.
pub(crate) const ENTRY_HEADER_BYTES: usize = 8 + 12 + 1 + 4 + 4;

/// In the byte that says an entry's origin: behind its event comes, in the same form, what stands beside it.
const HAS_BESIDE: u8 = 0x80;

/// Three fifths faster than level 1 and nearly half larger, which is the better side for what is soon deleted.
const ZSTD_LEVEL: i32 = -5;

/// The unit in which disks keep or lose what was being written.
const SECTOR_BYTES: u64 = 512;

/// Begins each segment file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    /// The first entry, which also names the file.
    pub(crate) first: Sequence,
    /// How often the journal had been opened when the file was made.
    pub(crate) epoch: u64,
    /// The hash of the frame before the segment's first.
    pub(crate) previous: Hash,
}

/// How a payload is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Plain,
    Zstd,
}

/// Begins each frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    /// Bytes of the payload as stored.
    pub(crate) stored_bytes: u32,
    /// Bytes of the payload once decompressed.
    pub(crate) plain_bytes: u32,
    /// How the payload is stored.
    pub(crate) encoding: Encoding,
    /// How many entries.
    pub(crate) count: u32,
    /// The first entry.
    pub(crate) first: Sequence,
    /// How often the journal had been opened when the frame was written.
    pub(crate) epoch: u64,
    /// crc32c of the payload as stored.
    pub(crate) payload_crc: u32,
    /// The hash of the frame before.
    pub(crate) previous: Hash,
}

/// Takes fixed-size pieces off the front of some bytes.
struct Pieces<'a>(&'a [u8]);

impl<'a> Pieces<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (piece, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*piece)
    }

    fn take_u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn take_u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn take_bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (piece, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(piece)
    }
}

impl SegmentHeader {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(SEGMENT_HEADER_BYTES);
        bytes.extend_from_slice(&SEGMENT_MAGIC);
        bytes.extend_from_slice(&self.first.0.to_le_bytes());
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        bytes.extend_from_slice(&self.previous);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// None when the bytes are not a header as it was written.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (sealed, mut crc) = bytes.split_at_checked(SEGMENT_HEADER_BYTES - 4).map(|(a, b)| (a, Pieces(b)))?;
        if crc.take_u32()? != crc32c::crc32c(sealed) {
            return None;
        }
        let mut pieces = Pieces(sealed);
        let known = pieces.take()? == SEGMENT_MAGIC;
        let first = Sequence(pieces.take_u64()?);
        known.then_some(Self { first, epoch: pieces.take_u64()?, previous: pieces.take()? })
    }
}

impl FrameHeader {
    fn encode(&self) -> [u8; FRAME_HEADER_BYTES] {
        let mut sealed = Vec::with_capacity(FRAME_HEADER_BYTES);
        sealed.extend_from_slice(&self.stored_bytes.to_le_bytes());
        sealed.extend_from_slice(&self.plain_bytes.to_le_bytes());
        let encoding: u32 = match self.encoding {
            Encoding::Plain => 0,
            Encoding::Zstd => 1,
        };
        sealed.extend_from_slice(&encoding.to_le_bytes());
        sealed.extend_from_slice(&self.count.to_le_bytes());
        sealed.extend_from_slice(&self.first.0.to_le_bytes());
        sealed.extend_from_slice(&self.epoch.to_le_bytes());
        sealed.extend_from_slice(&self.payload_crc.to_le_bytes());
        sealed.extend_from_slice(&[0; 4]);
        sealed.extend_from_slice(&self.previous);
        let crc = crc32c::crc32c(&sealed).to_le_bytes();
        let mut header = [0; FRAME_HEADER_BYTES];
        let whole = FRAME_MAGIC.iter().chain(&crc).chain(&sealed);
        header.iter_mut().zip(whole).for_each(|(to, from)| *to = *from);
        header
    }

    /// None when the bytes do not begin with a header as it was written.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut pieces = Pieces(bytes.get(..FRAME_HEADER_BYTES)?);
        if pieces.take()? != FRAME_MAGIC || pieces.take_u32()? != crc32c::crc32c(pieces.0) {
            return None;
        }
        let (stored_bytes, plain_bytes) = (pieces.take_u32()?, pieces.take_u32()?);
        let encoding = match pieces.take_u32()? {
            0 => Encoding::Plain,
            1 => Encoding::Zstd,
            _ => return None,
        };
        let (count, first, epoch) = (pieces.take_u32()?, Sequence(pieces.take_u64()?), pieces.take_u64()?);
        let (payload_crc, _unused) = (pieces.take_u32()?, pieces.take_u32()?);
        let previous = pieces.take()?;
        Some(Self { stored_bytes, plain_bytes, encoding, count, first, epoch, payload_crc, previous })
    }

    /// Bytes of the whole frame.
    pub(crate) fn frame_bytes(&self) -> usize {
        usize::try_from(self.stored_bytes).unwrap_or(usize::MAX).saturating_add(FRAME_HEADER_BYTES + TRAILER.len())
    }

    /// The place after the last entry.
    pub(crate) fn end(&self) -> Sequence {
        self.first.plus(u64::from(self.count))
    }

    /// The stored payload of `frame`, which this header begins; none when it is not as it was written.
    pub(crate) fn payload<'a>(&self, frame: &'a [u8]) -> Option<&'a [u8]> {
        let mut pieces = Pieces(frame.get(FRAME_HEADER_BYTES..)?);
        let payload = pieces.take_bytes(usize::try_from(self.stored_bytes).ok()?)?;
        let whole = pieces.0 == TRAILER && crc32c::crc32c(payload) == self.payload_crc;
        whole.then_some(payload)
    }

    /// The entries of a stored payload; none when it does not hold what the header says.
    pub(crate) fn entries(&self, payload: &[u8]) -> Option<Vec<Entry>> {
        let plain_bytes = usize::try_from(self.plain_bytes).ok()?;
        let plain = match self.encoding {
            Encoding::Plain => Bytes::copy_from_slice(payload),
            Encoding::Zstd => Bytes::from(zstd::bulk::decompress(payload, plain_bytes).ok()?),
        };
        if plain.len() != plain_bytes {
            return None;
        }
        let mut pieces = Pieces(&plain);
        let mut entries = Vec::with_capacity(usize::try_from(self.count).ok()?.min(plain_bytes / ENTRY_HEADER_BYTES));
        for at in 0..u64::from(self.count) {
            entries.push(take_entry(&mut pieces, &plain, self.first.plus(at))?);
        }
        pieces.0.is_empty().then_some(entries)
    }
}

fn take_entry(pieces: &mut Pieces<'_>, plain: &Bytes, sequence: Sequence) -> Option<Entry> {
    let received_at = Timestamp::from_unix_ms(i64::from_le_bytes(pieces.take()?));
    let account: [u8; 12] = pieces.take()?;
    let account = AccountId::parse(std::str::from_utf8(&account).ok()?).ok()?;
    let [kind] = pieces.take()?;
    let origin = match kind & !HAS_BESIDE {
        0 => Origin::Live,
        1 => Origin::Imported,
        2 => Origin::Intent,
        _ => return None,
    };
    let mut take_text = || {
        let bytes = usize::try_from(pieces.take_u32()?).ok()?;
        Some(plain.slice_ref(pieces.take_bytes(bytes)?))
    };
    let event = take_text()?;
    let beside = if kind & HAS_BESIDE == 0 { None } else { Some(take_text()?) };
    Some(Entry { sequence, received_at, account, origin, event, beside, outline: Outline::default() })
}

/// What an entry takes in the payload, whose event and what stands beside it have so many bytes.
pub(crate) fn entry_bytes(bytes: usize) -> usize {
    ENTRY_HEADER_BYTES.saturating_add(bytes)
}

/// SHA-256 of a frame as stored.
pub(crate) fn frame_hash(frame: &[u8]) -> Hash {
    Sha256::digest(frame).into()
}

/// Builds frames; keeps its buffers from one to the next.
pub(crate) struct FrameEncoder {
    compress_bytes_min: usize,
    compressor: zstd::bulk::Compressor<'static>,
    plain: Vec<u8>,
    packed: Vec<u8>,
    frame: Vec<u8>,
}

/// What a frame says besides its entries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FramePlace {
    pub(crate) first: Sequence,
    pub(crate) epoch: u64,
    pub(crate) previous: Hash,
}

impl FrameEncoder {
    pub(crate) fn new(compress_bytes_min: usize) -> std::io::Result<Self> {
        let compressor = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
        Ok(Self { compress_bytes_min, compressor, plain: Vec::new(), packed: Vec::new(), frame: Vec::new() })
    }

    /// The frame of `entries` at `place`; none when they are too many or too large for the format's 32 bits.
    #[expect(single_use_lifetimes, reason = "`impl Trait` takes no anonymous one yet")]
    pub(crate) fn encode<'a>(
        &mut self,
        place: FramePlace,
        entries: impl Iterator<Item = &'a NewEntry>,
    ) -> Option<&[u8]> {
        self.plain.clear();
        let mut count = 0_u32;
        for entry in entries {
            put_entry(&mut self.plain, entry)?;
            count = count.checked_add(1)?;
        }
        let encoding = if self.compress() { Encoding::Zstd } else { Encoding::Plain };
        let payload = match encoding {
            Encoding::Plain => &self.plain,
            Encoding::Zstd => &self.packed,
        };
        let header = FrameHeader {
            stored_bytes: u32::try_from(payload.len()).ok()?,
            plain_bytes: u32::try_from(self.plain.len()).ok()?,
            encoding,
            count,
            first: place.first,
            epoch: place.epoch,
            payload_crc: crc32c::crc32c(payload),
            previous: place.previous,
        };
        self.frame.clear();
        self.frame.extend_from_slice(&header.encode());
        self.frame.extend_from_slice(payload);
        self.frame.extend_from_slice(&TRAILER);
        Some(&self.frame)
    }

    /// Compresses where it pays: a large payload that becomes smaller.
    fn compress(&mut self) -> bool {
        if self.plain.len() < self.compress_bytes_min {
            return false;
        }
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(self.plain.len()));
        let packed = self.compressor.compress_to_buffer(&self.plain, &mut self.packed);
        packed.is_ok_and(|bytes| bytes < self.plain.len())
    }
}

fn put_entry(plain: &mut Vec<u8>, entry: &NewEntry) -> Option<()> {
    plain.extend_from_slice(&entry.received_at.unix_ms().to_le_bytes());
    plain.extend_from_slice(entry.account.as_str().as_bytes());
    let origin = match entry.origin {
        Origin::Live => 0,
        Origin::Imported => 1,
        Origin::Intent => 2,
    };
    plain.push(if entry.beside.is_some() { origin | HAS_BESIDE } else { origin });
    for text in std::iter::once(&entry.event).chain(&entry.beside) {
        plain.extend_from_slice(&u32::try_from(text.len()).ok()?.to_le_bytes());
        plain.extend_from_slice(text);
    }
    Some(())
}

/// Whether `tail`, which begins at `offset` of the last segment, goes to the file's end and does not begin with a
/// whole frame, is what a crash leaves of a write that was never acknowledged. Otherwise it is damage to what was.
///
/// - One write is at most one frame, and nothing is written before it is durable. So nothing that looks like a frame
///   may follow.
/// - A crash leaves a frame that is cut off, by the file's end or by the zeros that were laid ahead, or one of which some
///   sectors were never written. A sector is kept or lost as a whole, and a lost one reads as zeros. So a frame that is
///   there in its full length and is still wrong must have, between two sector boundaries, nothing but zeros. The format
///   sees to it that a whole frame never has that: it begins and ends with bytes that are not zero, and neither JSON nor
///   zstd has 512 zeros in a row. A changed bit in a whole frame is therefore never taken for a torn write.
pub(crate) fn is_torn(tail: &[u8], offset: u64) -> bool {
    let tail = written(tail);
    let something_follows = tail.get(1..).is_some_and(|rest| {
        rest.windows(FRAME_HEADER_BYTES)
            .any(|bytes| bytes.starts_with(&FRAME_MAGIC) && FrameHeader::decode(bytes).is_some())
    });
    if something_follows {
        return false;
    }
    if let Some(header) = FrameHeader::decode(tail) {
        let whole = header.frame_bytes();
        return tail.len() < whole || (tail.len() == whole && has_lost_sector(tail, offset, whole));
    }
    let is_beginning = tail.len() < FRAME_HEADER_BYTES && tail.iter().zip(&FRAME_MAGIC).all(|(a, b)| a == b);
    is_beginning || has_lost_sector(tail, offset, FRAME_HEADER_BYTES)
}

/// Whether a sector that reaches into the first `within` bytes of `tail` is all zeros as far as it lies in `tail`.
fn has_lost_sector(tail: &[u8], offset: u64, within: usize) -> bool {
    let in_first = SECTOR_BYTES - offset % SECTOR_BYTES;
    let in_first = usize::try_from(in_first).unwrap_or(usize::MAX).min(tail.len());
    let (first, rest) = tail.split_at(in_first);
    let sector_bytes = usize::try_from(SECTOR_BYTES).unwrap_or(usize::MAX);
    let rest_within = within.saturating_sub(in_first).div_ceil(sector_bytes);
    std::iter::once(first).chain(rest.chunks(sector_bytes).take(rest_within)).any(|part| part.iter().all(|b| *b == 0))
}
