//! The follower: reads the journal, seals log files and digests, and puts them.

use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::Trail;
use cairn_environment::Environment;
use cairn_journal::Journal;
use cairn_model::{Region, Timestamp};
use cairn_objects::Bucket;
use tokio::sync::watch;

use crate::{BucketSource, DeliverySettings, DestinationError, PublicKey, TrailStatus};

/// What delivery works with.
#[derive(Debug, Clone)]
pub struct DeliveryParts {
    /// Where events come from.
    pub journal: Journal,
    /// The trails as they are now.
    pub trails: watch::Receiver<Arc<Vec<Trail>>>,
    /// Where trails deliver to.
    pub buckets: BucketSource,
    /// What delivery itself remembers: nothing else writes there, and others cannot read it.
    pub state: Bucket,
    /// How often and how much it writes.
    pub settings: DeliverySettings,
    /// Time, randomness, tasks.
    pub environment: Environment,
}

/// Why delivery cannot go on with its own state. Nothing is lost: the journal keeps what was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// Its own state cannot be read or written.
    #[error("the state of delivery: {0}")]
    State(String),
    /// The journal cannot be read.
    #[error("the journal: {0}")]
    Journal(String),
    /// A signing key cannot be made or used.
    #[error("signing key: {0}")]
    Key(String),
}

/// What one round left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// How long nothing will be due, unless events arrive or trails change.
    pub idle_for: Duration,
    /// Sealed files that are not confirmed in their buckets yet.
    pub undelivered: usize,
}

/// Writes what trails deliver. Clones are the same delivery.
#[derive(Debug, Clone)]
pub struct Delivery {}

impl Delivery {
    /// Takes up where the last run stopped.
    ///
    /// # Errors
    /// [`DeliveryError`] when its state cannot be read.
    pub async fn open(_parts: DeliveryParts) -> Result<Self, DeliveryError> {
        todo!()
    }

    /// Delivers until tasks stop.
    pub async fn run(self) {
        todo!()
    }

    /// One round: what is due now.
    ///
    /// # Errors
    /// [`DeliveryError`] when its own state or the journal fails; a broken bucket is not an error.
    pub async fn step(&self) -> Result<Round, DeliveryError> {
        todo!()
    }

    /// How delivery of `trail` goes in `region`.
    pub async fn status(&self, _trail: &Trail, _region: &Region) -> TrailStatus {
        todo!()
    }

    /// The keys of `region` whose validity overlaps the time from `start` to `end`, oldest first. A Region's first
    /// key is made when it is first asked for.
    ///
    /// # Errors
    /// [`DeliveryError`] when keys cannot be read or made.
    pub async fn public_keys(
        &self,
        _region: &Region,
        _start: Timestamp,
        _end: Timestamp,
    ) -> Result<Vec<PublicKey>, DeliveryError> {
        todo!()
    }

    /// Whether `trail` could deliver: its bucket exists and takes the marker objects that AWS leaves there.
    ///
    /// # Errors
    /// [`DestinationError`] says which of the two failed.
    pub async fn check_destination(&self, _trail: &Trail) -> Result<(), DestinationError> {
        todo!()
    }
}
