//! How often and how much delivery writes.

use std::time::Duration;

use cairn_model::Timestamp;
use cairn_objects::{DefaultRetention, ObjectLock};

/// Settings of delivery. The defaults are AWS's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySettings {
    /// How long events are gathered for one log file.
    pub log_interval: Duration,
    /// The length of a digest's window, in whole seconds.
    pub digest_interval: Duration,
    /// Bytes of a log file before compression at which it is sealed at once.
    pub file_bytes_max: usize,
    /// Events of a log file at which it is sealed at once.
    pub file_events_max: usize,
    /// Bytes read from the journal at a time.
    pub read_bytes_max: usize,
    /// Bytes of events in memory at which the largest files are sealed at once, until half of them are left.
    pub open_bytes_max: usize,
    /// Bytes of events read at which everything is sealed at once, so that the journal need not keep them.
    pub unsaved_bytes_max: usize,
    /// How long after a trail stopped its last events are waited for.
    pub stop_grace: Duration,
    /// How long a signing key signs.
    pub key_validity: Duration,
    /// How long before the end of a signing key its successor exists.
    pub key_overlap: Duration,
    /// How long one request to a bucket may take.
    pub request_timeout: Duration,
    /// How long a deleted trail's files are offered to a bucket that does not take them.
    pub give_up_after: Duration,
    /// The longest wait between two attempts.
    pub retry_wait_max: Duration,
    /// Bytes of sealed files that one trail keeps in one Region for a log group that is away, packed.
    pub log_group_backlog_bytes_max: u64,
    /// Which embedded buckets need a policy that lets CloudTrail deliver.
    pub bucket_policy: BucketPolicyRule,
    /// The lock that every file asks for; without it, what its bucket gives by default.
    pub file_lock: FileLock,
}

/// The lock that files ask for. A bucket without Object Lock refuses a file that asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileLock {
    /// How long and how strictly, from the put.
    pub retention: Option<DefaultRetention>,
    /// Whether they are held until someone lifts that.
    pub legal_hold: bool,
}

impl FileLock {
    /// What a file asks for that is put at `now`.
    pub(crate) fn at(self, now: Timestamp) -> Option<ObjectLock> {
        let Self { retention, legal_hold } = self;
        let retention = retention.map(|retention| retention.from(now));
        (retention.is_some() || legal_hold).then_some(ObjectLock { retention, legal_hold })
    }
}

/// Which embedded buckets need a policy that lets CloudTrail deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BucketPolicyRule {
    /// Those that have a policy are held to it; one without takes the trails of its own account.
    #[default]
    WhenPresent,
    /// All of them, as in AWS.
    Always,
}

impl Default for DeliverySettings {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            log_interval: Duration::from_mins(5),
            digest_interval: Duration::from_hours(1),
            file_bytes_max: 50_000_000,
            file_events_max: 200_000,
            read_bytes_max: 4 << 20,
            open_bytes_max: 64 << 20,
            unsaved_bytes_max: 512 << 20,
            stop_grace: Duration::from_secs(5),
            key_validity: 30 * DAY,
            key_overlap: DAY,
            request_timeout: Duration::from_secs(30),
            give_up_after: 30 * DAY,
            retry_wait_max: Duration::from_mins(1),
            bucket_policy: BucketPolicyRule::default(),
            file_lock: FileLock::default(),
            log_group_backlog_bytes_max: 1 << 30,
        }
    }
}
