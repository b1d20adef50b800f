//! The headers of Object Lock: what a put asks for, what may be passed by, and what an answer tells.

use cairn_objects::{Bypass, LockMode, ObjectLock, ObjectMeta, Retention};
use s3s::dto::{ObjectLockLegalHoldStatus, ObjectLockMode, ObjectLockRetainUntilDate};
use s3s::{S3Result, s3_error};

use crate::object_reads::timestamp;
use crate::operations::Operations;

/// The headers of a request that ask for a lock.
#[derive(Debug)]
pub(crate) struct LockHeaders {
    pub(crate) mode: Option<ObjectLockMode>,
    pub(crate) retain_until: Option<ObjectLockRetainUntilDate>,
    pub(crate) legal_hold: Option<ObjectLockLegalHoldStatus>,
}

/// A lock as headers tell it.
#[derive(Debug, Default)]
pub(crate) struct ToldLock {
    pub(crate) mode: Option<ObjectLockMode>,
    pub(crate) retain_until: Option<ObjectLockRetainUntilDate>,
    pub(crate) legal_hold: Option<ObjectLockLegalHoldStatus>,
}

impl LockHeaders {
    /// Whether any of them is there.
    pub(crate) fn are_there(&self) -> bool {
        self.mode.is_some() || self.retain_until.is_some() || self.legal_hold.is_some()
    }

    /// The lock that an object of this key is to get; none when they do not say.
    pub(crate) async fn lock(self, operations: &Operations, bucket: &str, key: &str) -> S3Result<Option<ObjectLock>> {
        if !self.are_there() {
            return Ok(None);
        }
        let record = operations.record(bucket).await?;
        let asked = self.read(operations)?;
        for (action, is_asked_for) in
            [("s3:PutObjectRetention", asked.retention.is_some()), ("s3:PutObjectLegalHold", asked.legal_hold)]
        {
            if is_asked_for {
                operations.asking.check(&record.rules(), action, Some(key))?;
            }
        }
        Ok(Some(asked))
    }

    fn read(self, operations: &Operations) -> S3Result<ObjectLock> {
        let retention = match (self.mode, self.retain_until) {
            (None, None) => None,
            (Some(mode), Some(until)) => {
                let mode = LockMode::parse(mode.as_str())
                    .ok_or_else(|| s3_error!(InvalidArgument, "Unknown wormMode directive."))?;
                Some(Retention { mode, until: moment(until) })
            }
            _ => {
                let message = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
                return Err(s3_error!(InvalidArgument, "{message}"));
            }
        };
        if retention.is_some_and(|retention| retention.until <= operations.environment.clock.now()) {
            return Err(s3_error!(InvalidArgument, "The retain until date must be in the future!"));
        }
        let legal_hold = match self.legal_hold.as_ref().map(ObjectLockLegalHoldStatus::as_str) {
            None | Some(ObjectLockLegalHoldStatus::OFF) => false,
            Some(ObjectLockLegalHoldStatus::ON) => true,
            Some(_) => return Err(s3_error!(InvalidArgument, "Legal Hold must be either of 'ON' or 'OFF'")),
        };
        Ok(ObjectLock { retention, legal_hold })
    }
}

/// What a request may pass by: governance, when it says so and the caller is allowed to.
///
/// # Errors
/// `AccessDenied` for a caller who is not.
pub(crate) async fn bypass(
    operations: &Operations,
    bucket: &str,
    key: &str,
    asked_for: Option<bool>,
) -> S3Result<Bypass> {
    if asked_for != Some(true) {
        return Ok(Bypass::Nothing);
    }
    let record = operations.record(bucket).await?;
    operations.asking.check(&record.rules(), "s3:BypassGovernanceRetention", Some(key))?;
    Ok(Bypass::Governance)
}

/// What an answer tells of an object's lock, to those who may know it.
pub(crate) async fn told(operations: &Operations, bucket: &str, meta: &ObjectMeta) -> S3Result<ToldLock> {
    let ObjectLock { retention, legal_hold } = meta.lock;
    if retention.is_none() && !legal_hold {
        return Ok(ToldLock::default());
    }
    let record = operations.record(bucket).await?;
    let rules = record.rules();
    let may_know = |action: &str| operations.asking.check(&rules, action, Some(&meta.key)).is_ok();
    let retention = retention.filter(|_| may_know("s3:GetObjectRetention"));
    let on = || ObjectLockLegalHoldStatus::from_static(ObjectLockLegalHoldStatus::ON);
    Ok(ToldLock {
        mode: retention.map(|retention| ObjectLockMode::from_static(retention.mode.as_str())),
        retain_until: retention.map(|retention| timestamp(retention.until)),
        legal_hold: (legal_hold && may_know("s3:GetObjectLegalHold")).then(on),
    })
}

/// A moment as the protocol layer has it, as we have it.
pub(crate) fn moment(told: s3s::dto::Timestamp) -> cairn_model::Timestamp {
    let ms = time::OffsetDateTime::from(told).unix_timestamp_nanos().div_euclid(1_000_000);
    cairn_model::Timestamp::from_unix_ms(i64::try_from(ms).unwrap_or(i64::MAX))
}
