//! Reading a segment file frame by frame, verified: checksums, order, and the chain of hashes.

use std::io;

use cairn_model::Sequence;

use crate::ahead::written;
use crate::disk::{Disk, DiskFile};
use crate::frame::{FRAME_HEADER_BYTES, FrameHeader, Hash, SEGMENT_HEADER_BYTES, SegmentHeader, frame_hash};
use crate::{DiskError, OpenError, ReadError};

const SUFFIX: &str = ".segment";

/// How much is read at once, when a frame is not larger.
const WINDOW_BYTES: u64 = 256 << 10;

/// The name of the segment that begins with `first`.
pub(crate) fn segment_name(first: Sequence) -> String {
    format!("{first:020}{SUFFIX}", first = first.0)
}

/// The first entry of the segment called `name`; none for other files.
pub(crate) fn segment_first(name: &str) -> Option<Sequence> {
    let digits = name.strip_suffix(SUFFIX)?;
    let whole = digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit());
    whole.then(|| digits.parse().ok().map(Sequence)).flatten()
}

/// Where a frame begins, and what must stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The segment, by its first entry.
    pub(crate) segment: Sequence,
    /// Bytes from the start of the file.
    pub(crate) offset: u64,
    /// The frame's first entry.
    pub(crate) next: Sequence,
    /// The hash of the frame before.
    pub(crate) previous: Hash,
}

/// Stored bytes are not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) segment: String,
    pub(crate) offset: u64,
    pub(crate) reason: &'static str,
}

/// Why a frame could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WalkError {
    #[error("damaged")]
    Damaged(Damage),
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl From<WalkError> for ReadError {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Damaged(Damage { segment, offset, reason }) => Self::Damaged { segment, offset, reason },
            WalkError::Disk(error) => Self::Disk(error),
        }
    }
}

impl From<WalkError> for OpenError {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Damaged(Damage { segment, offset, reason }) => Self::Damaged { segment, offset, reason },
            WalkError::Disk(error) => Self::Disk(error),
        }
    }
}

/// A verified frame.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) header: FrameHeader,
    /// The frame as stored.
    pub(crate) bytes: &'a [u8],
    /// The payload as stored.
    pub(crate) payload: &'a [u8],
}

/// Goes through a segment from one place on.
#[derive(Debug)]
pub(crate) struct Walk {
    file: DiskFile,
    length: u64,
    place: Place,
    window: Vec<u8>,
    window_at: u64,
}

impl Walk {
    /// At the first frame of a segment.
    pub(crate) fn start(disk: &Disk, segment: Sequence) -> Result<(Self, SegmentHeader), WalkError> {
        let offset = u64::try_from(SEGMENT_HEADER_BYTES).unwrap_or(u64::MAX);
        let mut walk = Self::resume(disk, Place { segment, offset, next: segment, previous: [0; 32] })?;
        let header = walk.load(0, SEGMENT_HEADER_BYTES)?.and_then(SegmentHeader::decode);
        // A segment gets its name only once its header is durable, so a broken header is never a torn write.
        let Some(header) = header.filter(|header| header.first == segment) else {
            let reason = "the segment's header is not what was written";
            return Err(WalkError::Damaged(Damage { segment: segment_name(segment), offset: 0, reason }));
        };
        walk.place.previous = header.previous;
        Ok((walk, header))
    }

    /// At a place that was found before.
    pub(crate) fn resume(disk: &Disk, place: Place) -> Result<Self, WalkError> {
        let file = disk.open(&segment_name(place.segment))?;
        let length = file.length()?;
        Ok(Self { file, length, place, window: Vec::new(), window_at: 0 })
    }

    /// Where the next frame begins.
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// The next frame; none at the end of the file, or where nothing follows but zeros that were laid ahead.
    pub(crate) fn step(&mut self) -> Result<Option<Frame<'_>>, WalkError> {
        let Place { segment, offset, next, previous } = self.place;
        if offset == self.length {
            return Ok(None);
        }
        let damaged = |reason| Err(WalkError::Damaged(Damage { segment: segment_name(segment), offset, reason }));
        let Some(header) = self.load(offset, FRAME_HEADER_BYTES)?.and_then(FrameHeader::decode) else {
            if written(&self.rest()?).is_empty() {
                return Ok(None);
            }
            return damaged("a frame's header is missing or not what was written");
        };
        if header.first != next || header.count == 0 {
            return damaged("a frame does not continue the order of entries");
        }
        if header.previous != previous {
            return damaged("a frame does not continue the chain of hashes");
        }
        self.load(offset, header.frame_bytes())?;
        let Some(bytes) = loaded(&self.window, self.window_at, offset, header.frame_bytes()) else {
            return damaged("a frame is cut off");
        };
        let Some(payload) = header.payload(bytes) else {
            return damaged("a frame's entries are not what was written");
        };
        let offset = offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.place = Place { segment, offset, next: header.end(), previous: frame_hash(bytes) };
        Ok(Some(Frame { header, bytes, payload }))
    }

    /// Everything from the next frame's place to the end of the file.
    pub(crate) fn rest(&self) -> Result<Vec<u8>, DiskError> {
        let bytes = self.length.saturating_sub(self.place.offset);
        let mut rest = vec![0; usize::try_from(bytes).unwrap_or(usize::MAX)];
        self.file.read_at(&mut rest, self.place.offset)?;
        Ok(rest)
    }

    /// The bytes at `offset`, read as part of a larger piece; none when the file ends before.
    fn load(&mut self, offset: u64, count: usize) -> Result<Option<&[u8]>, DiskError> {
        if loaded(&self.window, self.window_at, offset, count).is_none() {
            match self.refill(offset, count) {
                // The writer has just cut off what did not fit on the disk.
                Err(error) if error.source.kind() == io::ErrorKind::UnexpectedEof => {
                    self.length = self.file.length()?;
                    self.refill(offset, count)?;
                }
                refilled => refilled?,
            }
        }
        Ok(loaded(&self.window, self.window_at, offset, count))
    }

    fn refill(&mut self, offset: u64, count: usize) -> Result<(), DiskError> {
        self.window.clear();
        let available = self.length.saturating_sub(offset);
        let wanted = u64::try_from(count).unwrap_or(u64::MAX);
        if wanted > available {
            return Ok(());
        }
        self.window.resize(usize::try_from(wanted.max(WINDOW_BYTES).min(available)).unwrap_or(usize::MAX), 0);
        self.window_at = offset;
        self.file.read_at(&mut self.window, offset)
    }
}

fn loaded(window: &[u8], window_at: u64, offset: u64, count: usize) -> Option<&[u8]> {
    let start = usize::try_from(offset.checked_sub(window_at)?).ok()?;
    window.get(start..start.checked_add(count)?)
}
