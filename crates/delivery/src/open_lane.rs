//! The events of a lane that are not sealed yet: a queue of batches for each kind of file, and counts for summaries.

use std::collections::{BTreeMap, VecDeque, btree_map};
use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::Trail;
use cairn_model::{Entry, Observation, Region, Sequence, Timestamp};
use tokio::time::Instant;

use crate::DeliveryError;
use crate::batch::{Batch, BatchLimits};
use crate::depot::Depot;
use crate::file_kind::FileKind;
use crate::lane::{Destination, Lane};
use crate::open_summaries::OpenSummaries;

/// What is gathered for a lane.
#[derive(Debug)]
pub(crate) struct OpenLane {
    pub(crate) trail: Arc<Trail>,
    lane: Arc<Lane>,
    by_kind: BTreeMap<FileKind, OpenKind>,
    summaries: Option<OpenSummaries>,
}

/// What is gathered for one kind of files.
#[derive(Debug)]
struct OpenKind {
    sealed_until: Sequence,
    batches: VecDeque<Batch>,
}

/// What is known of an event besides its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sighting<'a> {
    /// In which kind of files it stands.
    pub(crate) kind: FileKind,
    /// When it happened.
    pub(crate) event_time: Timestamp,
    /// In whose files it stands.
    pub(crate) region: &'a Region,
    /// What summaries count of it, when some trail asks for that.
    pub(crate) counted: Option<&'a Observation>,
    /// How large batches become.
    pub(crate) limits: BatchLimits,
    /// When a batch that begins with it is sealed.
    pub(crate) due: Instant,
}

impl OpenLane {
    /// Nothing yet.
    pub(crate) fn new(lane: Arc<Lane>, trail: Arc<Trail>) -> Self {
        Self { trail, lane, by_kind: BTreeMap::new(), summaries: None }
    }

    /// Takes an event, unless a sealed file has it.
    pub(crate) async fn take(&mut self, entry: &Entry, sighting: Sighting<'_>) {
        let Sighting { kind, event_time, counted, limits, due, .. } = sighting;
        if let Some(seen) = counted.filter(|_| !self.trail.aggregation_configurations.is_empty()) {
            let summaries = match &mut self.summaries {
                Some(summaries) => summaries,
                None => self.summaries.insert(OpenSummaries::after(&*self.lane.state().await)),
            };
            summaries.count(entry, event_time, seen, &self.trail);
        }
        let open = self.kind(kind).await;
        if entry.sequence < open.sealed_until {
            return;
        }
        match open.batches.back_mut().filter(|batch| batch.fits(entry, limits)) {
            Some(batch) => batch.push(entry, event_time),
            None => open.batches.push_back(Batch::begin(kind, entry, event_time, due)),
        }
    }

    async fn kind(&mut self, kind: FileKind) -> &mut OpenKind {
        match self.by_kind.entry(kind) {
            btree_map::Entry::Occupied(open) => open.into_mut(),
            btree_map::Entry::Vacant(place) => {
                let sealed_until = self.lane.state().await.sealed_until(kind);
                place.insert(OpenKind { sealed_until, batches: VecDeque::new() })
            }
        }
    }

    /// Seals the batches that are full or old, and closes the windows that are over; everything with `all`.
    pub(crate) async fn seal_due(
        &mut self,
        depot: &Depot,
        destination: &Destination,
        all: bool,
    ) -> Result<(), DeliveryError> {
        let now = depot.environment.clock.instant();
        for OpenKind { sealed_until, batches } in self.by_kind.values_mut() {
            while batches.len() > 1 || batches.front().is_some_and(|batch| all || batch.due <= now) {
                let Some(batch) = batches.pop_front().map(Arc::new) else { break };
                if let Err(error) = self.lane.seal(depot, &batch, destination).await {
                    batches.push_front(Arc::unwrap_or_clone(batch));
                    return Err(error);
                }
                *sealed_until = batch.last.plus(1);
            }
        }
        self.seal_summaries(depot, destination, all).await
    }

    async fn seal_summaries(
        &mut self,
        depot: &Depot,
        destination: &Destination,
        all: bool,
    ) -> Result<(), DeliveryError> {
        let (clock, settings) = (&depot.environment.clock, &depot.settings);
        let Some(summaries) = &mut self.summaries else { return Ok(()) };
        let all = all || summaries.bytes() >= settings.file_bytes_max / 2;
        let Some(until) = summaries.due(clock.now(), settings.log_interval, all) else { return Ok(()) };
        // What was counted is given up only when the file is durable.
        let mut after = summaries.clone();
        let batch = after.close(until, clock.instant(), &*self.lane.state().await);
        if let Some(batch) = batch {
            self.lane.seal(depot, &Arc::new(batch), destination).await?;
        }
        *summaries = after;
        Ok(())
    }

    /// Whether everything is sealed.
    pub(crate) fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    /// Memory that it takes, about, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let summaries = self.summaries.as_ref().map_or(0, OpenSummaries::bytes);
        self.batches().map(Batch::bytes).sum::<usize>() + summaries
    }

    /// The first event that is not in a sealed file.
    pub(crate) fn first(&self) -> Option<Sequence> {
        let counted = self.summaries.as_ref().and_then(OpenSummaries::first);
        self.batches().map(|batch| batch.first).chain(counted).min()
    }

    /// When the first event arrived that waits for its log file.
    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        self.batches().map(|batch| batch.received_at).min()
    }

    /// How long nothing is to be sealed.
    pub(crate) fn wait(&self, depot: &Depot) -> Duration {
        let (now, wall) = (depot.environment.clock.instant(), depot.environment.clock.now());
        let allowance = depot.settings.log_interval;
        let counted = self.summaries.as_ref().and_then(|summaries| summaries.wait(wall, allowance));
        let waits = self.batches().map(|batch| batch.due.saturating_duration_since(now)).chain(counted);
        waits.min().unwrap_or(Duration::MAX)
    }

    fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.by_kind.values().flat_map(|open| &open.batches)
    }
}
