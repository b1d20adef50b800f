//! Opening: finds the journal's end, tells a torn write from damage, and begins a new segment.
//!
//! Only the last segment that holds frames is read; older ones are verified when they are read. Then:
//!
//! - What a crash left of an unfinished write is left out. [`crate::frame::is_torn`] says how that is known; anything
//!   else that is wrong is refused, for it was durable once.
//! - The last whole frame may be there only because the system remembers it: after a failed sync it reads back what
//!   never reached the disk. So unless the journal was closed in order, that frame is copied into the new segment,
//!   which is made durable as a whole. The old file is not touched: whatever it holds from the new segment's first
//!   entry on is ignored for ever.
//! - A journal that was closed in order says where it ended. Then nothing may be torn or missing at all. Nor may the end
//!   lie before what a follower says it has done.

use std::collections::BTreeSet;

use cairn_model::Sequence;

use crate::disk::{Disk, UNFINISHED};
use crate::frame::{Hash, SegmentHeader, is_torn};
use crate::positions::Positions;
use crate::reserve::{Reserve, save_file};
use crate::segment::{Damage, Walk, WalkError, segment_first, segment_name};
use crate::writer::Tail;
use crate::{DiskError, JournalSettings, OpenError, small_file};

const CLEAN: &str = "clean";
const CLEAN_KIND: &str = "cairn-clean-1";

/// A journal that was found on a disk and can be written on.
pub(crate) struct Recovered {
    pub(crate) segments: BTreeSet<Sequence>,
    pub(crate) positions: Positions,
    pub(crate) reserve: Reserve,
    pub(crate) tail: Tail,
}

/// Where the stored frames end.
#[derive(Debug, Default)]
struct End {
    next: Sequence,
    previous: Hash,
    epoch: u64,
    /// The last frame, if it must be copied.
    last: Option<LastFrame>,
}

#[derive(Debug)]
struct LastFrame {
    first: Sequence,
    previous: Hash,
    bytes: Vec<u8>,
}

/// Where the journal said it ended when it was closed.
#[derive(Debug, PartialEq, Eq)]
struct CleanMark {
    end: Sequence,
    hash: String,
}

/// Finds the journal on a locked disk and makes it ready. Blocks.
pub(crate) fn recover(disk: &Disk, settings: &JournalSettings) -> Result<Recovered, OpenError> {
    let names = disk.names()?;
    let mut segments: BTreeSet<Sequence> = names.iter().filter_map(|name| segment_first(name)).collect();
    let positions = Positions::load(disk, &names)?;
    let mark = read_clean_mark(disk)?;
    let mut end = find_end(disk, &segments, mark.is_some())?;
    if let Some(mark) = &mark {
        check_mark(mark, &end, &segments)?;
        end.last = None;
    }
    if let Some((follower, position)) = positions.all().into_iter().find(|(_, position)| *position > end.next) {
        return Err(OpenError::Behind { follower, position, end: end.next });
    }
    // From here on the disk is changed.
    for name in names.iter().filter(|name| name.ends_with(UNFINISHED)) {
        disk.remove(name)?;
    }
    let reserve = Reserve::find(disk, settings.reserve_bytes);
    let tail = begin_segment(disk, &reserve, end)?;
    if mark.is_some() {
        disk.remove(CLEAN)?;
        disk.sync_folder()?;
    }
    segments.insert(tail.segment);
    // Where there is no room for it now, the first commit asks for it again.
    drop(reserve.ensure());
    Ok(Recovered { segments, positions, reserve, tail })
}

/// Walks through the last segment that holds frames.
fn find_end(disk: &Disk, segments: &BTreeSet<Sequence>, closed: bool) -> Result<End, OpenError> {
    let Some(last) = segments.last().copied() else { return Ok(End::default()) };
    let (walk, header) = Walk::start(disk, last)?;
    let end = walk_to_end(walk, &header, !closed)?;
    let before = segments.range(..last).next_back().copied();
    if let (true, Some(before)) = (end.next == last, before) {
        // Nothing in it yet, so the end that counts is that of the one before. It was whole when this one was begun.
        let (mut walk, _) = Walk::start(disk, before)?;
        while walk.place().next < last && walk.step()?.is_some() {}
        if walk.place().next != last || walk.place().previous != header.previous {
            let reason = "the following segment does not continue it";
            return Err(damaged(before, walk.place().offset, reason));
        }
    }
    Ok(end)
}

fn walk_to_end(mut walk: Walk, header: &SegmentHeader, may_be_torn: bool) -> Result<End, OpenError> {
    let mut end = End { next: header.first, previous: header.previous, epoch: header.epoch, last: None };
    loop {
        let place = walk.place();
        match walk.step() {
            Ok(Some(frame)) => {
                end.epoch = end.epoch.max(frame.header.epoch);
                let bytes = frame.bytes.to_vec();
                end.last = Some(LastFrame { first: frame.header.first, previous: frame.header.previous, bytes });
            }
            Ok(None) => break,
            Err(WalkError::Damaged(damage)) => {
                let rest = walk.rest()?;
                if !may_be_torn || !is_torn(&rest, place.offset) {
                    return Err(WalkError::Damaged(damage).into());
                }
                tracing::warn!(
                    segment = damage.segment,
                    offset = damage.offset,
                    bytes = rest.len(),
                    "left out an unfinished write that was never acknowledged"
                );
                break;
            }
            Err(error @ WalkError::Disk(_)) => return Err(error.into()),
        }
    }
    end.next = walk.place().next;
    end.previous = walk.place().previous;
    Ok(end)
}

fn check_mark(mark: &CleanMark, end: &End, segments: &BTreeSet<Sequence>) -> Result<(), OpenError> {
    if mark.end == end.next && mark.hash == hex(&end.previous) {
        return Ok(());
    }
    let segment = segments.last().copied().unwrap_or_default();
    Err(damaged(segment, 0, "the journal does not end where it ended when it was closed"))
}

/// Begins the segment that this opening writes to, with the last frame of the one before if that must be copied. One
/// that has the same name holds nothing else and is replaced.
fn begin_segment(disk: &Disk, reserve: &Reserve, end: End) -> Result<Tail, OpenError> {
    let epoch = end.epoch.saturating_add(1);
    let (first, previous, copied) = match end.last {
        Some(last) => (last.first, last.previous, last.bytes),
        None => (end.next, end.previous, Vec::new()),
    };
    let mut bytes = SegmentHeader { first, epoch, previous }.encode();
    bytes.extend_from_slice(&copied);
    let file = save_file(disk, reserve, &segment_name(first), &bytes)?;
    let offset = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(Tail { file, segment: first, offset, laid: offset, next: end.next, previous: end.previous, epoch })
}

fn read_clean_mark(disk: &Disk) -> Result<Option<CleanMark>, OpenError> {
    let Some(bytes) = disk.read_small(CLEAN)? else { return Ok(None) };
    let read = || {
        let [kind, end, hash] = small_file::decode(&bytes)?;
        (kind == CLEAN_KIND).then(|| end.parse().ok().map(|end| CleanMark { end: Sequence(end), hash })).flatten()
    };
    let damage = || Damage { segment: CLEAN.to_owned(), offset: 0, reason: "the mark is not what was written" };
    read().map(Some).ok_or_else(|| WalkError::Damaged(damage()).into())
}

/// Notes durably that nothing is unfinished, and where the journal ends.
pub(crate) fn save_clean_mark(disk: &Disk, reserve: &Reserve, end: Sequence, hash: &Hash) -> Result<(), DiskError> {
    let bytes = small_file::encode(&[CLEAN_KIND, &end.to_string(), &hex(hash)]);
    save_file(disk, reserve, CLEAN, &bytes).map(drop)
}

fn hex(hash: &Hash) -> String {
    let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

fn damaged(segment: Sequence, offset: u64, reason: &'static str) -> OpenError {
    OpenError::Damaged { segment: segment_name(segment), offset, reason }
}
