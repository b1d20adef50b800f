//! The segments that exist, what is known of places in them, and reading entries from the disk.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cairn_model::Sequence;

use crate::disk::Disk;
use crate::recent::Batch;
use crate::segment::{Damage, Place, Walk, WalkError, segment_name};
use crate::{DiskError, ReadError};

/// Known places are there to begin a walk near what is asked for; this many cost about half a MiB.
const PLACES_MAX: usize = 4096;

/// Batches that were read lately, for a follower that takes one in several bites.
const DECODED_MAX: usize = 2;

/// The segments that exist, by first entry.
#[derive(Debug)]
pub(crate) struct Segments {
    disk: Disk,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    firsts: BTreeSet<Sequence>,
    places: BTreeMap<Sequence, Place>,
    decoded: VecDeque<Arc<Batch>>,
}

impl Segments {
    pub(crate) fn new(disk: &Disk, firsts: BTreeSet<Sequence>) -> Self {
        let known = Known { firsts, places: BTreeMap::new(), decoded: VecDeque::new() };
        Self { disk: disk.clone(), known: Mutex::new(known) }
    }

    /// The oldest entry that is still there.
    pub(crate) fn start(&self) -> Sequence {
        self.known().firsts.first().copied().unwrap_or_default()
    }

    /// A new last segment.
    pub(crate) fn add(&self, first: Sequence) {
        self.known().firsts.insert(first);
    }

    /// Notes where a frame begins.
    pub(crate) fn note(&self, place: Place) {
        let mut known = self.known();
        known.places.insert(place.next, place);
        if known.places.len() > PLACES_MAX {
            known.places.pop_first();
        }
    }

    /// Deletes the segments that lie entirely below `position`, all but the last.
    ///
    /// Oldest first, each durably gone before the next: a crash leaves no hole between those that stay.
    pub(crate) fn release(&self, position: Sequence) -> Result<(), DiskError> {
        loop {
            let oldest = self.known().release_one(position);
            let Some(first) = oldest else { return Ok(()) };
            let removed = self.disk.remove(&segment_name(first)).and_then(|()| self.disk.sync_folder());
            if removed.is_err() {
                self.add(first);
                return removed;
            }
        }
    }

    /// A batch that was read lately and holds `from`.
    pub(crate) fn decoded(&self, from: Sequence) -> Option<Arc<Batch>> {
        self.known().decoded.iter().find(|batch| batch.first <= from && from < batch.end()).cloned()
    }

    /// The batches from the one that holds `from` on, below `end`, as many as `bytes_max` takes. Blocks.
    pub(crate) fn read(&self, from: Sequence, end: Sequence, bytes_max: usize) -> Result<Vec<Arc<Batch>>, ReadError> {
        let read = self.read_on(from, end, bytes_max);
        match read {
            // Between looking and opening, the segment may have been released.
            Err(WalkError::Disk(error)) if error.source.kind() == io::ErrorKind::NotFound && from < self.start() => {
                Err(ReadError::Released { from, start: self.start() })
            }
            read => Ok(read?),
        }
    }

    fn read_on(&self, from: Sequence, end: Sequence, bytes_max: usize) -> Result<Vec<Arc<Batch>>, WalkError> {
        let mut walk = self.walk_near(from)?;
        let mut batches: Vec<Arc<Batch>> = Vec::new();
        let mut bytes = 0_usize;
        while walk.place().next < end && (batches.is_empty() || bytes < bytes_max) {
            let place = walk.place();
            let following = self.known().following(place.segment);
            if following.is_some_and(|following| following <= place.next) {
                walk = self.cross(place, following.unwrap_or_default())?;
                continue;
            }
            let damaged = |reason| {
                WalkError::Damaged(Damage { segment: segment_name(place.segment), offset: place.offset, reason })
            };
            let Some(frame) = walk.step()? else { return Err(damaged("entries are missing at the segment's end")) };
            if frame.header.end() <= from {
                continue;
            }
            let entries = frame.header.entries(frame.payload);
            let Some(entries) = entries else { return Err(damaged("a frame's entries cannot be read")) };
            let batch = Arc::new(Batch::new(frame.header.first, entries));
            bytes += batch.bytes_from(from);
            batches.push(batch);
            self.note(place);
        }
        self.remember(walk.place(), batches.last());
        Ok(batches)
    }

    /// A walk that has not yet passed the frame with `from`.
    fn walk_near(&self, from: Sequence) -> Result<Walk, WalkError> {
        let (segment, place) = self.known().near(from);
        match place {
            Some(place) => Walk::resume(&self.disk, place),
            None => Walk::start(&self.disk, segment).map(|(walk, _)| walk),
        }
    }

    /// Goes on with the following segment, which must continue the order and the chain. What an older segment holds
    /// beyond the start of the following one was never acknowledged, or was copied there.
    fn cross(&self, place: Place, following: Sequence) -> Result<Walk, WalkError> {
        let (walk, header) = Walk::start(&self.disk, following)?;
        if following != place.next || header.previous != place.previous {
            let reason = "the segment does not continue the one before it";
            return Err(WalkError::Damaged(Damage { segment: segment_name(following), offset: 0, reason }));
        }
        Ok(walk)
    }

    fn remember(&self, place: Place, last: Option<&Arc<Batch>>) {
        self.note(place);
        let mut known = self.known();
        known.decoded.extend(last.cloned());
        if known.decoded.len() > DECODED_MAX {
            known.decoded.pop_front();
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// The segment that holds `from`, and the last known place in it that is not behind `from`.
    fn near(&self, from: Sequence) -> (Sequence, Option<Place>) {
        let segment = self.firsts.range(..=from).next_back().copied().unwrap_or_default();
        let place = self.places.range(..=from).next_back().map(|(_, place)| *place);
        (segment, place.filter(|place| place.segment == segment))
    }

    fn following(&self, segment: Sequence) -> Option<Sequence> {
        self.firsts.range(segment.plus(1)..).next().copied()
    }

    /// Takes the oldest segment out of the list if it lies entirely below `position`.
    fn release_one(&mut self, position: Sequence) -> Option<Sequence> {
        let first = self.firsts.first().copied()?;
        self.following(first).filter(|following| *following <= position)?;
        self.firsts.remove(&first);
        self.places.retain(|_, place| place.segment != first);
        Some(first)
    }
}
