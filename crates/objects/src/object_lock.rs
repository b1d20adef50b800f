//! What keeps an object from going: S3's Object Lock. Whether something may go, and which locks may be changed, is decided
//! here alone.

use std::time::Duration;

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ObjectError;

/// The longest default retention in days, as in S3.
pub const RETENTION_DAYS_MAX: u32 = 36_500;
/// The longest default retention in years, as in S3.
pub const RETENTION_YEARS_MAX: u32 = 100;

/// What keeps an object from being deleted or replaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectLock {
    /// Until when.
    pub retention: Option<Retention>,
    /// Whether it is held regardless of any time, until someone lifts that.
    pub legal_hold: bool,
}

/// Until when an object is kept, and how strictly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// How strictly.
    pub mode: LockMode,
    /// The first moment at which the object may go.
    pub until: Timestamp,
}

/// How strictly an object is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LockMode {
    /// Whoever may bypass governance can delete it all the same: S3's `GOVERNANCE`.
    Governance,
    /// Nobody can: S3's `COMPLIANCE`.
    Compliance,
}

/// Which locks whoever deletes may pass by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bypass {
    /// None.
    #[default]
    Nothing,
    /// Retention in governance mode.
    Governance,
}

/// The Object Lock of an embedded bucket. Once it is there, it stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketLock {
    /// What each new object gets for which the put names no retention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_retention: Option<DefaultRetention>,
}

/// How long and how strictly a bucket's new objects are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultRetention {
    /// How strictly.
    pub mode: LockMode,
    /// How long, from the put.
    pub period: RetentionPeriod,
}

/// A span of retention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RetentionPeriod {
    /// Days of 24 hours, from 1 to [`RETENTION_DAYS_MAX`].
    Days(u32),
    /// Years of the calendar, from 1 to [`RETENTION_YEARS_MAX`].
    Years(u32),
}

/// What is to change about an object's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockChange {
    /// Another retention, or with `None` no more retention.
    Retention {
        /// The new one.
        retention: Option<Retention>,
        /// Which locks whoever asks may pass by.
        bypass: Bypass,
    },
    /// Holds the object, or lifts that.
    LegalHold(bool),
}

impl LockMode {
    /// As S3 writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }

    /// Reads what S3 writes.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Governance, Self::Compliance].into_iter().find(|mode| mode.as_str() == text)
    }
}

impl Retention {
    /// Whether it is in force at `now` for someone who may pass by `bypass`.
    fn holds(self, now: Timestamp, bypass: Bypass) -> bool {
        let is_bypassed = bypass == Bypass::Governance && self.mode == LockMode::Governance;
        now < self.until && !is_bypassed
    }
}

impl DefaultRetention {
    /// What an object gets that is put at `now`.
    pub fn from(self, now: Timestamp) -> Retention {
        Retention { mode: self.mode, until: self.period.after(now) }
    }
}

impl RetentionPeriod {
    /// The moment that ends the span from `now`.
    pub fn after(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Days(days) => now.plus(days_long(days)),
            Self::Years(years) => {
                anniversary(now, years).unwrap_or_else(|| now.plus(days_long(years.saturating_mul(366))))
            }
        }
    }
}

fn days_long(days: u32) -> Duration {
    Duration::from_hours(u64::from(days) * 24)
}

/// The same day and time of a later year; where there is none, the day after.
fn anniversary(now: Timestamp, years: u32) -> Option<Timestamp> {
    let text = now.iso_seconds();
    let (year, rest) = text.split_once('-')?;
    let year = year.parse::<u32>().ok()?.checked_add(years)?;
    let same_day = Timestamp::parse(&format!("{year:04}-{rest}"));
    let later =
        same_day.or_else(|_| Timestamp::parse(&format!("{year:04}-{}", rest.replacen("02-29", "03-01", 1)))).ok()?;
    Some(later.plus(now.since(now.whole_seconds())))
}

impl ObjectLock {
    /// Whether the object must stay as it is at `now`.
    pub fn holds(&self, now: Timestamp, bypass: Bypass) -> bool {
        self.legal_hold || self.retention.is_some_and(|retention| retention.holds(now, bypass))
    }

    /// The lock after a change at `now`. A retention in force is not shortened, weakened or taken away, except governance by
    /// someone who may pass it by.
    ///
    /// # Errors
    /// `AccessDenied` when the present lock forbids it, `InvalidArgument` for a retention that would be over already.
    pub fn changed(self, change: LockChange, now: Timestamp) -> Result<Self, ObjectError> {
        let (retention, bypass) = match change {
            LockChange::LegalHold(legal_hold) => return Ok(Self { legal_hold, ..self }),
            LockChange::Retention { retention, bypass } => (retention, bypass),
        };
        if retention.is_some_and(|new| new.until <= now) {
            return Err(refusal("InvalidArgument", "The retain until date must be in the future!"));
        }
        let in_force = self.retention.filter(|present| present.holds(now, bypass));
        let keeps =
            |present: Retention| retention.is_some_and(|new| new.mode == present.mode && new.until >= present.until);
        match in_force {
            Some(present) if !keeps(present) => Err(protected()),
            _ => Ok(Self { retention, ..self }),
        }
    }

    /// The lock of an object that is put at `now` into a bucket with `bucket` as its lock, for which the put asks for
    /// `asked`.
    ///
    /// # Errors
    /// `InvalidRequest` when a lock is asked for and the bucket has none, and those of [`ObjectLock::changed`].
    pub(crate) fn of_new(asked: Option<Self>, bucket: Option<BucketLock>, now: Timestamp) -> Result<Self, ObjectError> {
        let Some(bucket) = bucket else {
            return asked.map_or(Ok(Self::default()), |_| Err(no_bucket_lock()));
        };
        let asked = asked.unwrap_or_default();
        let default = || bucket.default_retention.map(|default| default.from(now));
        Ok(Self { retention: asked.retention.or_else(default), ..asked })
    }
}

/// Something is in the way that holds.
pub(crate) fn protected() -> ObjectError {
    refusal("AccessDenied", "Access Denied because object protected by object lock.")
}

/// The bucket has no Object Lock.
pub(crate) fn no_bucket_lock() -> ObjectError {
    refusal("InvalidRequest", "Bucket is missing Object Lock Configuration")
}

pub(crate) fn refusal(code: &str, reason: &str) -> ObjectError {
    ObjectError::Other { code: code.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn until(mode: LockMode, until: i64) -> Retention {
        Retention { mode, until: Timestamp::from_unix_seconds(until) }
    }

    #[test]
    fn a_default_retention_ends_on_the_same_day_of_a_later_year_or_so_many_days_later() {
        let after = |period, now: &str| RetentionPeriod::after(period, at(now)).iso_seconds();
        assert_eq!(after(RetentionPeriod::Days(30), "2026-01-31T12:00:00Z"), "2026-03-02T12:00:00Z");
        assert_eq!(after(RetentionPeriod::Years(7), "2026-11-22T12:00:00Z"), "2033-11-22T12:00:00Z");
        assert_eq!(after(RetentionPeriod::Years(1), "2028-02-29T12:00:00Z"), "2029-03-01T12:00:00Z");
        let precise = Timestamp::from_unix_ms(1_234);
        assert_eq!(RetentionPeriod::Years(1).after(precise).unix_ms(), 365 * 86_400_000 + 1_234);
    }

    #[test]
    fn a_retention_in_force_is_only_made_longer_unless_it_may_be_passed_by() {
        use LockMode::{Compliance, Governance};
        let now = Timestamp::from_unix_seconds(100);
        for (present, new, allowed, allowed_past) in [
            (None, Some(until(Compliance, 101)), true, true),
            (Some(until(Compliance, 200)), Some(until(Compliance, 200)), true, true),
            (Some(until(Compliance, 200)), Some(until(Compliance, 201)), true, true),
            (Some(until(Compliance, 200)), Some(until(Compliance, 199)), false, false),
            (Some(until(Compliance, 200)), Some(until(Governance, 300)), false, false),
            (Some(until(Compliance, 200)), None, false, false),
            (Some(until(Compliance, 100)), None, true, true),
            (Some(until(Governance, 200)), Some(until(Governance, 201)), true, true),
            (Some(until(Governance, 200)), Some(until(Governance, 199)), false, true),
            (Some(until(Governance, 200)), Some(until(Compliance, 300)), false, true),
            (Some(until(Governance, 200)), None, false, true),
            (Some(until(Governance, 99)), None, true, true),
        ] {
            let lock = ObjectLock { retention: present, legal_hold: true };
            for (bypass, expected) in [(Bypass::Nothing, allowed), (Bypass::Governance, allowed_past)] {
                let changed = lock.changed(LockChange::Retention { retention: new, bypass }, now);
                let expected =
                    if expected { Ok(ObjectLock { retention: new, legal_hold: true }) } else { Err(protected()) };
                assert_eq!(changed, expected, "{present:?} {new:?} {bypass:?}");
            }
        }
        let past = LockChange::Retention { retention: Some(until(Governance, 100)), bypass: Bypass::Nothing };
        assert_eq!(ObjectLock::default().changed(past, now).unwrap_err().code(), "InvalidArgument");
    }

    #[test]
    fn a_new_object_has_what_its_put_asks_for_and_else_the_buckets_default() {
        let now = Timestamp::from_unix_seconds(0);
        let default = DefaultRetention { mode: LockMode::Compliance, period: RetentionPeriod::Days(1) };
        let bucket = Some(BucketLock { default_retention: Some(default) });
        let of_default = Some(until(LockMode::Compliance, 86_400));
        let held = ObjectLock { retention: None, legal_hold: true };
        let own = ObjectLock { retention: Some(until(LockMode::Governance, 5)), legal_hold: false };
        for (asked, bucket, expected) in [
            (None, None, Ok(ObjectLock::default())),
            (Some(held), None, Err(no_bucket_lock())),
            (None, Some(BucketLock::default()), Ok(ObjectLock::default())),
            (None, bucket, Ok(ObjectLock { retention: of_default, legal_hold: false })),
            (Some(held), bucket, Ok(ObjectLock { retention: of_default, legal_hold: true })),
            (Some(own), bucket, Ok(own)),
        ] {
            assert_eq!(ObjectLock::of_new(asked, bucket, now), expected, "{asked:?}");
        }
    }
}
