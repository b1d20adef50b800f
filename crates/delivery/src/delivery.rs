//! Delivery as its callers see it: the loop, one round of it, and what it tells.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_catalog::{Catalog, ChangeError, Trail};
use cairn_environment::Environment;
use cairn_journal::Journal;
use cairn_model::{Region, Timestamp};
use cairn_objects::{Bucket, ObjectError, PutOptions, RemoteKeys};
use tokio::sync::{Mutex, Notify, watch};

use crate::bucket_access::{self, Refusal, Source, Wish};
use crate::collector::{Collected, Collector};
use crate::courier::Courier;
use crate::depot::Depot;
use crate::file_kind::FileKind;
use crate::herald::Herald;
use crate::object_names::{Folder, Place};
use crate::own_puts::OwnPuts;
use crate::roster::Roster;
use crate::signing_keys::SigningKeys;
use crate::state_store::StateStore;
use crate::streamer::Streamer;
use crate::{
    BucketSource, DeliveryError, DeliverySettings, DestinationError, Endpoints, KeySource, PublicKey, TrailStatus,
    outlook, remote_policy,
};

/// What delivery works with.
#[derive(Debug, Clone)]
pub struct DeliveryParts {
    /// Where events come from.
    pub journal: Journal,
    /// The trails as they are now, and the parts of organization trails: [`Catalog::delivered_trails`].
    pub trails: watch::Receiver<Arc<Vec<Trail>>>,
    /// Told which deleted trails are finished with. Without it they stay.
    pub catalog: Option<Catalog>,
    /// Where trails deliver to.
    pub buckets: BucketSource,
    /// Where topics and log groups are.
    pub endpoints: Endpoints,
    /// What delivery itself remembers: nothing else writes there, and others cannot read it.
    pub state: Bucket,
    /// Where new signing keys come from.
    pub keys: KeySource,
    /// How often and how much it writes.
    pub settings: DeliverySettings,
    /// Time, randomness, tasks.
    pub environment: Environment,
}

/// What one round left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// How long nothing will be due, unless events arrive or trails change.
    pub idle_for: Duration,
    /// Sealed files and signed digests that are not confirmed in their buckets yet, messages that topics and files
    /// that log streams do not have yet.
    pub undelivered: usize,
}

/// Writes what trails deliver. Clones are the same delivery.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub(crate) depot: Arc<Depot>,
    collector: Arc<Mutex<Collector>>,
    roster: Arc<Mutex<Roster>>,
    journal: Journal,
    trails: watch::Receiver<Arc<Vec<Trail>>>,
    catalog: Option<Catalog>,
    delivered: Arc<Notify>,
}

/// The longest wait of the loop: a wall clock that was set forward is noticed then.
const IDLE_MAX: Duration = Duration::from_secs(10);
/// How long the loop waits after its own state failed.
const FAILURE_WAIT: Duration = Duration::from_secs(1);

impl Delivery {
    /// Takes up where the last run stopped.
    ///
    /// # Errors
    /// [`DeliveryError`] when its state cannot be read.
    pub async fn open(parts: DeliveryParts) -> Result<Self, DeliveryError> {
        let DeliveryParts { journal, trails, catalog, buckets, endpoints, state, keys, settings, environment } = parts;
        let store = StateStore::new(state);
        let lasting = (settings.key_validity, settings.key_overlap);
        let keys = SigningKeys::open(store.clone(), keys, environment.tasks.clone(), lasting).await?;
        let roster = Arc::<Mutex<Roster>>::default();
        let own_puts = OwnPuts { journal: journal.clone(), roster: Arc::clone(&roster) };
        let live = (trails.clone(), endpoints);
        let depot = Arc::new(Depot::open((buckets, store, keys), own_puts, live, settings, environment).await?);
        depot.sweep().await?;
        let collector = Collector::open(Arc::clone(&depot), journal.clone()).await?;
        let (collector, delivered) = (Arc::new(Mutex::new(collector)), Arc::default());
        Ok(Self { depot, collector, roster, journal, trails, catalog, delivered })
    }

    /// Delivers until tasks stop. What is not sealed then stays in the journal, what is not delivered in the outbox.
    pub async fn run(self) {
        let environment = self.depot.environment.clone();
        let (mut trails, mut end) = (self.trails.clone(), self.journal.watch_end());
        while !environment.tasks.is_stopping() {
            trails.borrow_and_update();
            end.borrow_and_update();
            let idle_for = match self.tend().await {
                Ok(idle_for) => idle_for,
                Err(error) => {
                    tracing::error!(%error, "delivery cannot go on and tries again");
                    FAILURE_WAIT
                }
            };
            let wake = async {
                tokio::select! {
                    biased;
                    () = environment.tasks.stopping() => (),
                    () = self.delivered.notified() => (),
                    Ok(()) = trails.changed() => (),
                    () = self.gather(&mut end) => (),
                }
            };
            // Whether it woke or waited to the end, the next round finds out what to do.
            let _woken = environment.clock.timeout(idle_for.min(IDLE_MAX), wake).await;
        }
    }

    /// Waits for events, and then a moment more, so that a round takes many at once.
    async fn gather(&self, end: &mut watch::Receiver<cairn_model::Sequence>) {
        if end.changed().await.is_err() {
            return std::future::pending().await;
        }
        let moment = (self.depot.settings.log_interval / 10).min(Duration::from_secs(1));
        self.depot.environment.clock.sleep(moment).await;
    }

    /// Collects, and sends couriers to the destinations that are ready without waiting for them.
    async fn tend(&self) -> Result<Duration, DeliveryError> {
        let collected = self.collect().await?;
        for lane in self.depot.lanes() {
            if let Some(courier) = Courier::ready(&self.depot, &lane).await {
                self.send(courier.round());
            }
            if let Some(herald) = Herald::ready(&self.depot, &lane).await {
                self.send(herald.round());
            }
            if let Some(streamer) = Streamer::ready(&self.depot, &lane).await {
                self.send(streamer.round());
            }
        }
        let outlook = outlook::of(&self.depot).await;
        Ok(collected.idle_for.min(outlook.idle_for))
    }

    /// Lets one that puts, tells or sends work beside the loop, and wakes the loop when it is back.
    fn send(&self, round: impl Future<Output = Result<(), DeliveryError>> + Send + 'static) {
        let delivered = Arc::clone(&self.delivered);
        drop(self.depot.environment.tasks.spawn(async move {
            if let Err(error) = round.await {
                tracing::error!(%error, "what was delivered could not be written down");
            }
            delivered.notify_one();
        }));
    }

    /// One round from reading to putting. The future must be run to its end: one that is dropped counts as a crash,
    /// after which delivery is opened anew.
    ///
    /// # Errors
    /// [`DeliveryError`] when its own state or the journal fails; a broken bucket is not an error.
    pub async fn step(&self) -> Result<Round, DeliveryError> {
        let collected = self.collect().await?;
        for lane in self.depot.lanes() {
            if let Some(courier) = Courier::ready(&self.depot, &lane).await {
                courier.round().await?;
            }
            if let Some(herald) = Herald::ready(&self.depot, &lane).await {
                herald.round().await?;
            }
            if let Some(streamer) = Streamer::ready(&self.depot, &lane).await {
                streamer.round().await?;
            }
        }
        let outlook = outlook::of(&self.depot).await;
        let idle_for = collected.idle_for.min(outlook.idle_for);
        Ok(Round { idle_for, undelivered: outlook.undelivered })
    }

    async fn collect(&self) -> Result<Collected, DeliveryError> {
        let mut collector = self.collector.lock().await;
        collector.look();
        let image = Arc::clone(&self.trails.borrow());
        let mut roster = self.roster.lock().await;
        roster.renew(&image);
        let collected = collector.round(&roster).await?;
        let now = self.depot.environment.clock.now();
        outlook::measure(&self.depot, now, collector.oldest_open()).await;
        for trail in &collected.finished {
            self.forget(trail).await?;
        }
        Ok(collected)
    }

    /// First the catalogue forgets a trail, then delivery does: in the other order a crash between the two would have
    /// the trail's whole life delivered again.
    async fn forget(&self, trail: &Trail) -> Result<(), DeliveryError> {
        let Some(catalog) = &self.catalog else { return Ok(()) };
        let forgotten = match trail.member {
            None => catalog.forget(&trail.id).await,
            Some(_) => catalog.forget_part(trail).await,
        };
        match forgotten {
            Ok(()) | Err(ChangeError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        self.depot.remove_trail(&trail.id).await
    }

    /// What outlasts a round.
    pub(crate) fn depot(&self) -> &Depot {
        &self.depot
    }

    /// How delivery of `trail`, or of a part of one, goes in `region`.
    pub async fn status(&self, trail: &Trail, region: &Region) -> TrailStatus {
        let Some(lane) = self.depot.lane(&trail.id, region) else { return TrailStatus::default() };
        let state = lane.state().await;
        TrailStatus {
            log_files: state.log_attempts.clone(),
            digests: state.digest_attempts.clone(),
            notifications: state.notifications.attempts.clone(),
            log_events: state.stream.attempts.clone(),
        }
    }

    /// The keys of `region` whose validity overlaps the time from `start` to `end`, oldest first. A Region's first
    /// key is made when it is first asked for. The pseudo-Region `all` gives the keys of every Region that has any.
    ///
    /// # Errors
    /// [`DeliveryError`] when a key cannot be made.
    pub async fn public_keys(
        &self,
        region: &Region,
        start: Timestamp,
        end: Timestamp,
    ) -> Result<Vec<PublicKey>, DeliveryError> {
        if !region.is_all() && !self.depot.keys.has_any(region).await {
            self.depot.keys.for_date(region, self.depot.environment.clock.now()).await?;
        }
        Ok(self.depot.keys.public(region, start, end).await)
    }

    /// Whether `trail` could deliver: its bucket exists and takes the marker objects that AWS leaves there
    /// (reference section 1.8).
    ///
    /// # Errors
    /// [`DestinationError`] says which of the two failed.
    pub async fn check_destination(&self, trail: &Trail) -> Result<(), DestinationError> {
        let name = &trail.s3_bucket_name;
        let missing = || DestinationError::BucketDoesNotExist(name.clone());
        let bucket = self.depot.buckets.find(name).await.ok_or_else(missing)?;
        let place = Place {
            prefix: trail.s3_key_prefix.as_deref(),
            organization: trail.organization.as_deref(),
            account: trail.account,
        };
        let digests = trail.log_file_validation.map(|_| Folder::Digests);
        let folders = [Some(Folder::Logs(FileKind::Events)), digests].into_iter().flatten();
        let markers: Vec<String> = folders.map(|folder| place.folder(folder)).collect();
        self.check_policy(trail, place, &markers).await?;
        // A marker that is there may be locked, and one is enough where no versions are kept.
        let only_if_absent = self.depot.buckets.embedded(name).await.is_some();
        for key in markers {
            let put = bucket.put(&key, Bytes::new(), PutOptions { only_if_absent, ..marker() });
            let clock = &self.depot.environment.clock;
            let answered = clock.timeout(self.depot.settings.request_timeout, put).await;
            match answered.unwrap_or(Err(ObjectError::TimedOut)) {
                Err(ObjectError::NoSuchBucket) => return Err(missing()),
                Ok(_) | Err(ObjectError::AlreadyExists) => {}
                Err(ObjectError::AccessDenied) => {
                    let explained = remote_policy::explain(&bucket, &key, &place.roots(), clock.now()).await;
                    return Err(explained.unwrap_or_else(|| refused(name, &ObjectError::AccessDenied)));
                }
                Err(error) => return Err(refused(name, &error)),
            }
        }
        Ok(())
    }

    /// Whether the KMS keys that trails name for this bucket are those of another S3.
    pub async fn keys_are_elsewhere(&self, bucket: &str) -> bool {
        let bucket = self.depot.buckets.find(bucket).await;
        bucket.and_then(|bucket| bucket.remote_caller().map(|caller| caller.keys)) == Some(RemoteKeys::Theirs)
    }

    /// Whether the policy of an embedded bucket lets CloudTrail do what it must.
    async fn check_policy(&self, trail: &Trail, place: Place<'_>, markers: &[String]) -> Result<(), DestinationError> {
        let Some(record) = self.depot.buckets.embedded(&trail.s3_bucket_name).await else { return Ok(()) };
        let source = Source { arn: trail.arn(), account: trail.account };
        let options = marker();
        let (rule, now) = (self.depot.settings.bucket_policy, self.depot.environment.clock.now());
        let puts = markers.iter().map(|key| Wish::Put(key, &options));
        for wish in [Wish::ReadAcl].into_iter().chain(puts) {
            if let Err(Refusal(reason)) = bucket_access::check(&record, &source, wish, rule, now) {
                let bucket = trail.s3_bucket_name.clone();
                let policy = bucket_access::policy_to_apply(&bucket, &source, &place.roots());
                return Err(DestinationError::InsufficientPolicy { bucket, reason, policy });
            }
        }
        Ok(())
    }
}

fn refused(bucket: &str, error: &ObjectError) -> DestinationError {
    DestinationError::Refused { bucket: bucket.to_owned(), code: error.code().to_owned() }
}

fn marker() -> PutOptions {
    PutOptions {
        content_type: Some("application/json".to_owned()),
        content_encoding: Some("gzip".to_owned()),
        ..PutOptions::default()
    }
}
