//! Expiry: carries out the lifecycle rules of embedded buckets, a bounded piece at a time.

use std::time::Duration;

use cairn_environment::Environment;
use cairn_objects::{Bucket, BucketRecord, Buckets, Bypass, LifecycleRule, ObjectError, ObjectMeta, first_due};
use serde::{Deserialize, Serialize};

/// Under which name its place is kept.
const TASK: &str = "lifecycle";
/// Objects that are listed at once.
const PAGE: usize = 1000;
/// The wait before it goes on with a walk that a round did not finish.
const PAUSE: Duration = Duration::from_mins(1);

/// How often and how much is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpirySettings {
    /// Between two walks through all buckets.
    pub interval: Duration,
    /// Objects that one round looks at.
    pub objects_max: usize,
}

/// Deletes what is due. One process has one.
#[derive(Debug)]
pub struct Expiry {
    buckets: Buckets,
    settings: ExpirySettings,
    environment: Environment,
}

/// How far a walk has come: everything before this was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    bucket: String,
    /// The key that was looked at last.
    after: Option<String>,
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExpiryRound {
    /// Objects that it looked at.
    pub seen: usize,
    /// Objects that it deleted.
    pub expired: usize,
    /// Objects that were due and that a lock holds.
    pub held: usize,
    /// Whether it came to the end of all buckets.
    pub finished: bool,
}

impl Expiry {
    /// Over the embedded ones of `buckets`.
    pub fn new(buckets: Buckets, settings: ExpirySettings, environment: &Environment) -> Self {
        Self { buckets, settings, environment: environment.clone() }
    }

    /// Goes through all buckets at each interval until tasks stop.
    pub async fn run(self) {
        let pause = self.settings.interval.min(PAUSE);
        let mut wait = pause;
        loop {
            tokio::select! {
                biased;
                () = self.environment.tasks.stopping() => return,
                () = self.environment.clock.sleep(wait) => {}
            }
            wait = match self.round().await {
                Ok(round) if !round.finished => pause,
                Ok(_) => self.settings.interval,
                Err(error) => {
                    tracing::error!(%error, "lifecycle rules cannot be carried out and are tried again");
                    self.settings.interval
                }
            };
        }
    }

    /// Goes on with the walk until its end, or until it has looked at as many objects as a round may.
    ///
    /// # Errors
    /// When its place cannot be read or kept. What one bucket fails with is logged, and the others go on.
    pub async fn round(&self) -> Result<ExpiryRound, ObjectError> {
        let place = self.buckets.note(TASK).await?.and_then(|text| serde_json::from_str::<Place>(&text).ok());
        let mut round = ExpiryRound::default();
        let records = self.buckets.list_with_lifecycle().await;
        let left = |record: &&BucketRecord| place.as_ref().is_none_or(|place| *place.bucket <= *record.name.as_str());
        for record in records.iter().filter(left) {
            let name = record.name.as_str();
            let after = place.as_ref().filter(|place| place.bucket == name).and_then(|place| place.after.clone());
            match self.walk(record, after, &mut round).await {
                Ok(Walked::ToTheEnd) => {}
                Ok(Walked::UpTo(after)) => {
                    self.keep(Some(Place { bucket: name.to_owned(), after })).await?;
                    return Ok(round);
                }
                Err(error) => tracing::error!(bucket = name, %error, "a bucket's lifecycle rules are not carried out"),
            }
        }
        if place.is_some() {
            self.keep(None).await?;
        }
        round.finished = true;
        Ok(round)
    }

    async fn keep(&self, place: Option<Place>) -> Result<(), ObjectError> {
        // An empty text is no place.
        let text = place.and_then(|place| serde_json::to_string(&place).ok()).unwrap_or_default();
        self.buckets.keep_note(TASK, text).await
    }

    /// Walks through a bucket, behind the key `after`.
    async fn walk(
        &self,
        record: &BucketRecord,
        mut after: Option<String>,
        round: &mut ExpiryRound,
    ) -> Result<Walked, ObjectError> {
        let name = record.name.as_str();
        let (Some(prefix), Some(bucket)) = (reach(&record.lifecycle), self.buckets.find(name).await) else {
            return Ok(Walked::ToTheEnd);
        };
        let before = *round;
        let walked = loop {
            let page = self.settings.objects_max.saturating_sub(round.seen).min(PAGE);
            if page == 0 || self.environment.tasks.is_stopping() {
                break Walked::UpTo(after);
            }
            let objects = bucket.list(&prefix, after.as_deref(), page).await?;
            for object in &objects {
                self.look_at(&bucket, &record.lifecycle, object, round).await?;
            }
            round.seen += objects.len();
            match objects.last() {
                Some(last) if objects.len() == page => after = Some(last.key.clone()),
                _ => break Walked::ToTheEnd,
            }
        };
        let (expired, held) = (round.expired - before.expired, round.held - before.held);
        if expired > 0 {
            tracing::info!(bucket = name, expired, held, "objects were deleted by the bucket's lifecycle rules");
        }
        Ok(walked)
    }

    async fn look_at(
        &self,
        bucket: &Bucket,
        rules: &[LifecycleRule],
        object: &ObjectMeta,
        round: &mut ExpiryRound,
    ) -> Result<(), ObjectError> {
        let now = self.environment.clock.now();
        let Some((rule, _)) = first_due(rules, object).filter(|(_, due)| *due <= now) else { return Ok(()) };
        if object.lock.holds(now, Bypass::Nothing) {
            round.held += 1;
            return Ok(());
        }
        match bucket.expire(object).await {
            Ok(true) => {
                round.expired += 1;
                metrics::counter!("cairn_lifecycle_expired_objects_total").increment(1);
                tracing::debug!(bucket = bucket.name(), key = object.key, rule = rule.id, "an object expired");
            }
            // Someone replaced or deleted it meanwhile.
            Ok(false) => {}
            // Someone locked it meanwhile.
            Err(error) if error.code() == "AccessDenied" => round.held += 1,
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// How far a round came in a bucket.
enum Walked {
    ToTheEnd,
    /// This key was the last one; none when it has not begun.
    UpTo(Option<String>),
}

/// What the keys of all objects begin with that the rules may let go; none when they let none go.
fn reach(rules: &[LifecycleRule]) -> Option<String> {
    let both = |a: &str, b: &str| -> String {
        a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(letter, _)| letter).collect()
    };
    let mut prefixes = rules.iter().filter_map(LifecycleRule::reach);
    let first = prefixes.next()?.to_owned();
    Some(prefixes.fold(first, |all, prefix| both(&all, prefix)))
}
