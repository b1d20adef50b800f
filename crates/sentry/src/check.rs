//! The check of what trails deliver to and have delivered: at each interval, whoever did what in between.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use cairn_catalog::{Catalog, CatalogError, Observation, Problem, ProblemKind, Seen, Trail};
use cairn_delivery::{DeliveredFile, DeliveredFiles, Delivery};
use cairn_environment::Environment;
use cairn_objects::{Buckets, LifecycleRule, ObjectError, Versioning};
use sha2::{Digest, Sha256};

use crate::bucket_settings::{BucketSettings, ReadDocuments};
use crate::lifecycle::{has_expired, too_short};
use crate::object::{Look, look};
use crate::trail_keys::{self, TrailKeys};

/// The codes of an embedded object that is there and cannot be read.
const DAMAGED: [&str; 2] = ["InternalError", "KMS.InvalidCiphertextException"];

/// How often and how much is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSettings {
    /// Between two rounds.
    pub interval: Duration,
    /// Log files of one trail that are looked at in a round, besides those known to be wrong and digests.
    pub log_files_max: usize,
    /// Digests of one trail that are looked at in a round, besides the newest ones.
    pub digests_max: usize,
    /// Days for which the rules of a trail's bucket are to keep its files; 0 for any.
    pub retention_days_wanted: u64,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self { interval: Duration::from_hours(1), log_files_max: 32, digests_max: 16, retention_days_wanted: 0 }
    }
}

/// What the check works with.
#[derive(Debug, Clone)]
pub struct CheckParts {
    /// Which trails there are; what was seen of them.
    pub catalog: Catalog,
    /// What was delivered.
    pub delivery: Delivery,
    /// Where to.
    pub buckets: Buckets,
    /// The keys under which files lie.
    pub keys: Arc<dyn TrailKeys>,
    /// What buckets elsewhere say of themselves.
    pub documents: Arc<dyn ReadDocuments>,
    /// How often and how much.
    pub settings: CheckSettings,
    /// Time, chance, tasks.
    pub environment: Environment,
}

/// Looks at the destinations of every trail that logs. One process has one.
#[derive(Debug)]
pub struct DestinationCheck {
    parts: CheckParts,
    /// Digests of each trail that the next round goes on with: it walks back through the chains, and when it is at
    /// their beginning it starts again.
    walks: BTreeMap<String, VecDeque<DeliveredFile>>,
}

/// One trail's look: what was seen, and the log files that digests name.
#[derive(Debug, Default)]
struct Round {
    seen: Vec<Observation>,
    subjects: BTreeSet<String>,
    log_files: Vec<DeliveredFile>,
    /// The lifecycle rules of the trail's bucket, as far as they are told.
    rules: Vec<LifecycleRule>,
}

impl DestinationCheck {
    /// A check that begins with the newest files.
    pub fn new(parts: CheckParts) -> Self {
        Self { parts, walks: BTreeMap::new() }
    }

    /// Looks at each interval until tasks stop.
    pub async fn run(mut self) {
        let environment = self.parts.environment.clone();
        loop {
            tokio::select! {
                biased;
                () = environment.tasks.stopping() => return,
                () = environment.clock.sleep(self.parts.settings.interval) => {}
            }
            if let Err(error) = self.round().await {
                tracing::error!(%error, "what was seen of the destinations cannot be kept");
            }
        }
    }

    /// Looks at every trail once.
    ///
    /// # Errors
    /// [`CatalogError`] when what was seen cannot be kept.
    pub async fn round(&mut self) -> Result<(), CatalogError> {
        let trails = Arc::clone(&self.parts.catalog.trails().borrow());
        self.walks.retain(|id, _| trails.iter().any(|trail| trail.id == *id));
        for trail in trails.iter().filter(|trail| trail.is_logging() && trail.deleted_at.is_none()) {
            if self.parts.environment.tasks.is_stopping() {
                return Ok(());
            }
            let open = self.parts.catalog.problems(&trail.id).await?;
            let seen = self.look_at(trail, &open).await;
            self.parts.catalog.observe(trail, seen).await?;
        }
        self.parts.catalog.tidy_requests().await
    }

    async fn look_at(&mut self, trail: &Trail, open: &[Problem]) -> Vec<Observation> {
        let mut round = Round::default();
        let newest = self.parts.delivery.delivered_files(trail).await;
        let is_there = self.look_at_bucket(trail, &newest, &mut round).await;
        // What becomes of a key of another S3 is not seen from here.
        let is_ours = !self.parts.delivery.keys_are_elsewhere(&trail.s3_bucket_name).await;
        let key_arn = trail.targets.kms_key_arn.as_deref().filter(|_| is_ours);
        round.seen.extend(trail_keys::look(&*self.parts.keys, key_arn, open));
        let subject = bucket_subject(&trail.s3_bucket_name);
        for problem in open.iter().filter(|problem| is_of_bucket(problem.kind) && problem.subject != subject) {
            // The trail delivers elsewhere now.
            round.note(problem.kind, &problem.subject, Seen::Well);
        }
        if is_there {
            self.look_at_known(open, &mut round).await;
            self.look_at_files(trail, newest, &mut round).await;
        }
        round.seen
    }

    /// Whether the bucket is there.
    async fn look_at_bucket(&self, trail: &Trail, newest: &DeliveredFiles, round: &mut Round) -> bool {
        let name = &trail.s3_bucket_name;
        let subject = bucket_subject(name);
        let listed = match self.parts.buckets.find(name).await {
            None => Err(ObjectError::NoSuchBucket),
            Some(bucket) => bucket.list("", None, 1).await.map(drop),
        };
        if listed == Err(ObjectError::NoSuchBucket) {
            round.note(ProblemKind::BucketMissing, &subject, Seen::Wrong("the bucket is not there".to_owned()));
            return false;
        }
        round.note(ProblemKind::BucketMissing, &subject, Seen::Well);
        let wrong = |code: &String| Seen::Wrong(format!("the last delivery failed with {code}"));
        let writable = newest.errors.first().map_or(Seen::Well, wrong);
        round.note(ProblemKind::BucketNotWritable, &subject, writable);
        let settings = self.settings_of(name).await;
        if let Some(versioning) = settings.versioning {
            let versioning = match versioning {
                Versioning::Suspended => Seen::Wrong("new versions replace old ones".to_owned()),
                Versioning::NeverSet | Versioning::Enabled => Seen::Well,
            };
            round.note(ProblemKind::BucketVersioningSuspended, &subject, versioning);
        }
        if let Some(rules) = settings.lifecycle {
            let lifecycle = too_short(&rules, &Delivery::roots(trail), self.parts.settings.retention_days_wanted);
            round.note(ProblemKind::BucketLifecycleTooShort, &subject, lifecycle.map_or(Seen::Well, Seen::Wrong));
            round.rules = rules;
        }
        if let Some(policy) = settings.policy {
            round.note_policy(&subject, &policy);
        }
        listed.is_ok()
    }

    async fn settings_of(&self, name: &str) -> BucketSettings {
        let CheckParts { buckets, documents, environment, .. } = &self.parts;
        if let Some(record) = buckets.describe(name).await {
            return BucketSettings::of_record(record);
        }
        match buckets.find(name).await {
            Some(bucket) => BucketSettings::ask(&bucket, &**documents, &environment.clock).await,
            None => BucketSettings::default(),
        }
    }

    /// Looks again at files that were found wrong.
    async fn look_at_known(&self, open: &[Problem], round: &mut Round) {
        let of_files = open.iter().filter(|problem| is_of_file(problem.kind));
        for problem in of_files.take(self.parts.settings.log_files_max) {
            let Some(file) = file_of(problem) else { continue };
            self.look_at_file(&file, round).await;
        }
    }

    /// Looks at the newest files, at some digests further back, and at a random choice of what these list.
    async fn look_at_files(&mut self, trail: &Trail, newest: DeliveredFiles, round: &mut Round) {
        let mut walk = self.walks.remove(&trail.id).unwrap_or_default();
        let mut before = VecDeque::new();
        for digest in &newest.digests {
            before.extend(self.look_at_digest(digest, round).await);
        }
        if walk.is_empty() {
            walk = before;
        }
        for _ in 0..self.parts.settings.digests_max {
            let Some(digest) = walk.pop_front() else { break };
            walk.extend(self.look_at_digest(&digest, round).await);
        }
        self.walks.insert(trail.id.clone(), walk);
        if let Some(last) = newest.log_files.last() {
            self.look_at_file(last, round).await;
        }
        let mut candidates = std::mem::take(&mut round.log_files);
        candidates.extend(newest.log_files);
        for _ in 0..self.parts.settings.log_files_max.min(candidates.len()) {
            let count = u64::try_from(candidates.len()).unwrap_or(u64::MAX);
            let at = usize::try_from(self.parts.environment.random.below(count)).unwrap_or(0);
            let file = candidates.swap_remove(at);
            self.look_at_file(&file, round).await;
        }
    }

    /// Looks at a digest: notes what it lists, and gives the one before it.
    async fn look_at_digest(&self, digest: &DeliveredFile, round: &mut Round) -> Option<DeliveredFile> {
        let text = self.look_at_file(digest, round).await?;
        let read = crate::object::read_digest(&text)?;
        round.log_files.extend(read.log_files);
        read.previous
    }

    /// Looks at a file, once in a round: its content, where it is as it was delivered.
    async fn look_at_file(&self, file: &DeliveredFile, round: &mut Round) -> Option<Vec<u8>> {
        let subject = file_subject(file);
        if !round.subjects.insert(subject.clone()) {
            return None;
        }
        let bucket = self.parts.buckets.find(&file.bucket).await?;
        match look(&bucket, file, &self.parts.environment).await {
            Look::AsDelivered(text) => {
                round.note(ProblemKind::LogObjectMissing, &subject, Seen::Well);
                round.note(ProblemKind::LogObjectChanged, &subject, Seen::Well);
                Some(text)
            }
            // It went by the rules of its bucket.
            Look::Missing if has_expired(&round.rules, &file.key, self.parts.environment.clock.now()) => None,
            Look::Missing => {
                let detail = format!("content {} was delivered", file.content_hash);
                round.note(ProblemKind::LogObjectMissing, &subject, Seen::Wrong(detail));
                None
            }
            // The disk is this machine's own: what lies there encrypted and cannot be opened was changed.
            Look::Unknown(error) if self.parts.buckets.is_embedded(&file.bucket) && DAMAGED.contains(&error.code()) => {
                let detail = format!("content {} was delivered; now it cannot be read: {error}", file.content_hash);
                round.note(ProblemKind::LogObjectChanged, &subject, Seen::Wrong(detail));
                None
            }
            Look::Changed(now) => {
                let detail = format!("content {} was delivered; now {now}", file.content_hash);
                round.note(ProblemKind::LogObjectMissing, &subject, Seen::Well);
                round.note(ProblemKind::LogObjectChanged, &subject, Seen::Wrong(detail));
                None
            }
            Look::Unknown(error) => {
                tracing::debug!(%error, subject, "a delivered file cannot be looked at now");
                None
            }
        }
    }
}

impl Round {
    /// The policy as it is, as a hash of its text.
    fn note_policy(&mut self, subject: &str, policy: &str) {
        let value = hex::encode(Sha256::digest(policy.as_bytes()));
        self.note(ProblemKind::BucketPolicyChanged, subject, Seen::Value(value));
    }

    fn note(&mut self, kind: ProblemKind, subject: &str, seen: Seen) {
        self.seen.push(Observation { kind, subject: subject.to_owned(), seen });
    }
}

fn is_of_file(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::LogObjectMissing | ProblemKind::LogObjectChanged)
}

fn is_of_bucket(kind: ProblemKind) -> bool {
    !is_of_file(kind) && !trail_keys::KINDS.contains(&kind)
}

fn bucket_subject(name: &str) -> String {
    format!("s3://{name}")
}

fn file_subject(file: &DeliveredFile) -> String {
    format!("s3://{}/{}", file.bucket, file.key)
}

/// The file of a problem: its place is the subject, and its content stands first in the detail.
fn file_of(problem: &Problem) -> Option<DeliveredFile> {
    let (bucket, key) = problem.subject.strip_prefix("s3://")?.split_once('/')?;
    let content_hash = problem.detail.strip_prefix("content ")?.split(' ').next()?;
    Some(DeliveredFile { bucket: bucket.to_owned(), key: key.to_owned(), content_hash: content_hash.to_owned() })
}
