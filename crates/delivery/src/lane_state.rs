//! What delivery remembers of one trail in one Region, and how that changes. No I/O: each change is a new document.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use cairn_model::{AccountId, Region, Sequence, Timestamp, partition};
use cairn_objects::ObjectError;
use serde::{Deserialize, Serialize};

use crate::bucket_access::Source;
use crate::digest::{ConfirmedLog, PreviousDigest};
use crate::file_kind::FileKind;
use crate::log_stream::LogStream;
use crate::notifications::{Notice, Notifications};
use crate::schedule::{SECOND, Schedule, ScheduleId, Start, Window};
use crate::{Attempts, object_names};

/// The state document of a lane: a trail in a Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LaneState {
    pub(crate) trail: TrailFacts,
    pub(crate) region: Region,
    /// Every event below it that belongs into [`FileKind::Events`] is sealed, or not for this lane.
    pub(crate) sealed_until: Sequence,
    /// The same for other kinds of files, none of which is sealed before it is listed. Absent in documents from before
    /// there were other kinds, when everything stood in one.
    #[serde(default)]
    pub(crate) sealed_others: Option<BTreeMap<FileKind, Sequence>>,
    /// Windows that begin before have summaries that are sealed, as far as events came in time.
    #[serde(default)]
    pub(crate) told_until: Option<Timestamp>,
    /// The number of the next file in the outbox.
    pub(crate) next_number: u64,
    /// The lane's own time: the wall clock, except that it never goes back.
    pub(crate) time: Timestamp,
    /// Sealed log files that are not confirmed yet, oldest first.
    pub(crate) logs: VecDeque<SealedLog>,
    /// Confirmed log files that no digest lists yet.
    pub(crate) confirmed: Vec<ConfirmedLog>,
    /// When the trail was found to have events in a Region other than its home.
    pub(crate) joined_at: Option<Timestamp>,
    /// The chain of digests that is being written.
    pub(crate) chain: Option<Chain>,
    /// The last schedule that is over; those before it are too.
    pub(crate) done: Option<ScheduleId>,
    /// The end of the newest digest of any chain.
    pub(crate) last_end: Option<Timestamp>,
    /// Signed digests that are not confirmed yet, oldest first.
    pub(crate) digests: VecDeque<FrozenDigest>,
    pub(crate) log_attempts: Attempts,
    pub(crate) digest_attempts: Attempts,
    /// What the trail's topic is still to be told.
    #[serde(default)]
    pub(crate) notifications: Notifications,
    /// What the trail's log group does not have yet.
    #[serde(default)]
    pub(crate) stream: LogStream,
}

/// What names are made of. Kept here so that sealed files do not need the trail any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TrailFacts {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The account whose events these are.
    pub(crate) account: AccountId,
    /// The account that owns the trail, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<AccountId>,
    pub(crate) home_region: Region,
}

impl TrailFacts {
    /// What bucket policies know the trail by.
    pub(crate) fn source(&self) -> Source {
        let Self { name, home_region, .. } = self;
        let account = self.owner.unwrap_or(self.account);
        let arn = format!("arn:{}:cloudtrail:{home_region}:{account}:trail/{name}", partition(home_region));
        Source { arn, account }
    }
}

/// A log file whose key and bytes are final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SealedLog {
    #[serde(default, skip_serializing_if = "FileKind::is_events")]
    pub(crate) kind: FileKind,
    pub(crate) number: u64,
    /// How many keys before this one turned out to be taken by something else.
    pub(crate) attempt: u32,
    pub(crate) bucket: String,
    pub(crate) prefix: Option<String>,
    /// The organization's id, of a file of an organization trail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) organization: Option<String>,
    pub(crate) key: String,
    pub(crate) first: Sequence,
    pub(crate) last: Sequence,
    pub(crate) content_hash: String,
    pub(crate) stored_hash: String,
    pub(crate) oldest: Timestamp,
    pub(crate) newest: Timestamp,
    /// When the first event in it was accepted.
    pub(crate) received_at: Timestamp,
    pub(crate) sealed_at: Timestamp,
}

/// A digest whose bytes and signature are final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FrozenDigest {
    pub(crate) number: u64,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) end: Timestamp,
    pub(crate) stored_hash: String,
    pub(crate) signature: String,
    /// Something else has its key. It is tried now and then, in case that is removed.
    pub(crate) contested: bool,
}

/// A chain of digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chain {
    pub(crate) schedule: ScheduleId,
    /// The end of its newest digest.
    pub(crate) end: Timestamp,
    /// Its newest digest.
    pub(crate) previous: PreviousDigest,
}

/// Which digest is to be written next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// None before this moment; none at all without one.
    Later(Option<Timestamp>),
    /// The first one of a chain.
    Starting(Window, ScheduleId),
    /// The next one of the chain.
    Next(Window),
    /// The last one of the chain.
    Final(Window),
}

/// What a lane has to know to say which digest is due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment<'a> {
    /// The schedules of its trail in its Region.
    pub(crate) schedules: &'a [Schedule],
    /// The length of a window.
    pub(crate) interval: Duration,
    /// The wall clock.
    pub(crate) now: Timestamp,
    /// Whether every event of a trail that stopped is sealed.
    pub(crate) settled: bool,
    /// The end of the newest digest of an earlier trail whose digests have the same names.
    pub(crate) taken_until: Option<Timestamp>,
    /// Whether a last digest is written even if log files are still to be delivered.
    pub(crate) hurried: bool,
}

impl LaneState {
    pub(crate) fn new(
        trail: TrailFacts,
        region: Region,
        done: Option<ScheduleId>,
        joined_at: Option<Timestamp>,
    ) -> Self {
        Self {
            trail,
            region,
            sealed_until: Sequence::default(),
            sealed_others: Some(BTreeMap::new()),
            told_until: None,
            next_number: 0,
            time: Timestamp::default(),
            logs: VecDeque::new(),
            confirmed: Vec::new(),
            joined_at,
            chain: None,
            done,
            last_end: None,
            digests: VecDeque::new(),
            log_attempts: Attempts::default(),
            digest_attempts: Attempts::default(),
            notifications: Notifications::default(),
            stream: LogStream::default(),
        }
    }

    /// Where the bytes of the file with this number are kept until its bucket has them.
    pub(crate) fn outbox(&self, number: u64) -> String {
        object_names::outbox(&self.trail.id, &self.region, number)
    }

    /// Every object of the outbox that is still needed.
    pub(crate) fn outbox_names(&self) -> Vec<String> {
        let logs = self.logs.iter().map(|log| log.number);
        let digests = self.digests.iter().map(|digest| digest.number);
        let pieces = self.stream.pieces.iter().map(|piece| piece.number);
        logs.chain(digests).chain(pieces).map(|number| self.outbox(number)).collect()
    }

    /// Whether the bytes of the file with this number are still needed.
    pub(crate) fn needs(&self, number: u64) -> bool {
        let undelivered = self.logs.iter().any(|log| log.number == number);
        undelivered || self.digests.iter().any(|digest| digest.number == number) || self.stream.needs(number)
    }

    /// The topic is to be told of these files, which their bucket has. To be called before they are confirmed.
    /// Returns how many older ones it will not be told of any more.
    pub(crate) fn announce(&mut self, numbers: &[u64]) -> u64 {
        let logs = self.logs.iter().map(|log| (log.number, &log.bucket, &log.key));
        let digests = self.digests.iter().map(|digest| (digest.number, &digest.bucket, &digest.key));
        let told = logs.chain(digests).filter(|(number, ..)| numbers.contains(number));
        let notices: Vec<Notice> =
            told.map(|(number, bucket, key)| Notice { number, bucket: bucket.clone(), key: key.clone() }).collect();
        notices.into_iter().map(|notice| u64::from(self.notifications.announce(notice))).sum()
    }

    /// Whether a topic or a log group is still to receive something.
    pub(crate) fn has_news(&self) -> bool {
        !self.notifications.waiting.is_empty() || !self.stream.pieces.is_empty()
    }

    /// Takes the wall clock's time, unless it went back, and returns the lane's.
    pub(crate) fn tick(&mut self, now: Timestamp) -> Timestamp {
        self.time = self.time.max(now);
        self.time
    }

    /// A log file is sealed: from now on it is delivered, whatever happens.
    pub(crate) fn seal(&mut self, log: SealedLog) {
        self.next_number = self.next_number.max(log.number + 1);
        let until = self.sealed_until(log.kind).max(log.last.plus(1));
        // What a document from before there were kinds says of all events stays true of each kind.
        let before = self.sealed_until;
        let others = self.sealed_others.get_or_insert_with(|| FileKind::OTHERS.map(|kind| (kind, before)).into());
        if log.kind == FileKind::Events {
            self.sealed_until = until;
        } else {
            others.insert(log.kind, until);
        }
        self.logs.push_back(log);
    }

    /// Every event below it that belongs into files of this kind is sealed, or not for this lane.
    pub(crate) fn sealed_until(&self, kind: FileKind) -> Sequence {
        match &self.sealed_others {
            Some(others) if kind != FileKind::Events => others.get(&kind).copied().unwrap_or_default(),
            Some(_) | None => self.sealed_until,
        }
    }

    /// The bucket has the log file with this number.
    pub(crate) fn confirm_log(&mut self, number: u64, now: Timestamp) {
        let confirmed_at = self.tick(now);
        self.log_attempts.succeed(confirmed_at);
        let Some(at) = self.logs.iter().position(|log| log.number == number) else { return };
        let Some(log) = self.logs.remove(at) else { return };
        let SealedLog { bucket, key, content_hash, oldest, newest, .. } = log;
        self.confirmed.push(ConfirmedLog { bucket, key, content_hash, oldest, newest, confirmed_at });
    }

    /// The key of the log file with this number is taken by something else: it gets another.
    pub(crate) fn rename_log(&mut self, number: u64, key: String) {
        if let Some(log) = self.logs.iter_mut().find(|log| log.number == number) {
            log.key = key;
            log.attempt += 1;
        }
    }

    /// The bucket has the digest with this number.
    pub(crate) fn confirm_digest(&mut self, number: u64, now: Timestamp) {
        let now = self.tick(now);
        self.digest_attempts.succeed(now);
        self.digests.retain(|digest| digest.number != number);
        if self.digests.iter().any(|digest| digest.contested) {
            self.digest_attempts.fail(now, &ObjectError::AlreadyExists);
        }
    }

    /// The key of the digest with this number is taken by something else.
    pub(crate) fn contest_digest(&mut self, number: u64) {
        self.digests.iter_mut().filter(|digest| digest.number == number).for_each(|digest| digest.contested = true);
    }

    /// Without a chain, forgets confirmed log files that no starting digest could list any more.
    pub(crate) fn forget_old_logs(&mut self, interval: Duration) {
        let oldest = self.time.minus(interval);
        if self.chain.is_none() {
            self.confirmed.retain(|log| log.confirmed_at >= oldest);
        }
    }

    /// Which digest is due.
    pub(crate) fn due(&self, moment: Moment<'_>) -> Due {
        match &self.chain {
            None => self.due_start(moment),
            Some(chain) => self.due_in_chain(chain, moment),
        }
    }

    fn due_start(&self, moment: Moment<'_>) -> Due {
        let open = |schedule: &&Schedule| self.done.is_none_or(|done| schedule.id > done);
        let Some(schedule) = moment.schedules.iter().find(open) else { return Due::Later(None) };
        let joined_at = self.joined_at.filter(|_| self.last_end.is_none());
        let last_end = self.last_end.max(moment.taken_until);
        let start = Start { last_end, joined_at, interval: moment.interval };
        Due::Starting(schedule.starting_window(start), schedule.id)
    }

    fn due_in_chain(&self, chain: &Chain, moment: Moment<'_>) -> Due {
        let start = chain.end;
        let next = Window { start, end: start.plus(moment.interval) };
        let last = |end: Timestamp| Due::Final(Window { start, end: end.whole_seconds().max(start.plus(SECOND)) });
        let now = self.time.max(moment.now);
        let Some(schedule) = moment.schedules.iter().find(|schedule| schedule.id == chain.schedule) else {
            // Validation was switched off, or the Region is not covered any more.
            return last(now);
        };
        match schedule.stop {
            Some(stop) if next.end > stop => {
                let replaced = moment.schedules.iter().any(|other| other.id > chain.schedule);
                let drained = moment.settled && self.logs.is_empty();
                if replaced || drained || moment.hurried { last(stop) } else { Due::Later(None) }
            }
            None if now <= next.end => Due::Later(Some(next.end)),
            Some(_) | None => Due::Next(next),
        }
    }

    /// The confirmed log files that the digest `due` lists, and those that stay for later ones.
    pub(crate) fn split_confirmed(&self, due: Due) -> (Vec<ConfirmedLog>, Vec<ConfirmedLog>) {
        let all = self.confirmed.iter().cloned();
        match due {
            Due::Later(_) => (Vec::new(), all.collect()),
            Due::Final(_) => (all.collect(), Vec::new()),
            Due::Next(window) => all.partition(|log| log.confirmed_at <= window.end),
            // What was confirmed before the first window has no digest; but a chain that follows the one before without a
            // gap takes over what that one did not list, since its end may lie ahead of a clock that was set back.
            Due::Starting(window, _) => {
                let follows = self.last_end == Some(window.start);
                let counts = |log: &ConfirmedLog| follows || log.confirmed_at > window.start;
                all.filter(counts).partition(|log| log.confirmed_at <= window.end)
            }
        }
    }

    /// The digest `due` is signed and will be delivered as it is; it becomes the chain's newest.
    pub(crate) fn freeze(&mut self, due: Due, digest: FrozenDigest, content_hash: String) {
        let (_, later) = self.split_confirmed(due);
        let previous = PreviousDigest {
            bucket: digest.bucket.clone(),
            key: digest.key.clone(),
            content_hash,
            signature: digest.signature.clone(),
        };
        let end = digest.end;
        match (due, self.chain.take()) {
            (Due::Starting(_, schedule), _) => self.chain = Some(Chain { schedule, end, previous }),
            (Due::Next(_), Some(chain)) => self.chain = Some(Chain { end, previous, ..chain }),
            (Due::Final(_), Some(chain)) => self.done = self.done.max(Some(chain.schedule)),
            (Due::Later(_) | Due::Next(_) | Due::Final(_), chain) => self.chain = chain,
        }
        self.confirmed = later;
        self.last_end = Some(end);
        self.next_number = self.next_number.max(digest.number + 1);
        self.digests.push_back(digest);
    }

    /// Whether no digest is to be written any more, given the schedules of its trail.
    pub(crate) fn has_all_digests(&self, schedules: &[Schedule]) -> bool {
        self.chain.is_none() && schedules.iter().all(|schedule| self.done.is_some_and(|done| schedule.id <= done))
    }

    /// Whether nothing of it is left to be done, given the schedules of its trail.
    pub(crate) fn is_finished(&self, schedules: &[Schedule]) -> bool {
        let delivered = self.logs.is_empty() && self.digests.iter().all(|digest| digest.contested);
        delivered && self.has_all_digests(schedules)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_from_before_there_were_kinds_says_the_same_of_each() {
        let facts = TrailFacts {
            id: "id".to_owned(),
            name: "main".to_owned(),
            account: AccountId::DEFAULT,
            owner: None,
            home_region: Region::us_east_1(),
        };
        let mut fresh = LaneState::new(facts, Region::us_east_1(), None, None);
        fresh.sealed_until = Sequence(7);
        assert_eq!(fresh.sealed_until(FileKind::NetworkActivity), Sequence(0));
        let mut document = serde_json::to_value(&fresh).unwrap();
        document.as_object_mut().unwrap().remove("sealed_others");
        let mut read: LaneState = serde_json::from_value(document).unwrap();
        assert_eq!(read.sealed_until(FileKind::NetworkActivity), Sequence(7));
        let log = r#"{"number":0,"attempt":0,"bucket":"b","prefix":null,"key":"k","first":8,"last":9,
            "content_hash":"","stored_hash":"","oldest":0,"newest":0,"received_at":0,"sealed_at":0}"#;
        let log: SealedLog = serde_json::from_str(log).unwrap();
        assert_eq!(log.kind, FileKind::Events);
        read.seal(log);
        let sealed = [FileKind::Events, FileKind::NetworkActivity].map(|kind| read.sealed_until(kind));
        assert_eq!(sealed, [Sequence(10), Sequence(7)]);
    }
}
