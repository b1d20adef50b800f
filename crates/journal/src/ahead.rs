//! Zeros that lie ahead of what is written, so that a commit changes no length: syncing one that does takes nearly twice as long.

use crate::disk::DiskFile;
use crate::{DiskError, JournalSettings};

/// Frames of this size and more make the file grow instead: laying zeros for them would be writing everything twice.
const LARGE_FRAME_BYTES: u64 = 64 << 10;

/// Lays zeros behind a frame that ends at `end`, if it used up those that reached to `laid`; how far they reach now.
/// They become durable with the frame.
///
/// # Errors
/// The disk fails. Room that is lacking for zeros is none: the frame has its own.
pub(crate) fn lay(
    file: &DiskFile,
    settings: &JournalSettings,
    (start, end): (u64, u64),
    laid: u64,
) -> Result<u64, DiskError> {
    if end <= laid {
        return Ok(laid);
    }
    let until = end.saturating_add(settings.ahead_bytes).min(settings.segment_bytes_max);
    if until <= end || end.saturating_sub(start) >= LARGE_FRAME_BYTES {
        return Ok(end);
    }
    let zeros = vec![0; usize::try_from(until.saturating_sub(end)).unwrap_or(0)];
    match file.write_at(&zeros, end) {
        Ok(()) => Ok(until),
        Err(error) if error.is_full() => file.truncate(end).map(|()| end),
        Err(error) => Err(error),
    }
}

/// `bytes` without the zeros at their end. A whole frame ends with none.
pub(crate) fn written(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last.saturating_add(1));
    bytes.get(..end).unwrap_or_default()
}
