//! The courier: puts the sealed files of one lane into their buckets, once each, whatever the buckets answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::Timestamp;
use cairn_objects::{Bucket, Encryption, ObjectError, PutOptions};
use tokio::sync::OwnedMutexGuard;

use crate::DeliveryError;
use crate::bucket_access::Source;
use crate::depot::Depot;
use crate::digest::SIGNATURE_ALGORITHM;
use crate::gzip;
use crate::lane::Lane;
use crate::lane_state::{FrozenDigest, LaneState, SealedLog};
use crate::own_puts::OwnPut;

/// Files put before their confirmation is saved. After a crash these are put again, which finds them there.
const BATCH: usize = 32;
const SIGNATURE: &str = "signature";
const SHA256: &str = "sha256";

/// Puts the files of one lane.
#[derive(Debug)]
pub(crate) struct Courier {
    depot: Arc<Depot>,
    lane: Arc<Lane>,
    source: Source,
    /// At most one courier works for a lane at a time.
    _turn: OwnedMutexGuard<()>,
}

/// An object as it is to stand in its bucket.
#[derive(Debug, Clone, Copy)]
struct Parcel<'a> {
    bucket: &'a str,
    key: &'a str,
    outbox: &'a str,
    stored_hash: &'a str,
    /// Of a digest.
    signature: Option<&'a str>,
}

#[derive(Debug)]
enum Outcome {
    /// The bucket has it.
    Delivered,
    /// The bucket has something else under its key.
    Contested,
    Failed(ObjectError),
}

/// What became of the files of one batch.
#[derive(Debug, Default)]
struct Journey {
    delivered: Vec<u64>,
    contested: Vec<u64>,
    error: Option<ObjectError>,
}

impl Courier {
    /// A courier for `lane`, unless another is under way or nothing can be put now.
    pub(crate) async fn ready(depot: &Arc<Depot>, lane: &Arc<Lane>) -> Option<Self> {
        let turn = Arc::clone(&lane.courier).try_lock_owned().ok()?;
        let source = lane.state().await.trail.source();
        let courier = Self { depot: Arc::clone(depot), lane: Arc::clone(lane), source, _turn: turn };
        let state = lane.state().await;
        let work = courier.next_logs(&state).next().is_some() || courier.next_digests(&state).next().is_some();
        drop(state);
        work.then_some(courier)
    }

    /// Puts what can be put now: log files first, since digests tell of them.
    ///
    /// # Errors
    /// Only when the lane's own state fails; what buckets answer becomes part of that state.
    pub(crate) async fn round(self) -> Result<(), DeliveryError> {
        while self.put_logs().await? {}
        while self.put_digests().await? {}
        Ok(())
    }

    fn next_logs<'a>(&'a self, state: &'a LaneState) -> impl Iterator<Item = &'a SealedLog> {
        let open = |log: &&SealedLog| self.depot.is_open(&destination(state, &log.bucket));
        state.logs.iter().filter(open)
    }

    /// Digests go in the order of their windows. One whose key is taken waits on its own.
    fn next_digests<'a>(&'a self, state: &'a LaneState) -> impl Iterator<Item = &'a FrozenDigest> {
        let open = |digest: &&FrozenDigest| self.depot.is_open(&digest_destination(state, digest));
        state.digests.iter().filter(open)
    }

    /// Puts some log files; false when there are no more that can be put now.
    async fn put_logs(&self) -> Result<bool, DeliveryError> {
        let (logs, outbox, destinations) = {
            let state = self.lane.state().await;
            let logs: Vec<SealedLog> = self.next_logs(&state).take(BATCH).cloned().collect();
            let outbox: Vec<String> = logs.iter().map(|log| state.outbox(log.number)).collect();
            let destinations: Vec<String> = logs.iter().map(|log| destination(&state, &log.bucket)).collect();
            (logs, outbox, destinations)
        };
        let mut journey = Journey::default();
        for ((log, outbox), destination) in logs.iter().zip(&outbox).zip(&destinations) {
            let SealedLog { bucket, key, stored_hash, .. } = log;
            let outcome = self.put(Parcel { bucket, key, outbox, stored_hash, signature: None }).await;
            if !self.note(&mut journey, log.number, outcome, destination) {
                break;
            }
        }
        for number in &journey.contested {
            self.lane.rename_log(&self.depot, *number).await?;
        }
        let (announces, mut forgotten) = (self.announces().await, 0);
        self.lane
            .update(|state| {
                forgotten = if announces { state.announce(&journey.delivered) } else { 0 };
                journey.of_logs(state, self.now());
            })
            .await?;
        count_forgotten(forgotten);
        self.lane.update(|state| state.forget_old_logs(self.depot.settings.digest_interval)).await?;
        self.clear(&journey.delivered, "log").await;
        Ok(!logs.is_empty())
    }

    /// Puts some digests; false when there are no more that can be put now.
    async fn put_digests(&self) -> Result<bool, DeliveryError> {
        let (digests, outbox, destinations) = {
            let state = self.lane.state().await;
            let digests: Vec<FrozenDigest> = self.next_digests(&state).take(BATCH).cloned().collect();
            let outbox: Vec<String> = digests.iter().map(|digest| state.outbox(digest.number)).collect();
            let destinations: Vec<String> = digests.iter().map(|digest| digest_destination(&state, digest)).collect();
            (digests, outbox, destinations)
        };
        let mut journey = Journey::default();
        for ((digest, outbox), destination) in digests.iter().zip(&outbox).zip(&destinations) {
            let FrozenDigest { bucket, key, stored_hash, signature, .. } = digest;
            let outcome = self.put(Parcel { bucket, key, outbox, stored_hash, signature: Some(signature) }).await;
            if !self.note(&mut journey, digest.number, outcome, destination) {
                break;
            }
        }
        let (announces, mut forgotten) = (self.announces().await, 0);
        self.lane
            .update(|state| {
                forgotten = if announces { state.announce(&journey.delivered) } else { 0 };
                journey.of_digests(state, self.now());
            })
            .await?;
        count_forgotten(forgotten);
        self.clear(&journey.delivered, "digest").await;
        Ok(!digests.is_empty())
    }

    /// With which key the trail's files lie in their bucket.
    async fn encryption(&self) -> Encryption {
        let id = self.lane.state().await.trail.id.clone();
        let key = self.depot.targets(&id).kms_key_arn;
        key.map_or(Encryption::BucketDefault, |key_arn| {
            let context = [("aws:cloudtrail:arn".to_owned(), self.source.arn.clone())].into();
            Encryption::Kms { key_arn, context }
        })
    }

    /// Whether the trail has a topic that is to be told of what was put.
    async fn announces(&self) -> bool {
        let trail = self.lane.state().await.trail.id.clone();
        self.depot.targets(&trail).sns_topic.is_some()
    }

    /// Writes down one outcome; false when the destination is to be left alone for now.
    fn note(&self, journey: &mut Journey, number: u64, outcome: Outcome, destination: &str) -> bool {
        match outcome {
            Outcome::Delivered => {
                self.depot.succeeded(destination);
                journey.delivered.push(number);
                return true;
            }
            Outcome::Contested => {
                journey.contested.push(number);
                journey.error = Some(ObjectError::AlreadyExists);
                count_error(ObjectError::AlreadyExists.code());
            }
            Outcome::Failed(error) => {
                tracing::warn!(destination, %error, "a bucket did not take a file; it is tried again");
                count_error(error.code());
                journey.error = Some(error);
            }
        }
        self.depot.failed(destination);
        false
    }

    /// Puts one object, or finds that it is there already.
    async fn put(&self, parcel: Parcel<'_>) -> Outcome {
        let bytes = match self.depot.store.get(parcel.outbox).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Outcome::Failed(lost(parcel.outbox, "is not in the outbox")),
            Err(error) => return Outcome::Failed(lost(parcel.outbox, &error.to_string())),
        };
        let Some(bucket) = self.depot.buckets.find(parcel.bucket).await else {
            return Outcome::Failed(ObjectError::NoSuchBucket);
        };
        let size = bytes.len();
        let lock = self.depot.settings.file_lock.at(self.now());
        let options = PutOptions { encryption: self.encryption().await, lock, ..parcel.options() };
        if !self.depot.may_put(parcel.bucket, &self.source, parcel.key, &options).await {
            return Outcome::Failed(ObjectError::AccessDenied);
        }
        let put = bucket.put(parcel.key, bytes, options);
        let outcome = match self.in_time(put).await {
            Ok(_) => Outcome::Delivered,
            Err(ObjectError::AlreadyExists) => self.compare(&bucket, parcel).await,
            Err(error) => Outcome::Failed(error),
        };
        if matches!(outcome, Outcome::Delivered) {
            self.record(parcel, size).await;
        }
        outcome
    }

    /// Records the put into an embedded bucket, where a trail asks for that.
    async fn record(&self, Parcel { bucket, key, .. }: Parcel<'_>, bytes: usize) {
        let Some(record) = self.depot.buckets.embedded(bucket).await else { return };
        let put = OwnPut { bucket, key, bytes, owner: record.owner, region: &record.region };
        self.depot.own_puts.record(put, &self.depot.environment).await;
    }

    /// Whether what has the key already is the same object: an earlier attempt that was answered late or not at all.
    async fn compare(&self, bucket: &Bucket, parcel: Parcel<'_>) -> Outcome {
        let object = match self.in_time(bucket.get(parcel.key)).await {
            Ok(object) => object,
            Err(error) => return Outcome::Failed(error),
        };
        let signature = object.meta.user_metadata.get(SIGNATURE).map(String::as_str);
        if gzip::sha256_hex(&object.bytes) == parcel.stored_hash && signature == parcel.signature {
            return Outcome::Delivered;
        }
        let Parcel { bucket, key, .. } = parcel;
        tracing::error!(bucket, key, "tampering: the bucket has another object under the key of a sealed file");
        metrics::counter!("delivery_tampered_total").increment(1);
        Outcome::Contested
    }

    async fn in_time<T>(&self, work: impl Future<Output = Result<T, ObjectError>>) -> Result<T, ObjectError> {
        let answered = self.depot.environment.clock.timeout(self.depot.settings.request_timeout, work).await;
        answered.unwrap_or(Err(ObjectError::TimedOut))
    }

    /// Removes bytes that nobody needs any more.
    async fn clear(&self, delivered: &[u64], kind: &'static str) {
        for number in delivered {
            self.lane.clear(*number).await;
        }
        let count = u64::try_from(delivered.len()).unwrap_or(0);
        metrics::counter!("delivery_files_total", "kind" => kind).increment(count);
    }

    fn now(&self) -> Timestamp {
        self.depot.environment.clock.now()
    }
}

impl Parcel<'_> {
    fn options(self) -> PutOptions {
        let mut user_metadata = BTreeMap::new();
        user_metadata.insert(SHA256.to_owned(), self.stored_hash.to_owned());
        if let Some(signature) = self.signature {
            user_metadata.insert(SIGNATURE.to_owned(), signature.to_owned());
            user_metadata.insert("signature-algorithm".to_owned(), SIGNATURE_ALGORITHM.to_owned());
        }
        PutOptions {
            only_if_absent: true,
            content_type: Some("application/json".to_owned()),
            content_encoding: Some("gzip".to_owned()),
            user_metadata,
            ..PutOptions::default()
        }
    }
}

impl Journey {
    fn of_logs(&self, state: &mut LaneState, now: Timestamp) {
        self.delivered.iter().for_each(|number| state.confirm_log(*number, now));
        if let Some(error) = &self.error {
            let now = state.tick(now);
            state.log_attempts.fail(now, error);
        }
    }

    fn of_digests(&self, state: &mut LaneState, now: Timestamp) {
        self.delivered.iter().for_each(|number| state.confirm_digest(*number, now));
        self.contested.iter().for_each(|number| state.contest_digest(*number));
        if let Some(error) = &self.error {
            let now = state.tick(now);
            state.digest_attempts.fail(now, error);
        }
    }
}

/// What backs off together: a trail's log files in one bucket.
pub(crate) fn destination(state: &LaneState, bucket: &str) -> String {
    format!("log files of {} in {bucket}", state.trail.id)
}

/// A trail's digests in one bucket; one whose key is taken is a destination of its own.
pub(crate) fn digest_destination(state: &LaneState, digest: &FrozenDigest) -> String {
    if digest.contested {
        return digest.key.clone();
    }
    format!("digests of {} in {}", state.trail.id, digest.bucket)
}

fn lost(name: &str, reason: &str) -> ObjectError {
    ObjectError::Other { code: "InternalError".to_owned(), reason: format!("{name}: {reason}") }
}

fn count_forgotten(count: u64) {
    if count > 0 {
        tracing::error!(count, "a topic was away for so long that it is not told of some files");
        metrics::counter!("delivery_notifications_dropped_total").increment(count);
    }
}

fn count_error(code: &str) {
    metrics::counter!("delivery_errors_total", "code" => code.to_owned()).increment(1);
}
