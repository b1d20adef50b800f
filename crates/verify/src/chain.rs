//! Walks the digests of one trail in one Region from the newest to the oldest and holds each against the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cairn_model::Timestamp;
use cairn_objects::{Bucket, Object};

use crate::digest::{Digest, ListedLog, SignatureFault};
use crate::member;
use crate::names::DigestName;
use crate::report::{Grade, Problem, Report};
use crate::{Progress, VerifyError, VerifyOptions, source};

const SIGNATURE: &str = "signature";
const SIGNATURE_ALGORITHM: &str = "signature-algorithm";
/// More missing windows than this between two digests are not listed one by one.
const MISSING_LISTED_MAX: u64 = 100_000;

/// What a chain proves, for accounting of log files.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    /// The windows of digests that are there, oldest first.
    pub(crate) windows: Vec<Window>,
    /// What valid digests list, with the key of the digest.
    pub(crate) listed: Vec<(String, ListedLog)>,
    /// Keys that digests list which are not valid themselves.
    pub(crate) unproven: BTreeSet<String>,
    /// Whether the newest digest ends its chain.
    pub(crate) is_over: bool,
    /// The buckets that the digests say they were written to.
    pub(crate) buckets: BTreeSet<String>,
}

/// The time that a digest covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Window {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// Whether a chain begins with it.
    pub(crate) is_starting: bool,
}

/// A digest that was read, and how it stands.
#[derive(Debug)]
struct Found {
    key: String,
    digest: Digest,
    /// The signature in its metadata.
    signature: Option<String>,
    is_valid: bool,
}

/// Everything that a walk needs.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) bucket: &'a Bucket,
    pub(crate) options: &'a VerifyOptions,
    /// Whether the source keeps metadata at all; a plain copy of files does not.
    pub(crate) has_metadata: bool,
    pub(crate) progress: &'a Progress,
    pub(crate) report: &'a mut Report,
}

impl Walk<'_> {
    /// Verifies the digests `keys`, which are those of one trail and Region.
    pub(crate) async fn chain(&mut self, keys: &BTreeMap<String, DigestName>) -> Result<Walked, VerifyError> {
        let mut found: Vec<Found> = Vec::new();
        let mut unreadable = BTreeSet::new();
        for (key, name) in keys {
            let Some(object) = source::get(self.bucket, key).await? else { continue };
            self.progress.digest_read();
            match self.read(key, name, &object) {
                Some(digest) => found.push(digest),
                None => {
                    unreadable.insert(name.end);
                }
            }
        }
        found.sort_by_key(|digest| digest.digest.end);
        self.check_signatures(&mut found);
        let is_backfill = keys.values().any(|name| name.chain.is_backfill);
        let interval = usual_length(&found);
        let is_over = found.last().is_some_and(|newest| is_final(&newest.digest, interval));
        if !is_backfill {
            self.check_windows(&found, interval, &unreadable);
            self.check_head(&found, interval, is_over);
        }
        Ok(self.walked(found, is_over))
    }

    fn in_range(&self, digest: &Digest) -> bool {
        let VerifyOptions { start, end, .. } = self.options;
        start.is_none_or(|start| digest.end >= start) && end.is_none_or(|end| digest.start <= end)
    }

    fn read(&mut self, key: &str, name: &DigestName, object: &Object) -> Option<Found> {
        let content = match member::content(&object.bytes) {
            Ok(content) => content,
            Err(fault) => {
                self.report.digests_total += 1;
                self.tampered(Problem::NotOneMember, key, format!("the digest {fault}"));
                return None;
            }
        };
        let digest = match Digest::read(&content) {
            Ok(digest) => digest,
            Err(reason) => {
                self.report.digests_total += 1;
                self.tampered(Problem::DigestUnreadable, key, format!("the digest cannot be read: {reason}"));
                return None;
            }
        };
        let metadata = &object.meta.user_metadata;
        let signature = metadata.get(SIGNATURE).filter(|_| metadata.contains_key(SIGNATURE_ALGORITHM)).cloned();
        let mut found = Found { key: key.to_owned(), digest, signature, is_valid: true };
        if self.in_range(&found.digest) {
            self.report.digests_total += 1;
            self.check_place(&mut found, name);
        }
        Some(found)
    }

    fn check_place(&mut self, found: &mut Found, name: &DigestName) {
        let digest = &found.digest;
        if digest.key != found.key {
            let detail = format!("the digest has been moved: it was written as {}", digest.key);
            found.is_valid = false;
            self.report.find(Grade::Tampered, Problem::DigestMoved, &found.key, detail);
        } else if digest.end != name.end || digest.aws_account_id != name.chain.place.account {
            found.is_valid = false;
            let detail = "the digest says another time or account than its name";
            self.report.find(Grade::Tampered, Problem::DigestMoved, &found.key, detail);
        }
    }

    /// Holds each digest against its own signature, and against what the next digest says of it.
    fn check_signatures(&mut self, found: &mut [Found]) {
        let successors: BTreeMap<String, (Option<String>, Option<String>)> = found
            .iter()
            .filter_map(|next| {
                let digest = &next.digest;
                let said = (digest.previous_hash.clone(), digest.previous_digest_signature.clone());
                Some((digest.previous_key.clone()?, said))
            })
            .collect();
        for digest in found.iter_mut() {
            if self.in_range(&digest.digest) {
                self.check_signature(digest, successors.get(&digest.key));
            }
        }
    }

    fn check_signature(&mut self, found: &mut Found, successor: Option<&(Option<String>, Option<String>)>) {
        let (said_hash, said_signature) = successor.map_or((None, None), |(hash, said)| (hash.as_ref(), said.as_ref()));
        let key = found.key.clone();
        if said_hash.is_some_and(|hash| *hash != found.digest.hash) {
            found.is_valid = false;
            self.tampered(Problem::DigestReplaced, &key, "the next digest names other content for this one");
        } else if let (Some(said), Some(own)) = (said_signature, &found.signature)
            && said != own
        {
            found.is_valid = false;
            self.tampered(Problem::DigestReplaced, &key, "the next digest names another signature for this one");
        }
        if found.signature.is_none() && self.has_metadata {
            found.is_valid = false;
            self.tampered(Problem::SignatureMissing, &key, "the signature is missing from the object's metadata");
            return;
        }
        // A plain copy has no metadata; there the next digest carries the signature.
        let Some(signature) = found.signature.as_ref().or(said_signature) else {
            found.is_valid = false;
            let detail = "nothing carries the signature of this newest digest: the copy has no metadata";
            return self.report.find(Grade::Incomplete, Problem::SignatureMissing, key, detail);
        };
        if let Err(fault) = found.digest.check_signature(signature, &self.options.keys) {
            found.is_valid = false;
            let problem = match &fault {
                SignatureFault::KeyUnknown(_) => Problem::KeyUnknown,
                SignatureFault::Wrong => Problem::SignatureWrong,
            };
            let grade = if self.options.keys.is_empty() { Grade::Incomplete } else { Grade::Tampered };
            self.report.find(grade, problem, key, fault.to_string());
        }
    }

    /// Looks for windows without a digest: between digests that belong together, and between chains.
    fn check_windows(&mut self, found: &[Found], interval: Duration, unreadable: &BTreeSet<Timestamp>) {
        let mut before: Option<&Found> = None;
        for found in found {
            let digest = &found.digest;
            if self.in_range(digest) {
                let overlaps = before.is_some_and(|before| before.digest.end > digest.start);
                match before {
                    _ if digest.start >= digest.end => {
                        self.tampered(Problem::WindowsOverlap, &found.key, "the window does not end after it begins");
                    }
                    _ if digest.is_starting() => self.check_gap(found, before, interval),
                    Some(before) if digest.previous_key.as_deref() == Some(&before.key) => {
                        self.check_joint(found, before);
                    }
                    _ if self.goes_on_elsewhere(digest) => {
                        let detail = "the chain goes on in another bucket or under another prefix";
                        self.report.find(Grade::Incomplete, Problem::DigestMissing, &found.key, detail);
                    }
                    Some(_) if overlaps => {
                        self.tampered(Problem::WindowsOverlap, &found.key, "the window overlaps the one before");
                    }
                    before => self.count_missing(found, before, unreadable),
                }
            }
            before = Some(found);
        }
    }

    /// Whether the digest before stands where this run does not look: the trail's bucket or prefix was changed.
    fn goes_on_elsewhere(&self, digest: &Digest) -> bool {
        let prefix = &self.options.prefix;
        let below = if prefix.is_empty() { "AWSLogs/".to_owned() } else { format!("{prefix}/AWSLogs/") };
        let other_bucket = digest.previous_bucket.as_ref().is_some_and(|bucket| *bucket != digest.bucket);
        other_bucket || digest.previous_key.as_ref().is_some_and(|key| !key.starts_with(&below))
    }

    fn check_joint(&mut self, found: &Found, before: &Found) {
        let (start, end) = (found.digest.start, before.digest.end);
        if start != end {
            let detail = format!("the window begins at {start}, that of the digest before ends at {end}");
            self.tampered(Problem::WindowsOverlap, &found.key, detail);
        }
        if found.digest.previous_bucket.as_deref() != Some(before.digest.bucket.as_str()) {
            self.tampered(Problem::DigestMoved, &before.key, "the next digest names another bucket for this one");
        }
    }

    /// A chain begins here: was the one before ended by a final digest?
    fn check_gap(&mut self, found: &Found, before: Option<&Found>, interval: Duration) {
        let Some(before) = before else { return };
        let (from, to) = (before.digest.end, found.digest.start);
        if is_final(&before.digest, interval) {
            let detail = format!("logging or validation was off from {from} to {to}");
            self.report.find(Grade::Note, Problem::Gap, &found.key, detail);
        } else {
            let detail = format!("no digest covers {from} to {to}, and the chain before has no final digest");
            self.report.find(Grade::Incomplete, Problem::Gap, &found.key, detail);
        }
    }

    /// The digest before `found` is not there: every window up to the next one that is there counts.
    fn count_missing(&mut self, found: &Found, before: Option<&Found>, unreadable: &BTreeSet<Timestamp>) {
        let previous = found.digest.previous_key.clone().unwrap_or_default();
        let window = found.digest.end.since(found.digest.start);
        let Some(before) = before else {
            let outside = self.options.start.is_some_and(|start| found.digest.start < start);
            if !outside && !unreadable.contains(&found.digest.start) {
                self.report.digests_total += 1;
                self.tampered(Problem::DigestMissing, &previous, "the digest is missing, and all before it");
            }
            return;
        };
        let mut end = found.digest.start;
        if end == before.digest.end {
            let detail = format!("the digest before it should be {previous}");
            self.tampered(Problem::DigestReplaced, &found.key, detail);
        }
        for _ in 0..MISSING_LISTED_MAX {
            if end <= before.digest.end {
                break;
            }
            let start = end.minus(window).max(before.digest.end);
            if !unreadable.contains(&end) {
                self.report.digests_total += 1;
                self.tampered(Problem::DigestMissing, &previous, format!("the digest of {start} to {end} is missing"));
            }
            end = start;
        }
    }

    /// Says when the newest digest is older than it should be and does not end its chain.
    fn check_head(&mut self, found: &[Found], interval: Duration, is_over: bool) {
        let Some(newest) = found.last().filter(|_| !is_over) else { return };
        let expected = newest.digest.end.plus(interval.saturating_mul(2));
        if let Some(until) = self.options.expect_until.filter(|until| *until > expected) {
            let detail = format!("digests after {} up to {until} are missing", newest.digest.end);
            self.report.find(Grade::Incomplete, Problem::HeadMissing, &newest.key, detail);
        }
    }

    fn walked(&mut self, found: Vec<Found>, is_over: bool) -> Walked {
        let mut walked = Walked { is_over, ..Walked::default() };
        for Found { key, digest, is_valid, .. } in found {
            let is_starting = digest.is_starting();
            walked.windows.push(Window { start: digest.start, end: digest.end, is_starting });
            if !self.in_range(&digest) || !is_valid {
                walked.unproven.extend(digest.log_files.into_iter().map(|log| log.key));
                continue;
            }
            self.report.digests_valid += 1;
            walked.buckets.insert(digest.bucket);
            walked.listed.extend(digest.log_files.into_iter().map(|log| (key.clone(), log)));
        }
        walked
    }

    fn tampered(&mut self, problem: Problem, object: &str, detail: impl Into<String>) {
        self.report.find(Grade::Tampered, problem, object, detail);
    }
}

/// The length that most windows have; the longest of those when several are as common.
fn usual_length(found: &[Found]) -> Duration {
    let mut counts: BTreeMap<Duration, usize> = BTreeMap::new();
    for found in found {
        *counts.entry(found.digest.end.since(found.digest.start)).or_default() += 1;
    }
    let usual = counts.into_iter().max_by_key(|(length, count)| (*count, *length));
    usual.map_or(Duration::ZERO, |(length, _)| length)
}

/// Whether `digest` is the last of its chain, as far as its window shows: it is not as long as others are.
fn is_final(digest: &Digest, interval: Duration) -> bool {
    !digest.is_starting() && digest.end.since(digest.start) != interval
}
