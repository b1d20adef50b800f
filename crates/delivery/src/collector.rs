//! The collector: reads the journal, sorts live events into batches, seals batches and freezes digests that are due.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::Trail;
use cairn_journal::{Follower, Journal};
use cairn_model::{AccountId, Entry, Origin, Region, Sequence, Timestamp};
use tokio::time::Instant;

use crate::DeliveryError;
use crate::batch::BatchLimits;
use crate::depot::Depot;
use crate::lane::{Destination, Lane};
use crate::lane_state::{Due, LaneState, Moment, TrailFacts};
use crate::open_lane::{OpenLane, Sighting};
use crate::roster::Roster;
use crate::schedule::{ScheduleId, schedules};

/// Windows that one lane closes in a round, so that a clock far ahead does not hold up everything else.
const DIGESTS_PER_ROUND: usize = 48;
/// How soon to look again whether an earlier trail of the same name is done.
const NAMESAKE_WAIT: Duration = Duration::from_secs(1);
/// How long an event is durable before it is sorted. A trail that starts or stops names the journal's end of a moment
/// before its change can be seen here; this is time for the change to arrive.
const SETTLING: Duration = Duration::from_millis(500);
/// Bytes read after which the position is saved at the next occasion.
const SAVE_AFTER_BYTES: usize = 16 << 20;
/// How long a deleted trail's topic and log group are tried: they often are deleted with it.
const NEWS_FOR: Duration = Duration::from_hours(1);

/// Turns events into sealed files.
#[derive(Debug)]
pub(crate) struct Collector {
    depot: Arc<Depot>,
    journal: Journal,
    follower: Follower,
    open: BTreeMap<String, BTreeMap<Region, OpenLane>>,
    stops: BTreeMap<String, Stop>,
    position: Sequence,
    mark: Mark,
    limit: Mark,
    saved: Sequence,
    save_due: Instant,
    read_since_saved: usize,
}

/// The journal's end at some moment.
#[derive(Debug, Clone, Copy)]
struct Mark {
    end: Sequence,
    at: Instant,
}

/// A stop of logging, and since when it is known here.
#[derive(Debug, Clone, Copy)]
struct Stop {
    span_from: Sequence,
    seen: Instant,
}

/// Whether the names of a trail's digests are free.
#[derive(Debug, Clone, Copy)]
enum Names {
    /// An earlier trail of the same name has digests to write.
    Awaited,
    /// Free after this end.
    TakenUntil(Option<Timestamp>),
}

/// What a round of collecting left.
#[derive(Debug, Clone)]
pub(crate) struct Collected {
    /// How long nothing will be due without new events.
    pub(crate) idle_for: Duration,
    /// Deleted trails, and parts of trails, of which nothing is left to be done.
    pub(crate) finished: Vec<Arc<Trail>>,
}

impl Collector {
    pub(crate) async fn open(depot: Arc<Depot>, journal: Journal) -> Result<Self, DeliveryError> {
        let follower = journal.follower("delivery").await?;
        let now = depot.environment.clock.instant();
        let position = follower.position();
        let mark = Mark { end: position, at: now };
        Ok(Self {
            depot,
            journal,
            follower,
            open: BTreeMap::new(),
            stops: BTreeMap::new(),
            position,
            mark,
            limit: mark,
            saved: position,
            save_due: now,
            read_since_saved: 0,
        })
    }

    /// Reads what is new, seals what is due and freezes what is due.
    pub(crate) async fn round(&mut self, roster: &Roster) -> Result<Collected, DeliveryError> {
        let trails = roster.trails();
        self.note_stops(trails);
        self.read(roster).await?;
        let settled = self.settled(trails);
        self.seal_due(trails, &settled).await?;
        self.save_position().await?;
        let mut by_names: BTreeMap<_, Vec<&Arc<Trail>>> = BTreeMap::new();
        for trail in trails {
            by_names.entry(digest_names(trail)).or_default().push(trail);
        }
        let mut idle_for = self.until_next_seal().min(self.until_next_settled(&settled)).min(self.until_next_read());
        for trail in trails {
            let settled = settled.contains(trail.id.as_str());
            let same = by_names.get(&digest_names(trail)).map(Vec::as_slice).unwrap_or_default();
            let namesakes = same.iter().copied().filter(|other| other.id != trail.id).collect::<Vec<_>>();
            idle_for = idle_for.min(self.freeze_due(trail, &namesakes, settled).await?);
        }
        let mut finished = Vec::new();
        for trail in trails.iter().filter(|trail| trail.deleted_at.is_some()) {
            let settled = trail.logging.is_empty() || settled.contains(trail.id.as_str());
            if self.is_finished(trail, settled).await {
                finished.push(Arc::clone(trail));
            }
        }
        let whole = finished.iter().filter(|trail| is_whole(trail, &finished, trails)).cloned().collect();
        Ok(Collected { idle_for, finished: whole })
    }

    /// When the first event arrived that is not in a sealed file.
    pub(crate) fn oldest_open(&self) -> Option<Timestamp> {
        self.lanes().filter_map(OpenLane::oldest).min()
    }

    fn lanes(&self) -> impl Iterator<Item = &OpenLane> {
        self.open.values().flat_map(BTreeMap::values)
    }

    fn open_bytes(&self) -> usize {
        self.lanes().map(OpenLane::bytes).sum()
    }

    fn note_stops(&mut self, trails: &[Arc<Trail>]) {
        let seen = self.depot.environment.clock.instant();
        let stopped: BTreeMap<&str, _> =
            trails.iter().filter(|trail| !logs_now(trail)).map(|trail| (trail.id.as_str(), trail)).collect();
        self.stops.retain(|id, _| stopped.contains_key(id.as_str()));
        for trail in stopped.values() {
            let Some(span_from) = trail.logging.last().map(|span| span.from) else { continue };
            let stop = self.stops.entry(trail.id.clone()).or_insert(Stop { span_from, seen });
            if stop.span_from != span_from {
                *stop = Stop { span_from, seen };
            }
        }
    }

    /// The trails that stopped long enough ago that their last events, the stopping call's own among them, were read.
    fn settled<'a>(&self, trails: &'a [Arc<Trail>]) -> BTreeSet<&'a str> {
        let grace = self.depot.settings.stop_grace;
        let read = self.position >= self.limit.end;
        let now = self.depot.environment.clock.now();
        // While the wall clock shows a time before the stop, events that come still belong to the span.
        let passed =
            |trail: &Trail| trail.logging.last().and_then(|span| span.stopped).is_none_or(|stop| stop.at < now);
        let over = |trail: &&Arc<Trail>| {
            passed(trail) && self.stops.get(&trail.id).is_some_and(|stop| self.limit.at >= stop.seen + grace)
        };
        trails.iter().filter(|_| read).filter(over).map(|trail| trail.id.as_str()).collect()
    }

    /// How long until more events may be read.
    fn until_next_read(&self) -> Duration {
        if self.position >= self.journal.end() {
            return Duration::MAX;
        }
        if self.position < self.limit.end {
            // Memory was full.
            return Duration::ZERO;
        }
        (self.mark.at + SETTLING).saturating_duration_since(self.depot.environment.clock.instant())
    }

    fn until_next_settled(&self, settled: &BTreeSet<&str>) -> Duration {
        let (now, grace) = (self.depot.environment.clock.instant(), self.depot.settings.stop_grace);
        let waiting = self.stops.iter().filter(|(id, _)| !settled.contains(id.as_str()));
        let wait = |stop: &Stop| (stop.seen + grace).saturating_duration_since(now).max(SETTLING);
        waiting.map(|(_, stop)| wait(stop)).min().unwrap_or(Duration::MAX)
    }

    /// Reads what has been durable for long enough, or until enough is in memory to be sealed first.
    async fn read(&mut self, roster: &Roster) -> Result<(), DeliveryError> {
        let limit = self.limit.end;
        while self.position < limit && self.open_bytes() < self.depot.settings.open_bytes_max {
            let bytes_max = self.depot.settings.read_bytes_max;
            let passage = self.journal.read_passing_imported(self.position, bytes_max).await?;
            for entry in passage.entries.iter().take_while(|entry| entry.sequence < limit) {
                if entry.origin == Origin::Live {
                    self.sort(entry, roster).await;
                }
            }
            self.read_since_saved = self.read_since_saved.saturating_add(passage.bytes);
            self.position = passage.next.min(limit);
        }
        Ok(())
    }

    /// Moves the end of what may be read. To be called before the trails are looked at.
    pub(crate) fn look(&mut self) {
        let now = self.depot.environment.clock.instant();
        if now >= self.mark.at + SETTLING {
            self.limit = self.mark;
            self.mark = Mark { end: self.journal.end(), at: now };
        }
    }

    /// Puts one event into the batch of each trail that asks for it.
    async fn sort(&mut self, entry: &Entry, roster: &Roster) {
        match roster.sort(entry) {
            Ok(None) => {}
            Ok(Some(sorted)) => {
                let settings = &self.depot.settings;
                let sighting = Sighting {
                    kind: sorted.kind,
                    event_time: sorted.event_time,
                    region: &sorted.region,
                    counted: sorted.counted.as_ref(),
                    limits: BatchLimits { bytes_max: settings.file_bytes_max, events_max: settings.file_events_max },
                    due: self.due(entry.received_at),
                };
                for trail in &sorted.trails {
                    self.take(entry, trail, sighting).await;
                }
            }
            Err(_) => {
                tracing::warn!(sequence = %entry.sequence, "an event in the journal cannot be read and is in no log file");
                metrics::counter!("delivery_unreadable_total").increment(1);
            }
        }
    }

    async fn take(&mut self, entry: &Entry, trail: &Arc<Trail>, sighting: Sighting<'_>) {
        let region = sighting.region;
        // Most events find their lane open.
        let known = self.open.get_mut(&trail.id).and_then(|lanes| lanes.get_mut(region));
        let open = if let Some(open) = known {
            open
        } else {
            let fresh = OpenLane::new(self.lane(trail, region, Some(entry)), Arc::clone(trail));
            self.open.entry(trail.id.clone()).or_default().entry(region.clone()).or_insert(fresh)
        };
        if !Arc::ptr_eq(&open.trail, trail) {
            open.trail = Arc::clone(trail);
        }
        open.take(entry, sighting).await;
    }

    /// When a batch that begins with an event received then is sealed: events that waited in the journal while
    /// delivery was down do not wait again.
    fn due(&self, received_at: Timestamp) -> Instant {
        let clock = &self.depot.environment.clock;
        let waited = clock.now().since(received_at);
        clock.instant() + self.depot.settings.log_interval.saturating_sub(waited)
    }

    /// The lane of `trail` in `region`. In other Regions than the trail's own it begins with `first`, its first event.
    fn lane(&self, trail: &Trail, region: &Region, first: Option<&Entry>) -> Arc<Lane> {
        let clock = &self.depot.environment.clock;
        let fresh = || {
            let facts = TrailFacts {
                id: trail.id.clone(),
                name: trail.name.as_str().to_owned(),
                account: trail.recorded_account(),
                owner: trail.member.map(|_| trail.account),
                home_region: trail.home_region.clone(),
            };
            let joining = first.filter(|_| *region != trail.home_region);
            let span = joining
                .and_then(|entry| trail.logging.iter().find(|span| span.covers(entry.sequence, entry.received_at)));
            let before = |span_from| ScheduleId { span_from, anchor: Timestamp::from_unix_ms(i64::MIN) };
            LaneState::new(facts, region.clone(), span.map(|span| before(span.from)), joining.map(|_| clock.now()))
        };
        self.depot.lane_or(trail, region, fresh)
    }

    /// Seals the batches that are full, old, or of trails that stopped; the largest when memory asks for room, and all of
    /// them when the journal does.
    async fn seal_due(&mut self, trails: &[Arc<Trail>], settled: &BTreeSet<&str>) -> Result<(), DeliveryError> {
        let everything = self.read_since_saved >= self.depot.settings.unsaved_bytes_max;
        let crowding_bytes = self.crowding_bytes();
        let depot = Arc::clone(&self.depot);
        let by_id: BTreeMap<&str, &Arc<Trail>> = trails.iter().map(|trail| (trail.id.as_str(), trail)).collect();
        for (id, regions) in &mut self.open {
            let current = by_id.get(id.as_str()).copied();
            for open in regions.values_mut() {
                let all = everything || settled.contains(id.as_str()) || open.bytes() >= crowding_bytes;
                let destination = destination(current.unwrap_or(&open.trail));
                open.seal_due(&depot, &destination, all).await?;
            }
        }
        self.open.retain(|id, _| by_id.contains_key(id.as_str()));
        Ok(())
    }

    /// How large a lane is that must be sealed so that half of the memory is free again; no lane is while there is room.
    fn crowding_bytes(&self) -> usize {
        let (mut open, bytes_max) = (self.open_bytes(), self.depot.settings.open_bytes_max);
        if open < bytes_max {
            return usize::MAX;
        }
        let mut sizes: Vec<usize> = self.lanes().map(OpenLane::bytes).collect();
        sizes.sort_unstable_by(|one, other| other.cmp(one));
        let enough = |size: &usize| {
            open = open.saturating_sub(*size);
            open <= bytes_max / 2
        };
        sizes.into_iter().find(enough).unwrap_or(0)
    }

    /// Saves the position below which every event is sealed, when that moved far enough or nothing is open.
    async fn save_position(&mut self) -> Result<(), DeliveryError> {
        let now = self.depot.environment.clock.instant();
        let oldest = self.lanes().filter_map(OpenLane::first).min();
        let position = oldest.unwrap_or(self.position);
        let worth_it = self.read_since_saved >= SAVE_AFTER_BYTES || now >= self.save_due;
        if position > self.saved && worth_it {
            self.follower.save(position).await?;
            self.saved = position;
            self.read_since_saved = 0;
            self.save_due = now + self.depot.settings.log_interval;
        }
        Ok(())
    }

    fn until_next_seal(&self) -> Duration {
        self.lanes().map(|open| open.wait(&self.depot)).min().unwrap_or(Duration::MAX)
    }

    /// Freezes the digests of `trail` that are due. Returns how long no other will be.
    async fn freeze_due(
        &self,
        trail: &Arc<Trail>,
        namesakes: &[&Arc<Trail>],
        settled: bool,
    ) -> Result<Duration, DeliveryError> {
        if !trail.logging.is_empty() {
            self.lane(trail, &trail.home_region, None);
        }
        let mut idle_for = Duration::MAX;
        for (region, lane) in self.depot.lanes_of(&trail.id) {
            let open = self.open.get(&trail.id).and_then(|lanes| lanes.get(&region));
            let settled = settled && open.is_none_or(OpenLane::is_empty);
            let wait = match self.names_taken(trail, namesakes, &region).await {
                Names::Awaited => NAMESAKE_WAIT,
                Names::TakenUntil(taken_until) => {
                    let wanted = schedules(trail, &region);
                    let interval = self.depot.settings.digest_interval;
                    let now = self.depot.environment.clock.now();
                    let stopped_at = trail.deleted_at.filter(|_| !namesakes.is_empty());
                    let hurried = stopped_at.is_some_and(|at| now.since(at) > interval);
                    let moment = Moment { schedules: &wanted, interval, now, settled, taken_until, hurried };
                    self.freeze_in(&lane, &destination(trail), moment).await?
                }
            };
            idle_for = idle_for.min(wait);
        }
        Ok(idle_for)
    }

    async fn freeze_in(
        &self,
        lane: &Lane,
        destination: &Destination,
        moment: Moment<'_>,
    ) -> Result<Duration, DeliveryError> {
        for _ in 0..DIGESTS_PER_ROUND {
            if let Due::Later(at) = lane.freeze_next(&self.depot, destination, moment).await? {
                // Windows are closed only after their last millisecond.
                return Ok(at.map_or(Duration::MAX, |at| at.since(moment.now) + Duration::from_millis(1)));
            }
        }
        Ok(Duration::ZERO)
    }

    /// Digests are named after their trail and its Regions, so a trail that is made again under its old name has to
    /// wait until the old one has written its last, and begins after that.
    async fn names_taken(&self, trail: &Trail, namesakes: &[&Arc<Trail>], region: &Region) -> Names {
        let mut taken_until = None;
        for earlier in namesakes.iter().filter(|other| trail.deleted_at.is_none() && other.deleted_at.is_some()) {
            let Some(lane) = self.depot.lane(&earlier.id, region) else { continue };
            let state = lane.state().await;
            if !state.has_all_digests(&schedules(earlier, region)) {
                return Names::Awaited;
            }
            taken_until = taken_until.max(state.last_end);
        }
        Names::TakenUntil(taken_until)
    }

    async fn is_finished(&self, trail: &Trail, settled: bool) -> bool {
        let now = self.depot.environment.clock.now();
        if trail.deleted_at.is_some_and(|at| now.since(at) > self.depot.settings.give_up_after) {
            tracing::error!(trail = trail.arn(), "files of a deleted trail could not be delivered and are given up");
            return true;
        }
        let open = self.open.get(&trail.id).is_some_and(|lanes| !lanes.values().all(OpenLane::is_empty));
        if !settled || open {
            return false;
        }
        for (region, lane) in self.depot.lanes_of(&trail.id) {
            let state = lane.state().await;
            let tries = trail.deleted_at.is_some_and(|at| now.since(at) <= NEWS_FOR);
            if !state.is_finished(&schedules(trail, &region)) || (tries && state.has_news()) {
                return false;
            }
        }
        true
    }
}

/// Whether a finished trail can be forgotten: a trail together with all its parts, a part on its own only while its
/// trail goes on.
fn is_whole(trail: &Trail, finished: &[Arc<Trail>], trails: &[Arc<Trail>]) -> bool {
    let is_part = |part: &Trail, of: &Trail| of.part_of(part.recorded_account()).id == part.id && part.id != of.id;
    if trail.member.is_some() {
        return trails.iter().any(|of| of.deleted_at.is_none() && is_part(trail, of));
    }
    let is_finished = |part: &Arc<Trail>| finished.iter().any(|other| other.id == part.id);
    trails.iter().filter(|part| is_part(part, trail)).all(is_finished)
}

/// What the names of a trail's digests are made of.
fn digest_names(trail: &Trail) -> (AccountId, &str, &str) {
    (trail.recorded_account(), trail.name.as_str(), trail.home_region.as_str())
}

fn logs_now(trail: &Trail) -> bool {
    trail.deleted_at.is_none() && trail.is_logging()
}

fn destination(trail: &Trail) -> Destination {
    Destination {
        bucket: trail.s3_bucket_name.clone(),
        prefix: trail.s3_key_prefix.clone(),
        organization: trail.organization.clone(),
    }
}
