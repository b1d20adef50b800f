//! Object Lock: the configuration of a bucket, the retention and the legal hold of an object.

use cairn_objects::{
    BucketLock, DefaultRetention, LockChange, LockMode, RETENTION_DAYS_MAX, RETENTION_YEARS_MAX, Retention,
    RetentionPeriod,
};
use s3s::dto::{
    self, GetObjectLegalHoldInput, GetObjectLegalHoldOutput, GetObjectLockConfigurationOutput, GetObjectRetentionInput,
    GetObjectRetentionOutput, ObjectLockConfiguration, ObjectLockEnabled, ObjectLockLegalHold,
    ObjectLockLegalHoldStatus, ObjectLockRetention, ObjectLockRetentionMode, ObjectLockRule, PutObjectLegalHoldInput,
    PutObjectLegalHoldOutput, PutObjectLockConfigurationInput, PutObjectLockConfigurationOutput,
    PutObjectRetentionInput, PutObjectRetentionOutput,
};
use s3s::{S3Result, s3_error};

use crate::lock_headers::{bypass, moment};
use crate::object_reads::{refuse_version, timestamp};
use crate::operations::Operations;
use crate::refusal::refuse;

pub(crate) async fn configuration(operations: &Operations, bucket: &str) -> S3Result<GetObjectLockConfigurationOutput> {
    let lock = operations.record(bucket).await?.object_lock;
    let lock = lock.ok_or_else(|| s3_error!(ObjectLockConfigurationNotFoundError))?;
    let rule = lock.default_retention.map(|default| {
        let (days, years) = match default.period {
            RetentionPeriod::Days(days) => (i32::try_from(days).ok(), None),
            RetentionPeriod::Years(years) => (None, i32::try_from(years).ok()),
        };
        let mode = Some(ObjectLockRetentionMode::from_static(default.mode.as_str()));
        ObjectLockRule { default_retention: Some(dto::DefaultRetention { days, mode, years }) }
    });
    let enabled = ObjectLockEnabled::from_static(ObjectLockEnabled::ENABLED);
    let configuration = ObjectLockConfiguration { object_lock_enabled: Some(enabled), rule };
    Ok(GetObjectLockConfigurationOutput { object_lock_configuration: Some(configuration) })
}

pub(crate) async fn set_configuration(
    operations: &Operations,
    input: PutObjectLockConfigurationInput,
) -> S3Result<PutObjectLockConfigurationOutput> {
    let configuration = input.object_lock_configuration.ok_or_else(|| s3_error!(MalformedXML))?;
    let enabled = configuration.object_lock_enabled.as_ref().map(ObjectLockEnabled::as_str);
    if enabled != Some(ObjectLockEnabled::ENABLED) {
        return Err(s3_error!(MalformedXML));
    }
    let default_retention = configuration.rule.map(read_rule).transpose()?;
    operations.buckets.set_object_lock(&input.bucket, BucketLock { default_retention }).await.map_err(refuse)?;
    Ok(PutObjectLockConfigurationOutput::default())
}

fn read_rule(rule: ObjectLockRule) -> S3Result<DefaultRetention> {
    let default = rule.default_retention.ok_or_else(|| s3_error!(MalformedXML))?;
    let mode = default.mode.as_ref().and_then(|mode| LockMode::parse(mode.as_str()));
    let mode = mode.ok_or_else(|| s3_error!(MalformedXML))?;
    let period = match (default.days, default.years) {
        (Some(days), None) => RetentionPeriod::Days(read_period(days, RETENTION_DAYS_MAX)?),
        (None, Some(years)) => RetentionPeriod::Years(read_period(years, RETENTION_YEARS_MAX)?),
        _ => return Err(s3_error!(MalformedXML)),
    };
    Ok(DefaultRetention { mode, period })
}

fn read_period(asked: i32, max: u32) -> S3Result<u32> {
    match u32::try_from(asked) {
        Err(_) | Ok(0) => Err(s3_error!(InvalidArgument, "Default retention period must be a positive integer value.")),
        Ok(span) if span > max => Err(s3_error!(InvalidArgument, "Default retention period is too large.")),
        Ok(span) => Ok(span),
    }
}

pub(crate) async fn retention(
    operations: &Operations,
    input: GetObjectRetentionInput,
) -> S3Result<GetObjectRetentionOutput> {
    let lock = lock_of(operations, &input.bucket, &input.key, input.version_id.as_deref()).await?;
    let retention = lock.retention.ok_or_else(|| s3_error!(NoSuchObjectLockConfiguration))?;
    let retention = ObjectLockRetention {
        mode: Some(ObjectLockRetentionMode::from_static(retention.mode.as_str())),
        retain_until_date: Some(timestamp(retention.until)),
    };
    Ok(GetObjectRetentionOutput { retention: Some(retention) })
}

pub(crate) async fn set_retention(
    operations: &Operations,
    input: PutObjectRetentionInput,
) -> S3Result<PutObjectRetentionOutput> {
    refuse_version(input.version_id.as_deref())?;
    let asked = input.retention.unwrap_or_default();
    let retention = match (asked.mode, asked.retain_until_date) {
        (None, None) => None,
        (Some(mode), Some(until)) => {
            let mode = LockMode::parse(mode.as_str()).ok_or_else(|| s3_error!(MalformedXML))?;
            Some(Retention { mode, until: moment(until) })
        }
        _ => return Err(s3_error!(MalformedXML)),
    };
    let bypass = bypass(operations, &input.bucket, &input.key, input.bypass_governance_retention).await?;
    let bucket = operations.bucket(&input.bucket).await?;
    bucket.set_lock(&input.key, LockChange::Retention { retention, bypass }).await.map_err(refuse)?;
    Ok(PutObjectRetentionOutput::default())
}

pub(crate) async fn legal_hold(
    operations: &Operations,
    input: GetObjectLegalHoldInput,
) -> S3Result<GetObjectLegalHoldOutput> {
    let lock = lock_of(operations, &input.bucket, &input.key, input.version_id.as_deref()).await?;
    let status = if lock.legal_hold { ObjectLockLegalHoldStatus::ON } else { ObjectLockLegalHoldStatus::OFF };
    let legal_hold = ObjectLockLegalHold { status: Some(ObjectLockLegalHoldStatus::from_static(status)) };
    Ok(GetObjectLegalHoldOutput { legal_hold: Some(legal_hold) })
}

pub(crate) async fn set_legal_hold(
    operations: &Operations,
    input: PutObjectLegalHoldInput,
) -> S3Result<PutObjectLegalHoldOutput> {
    refuse_version(input.version_id.as_deref())?;
    let status = input.legal_hold.and_then(|hold| hold.status).ok_or_else(|| s3_error!(MalformedXML))?;
    let holds = match status.as_str() {
        ObjectLockLegalHoldStatus::ON => true,
        ObjectLockLegalHoldStatus::OFF => false,
        _ => return Err(s3_error!(MalformedXML)),
    };
    let bucket = operations.bucket(&input.bucket).await?;
    bucket.set_lock(&input.key, LockChange::LegalHold(holds)).await.map_err(refuse)?;
    Ok(PutObjectLegalHoldOutput::default())
}

/// The lock of an object in a bucket that has Object Lock.
async fn lock_of(
    operations: &Operations,
    bucket: &str,
    key: &str,
    version: Option<&str>,
) -> S3Result<cairn_objects::ObjectLock> {
    refuse_version(version)?;
    if operations.record(bucket).await?.object_lock.is_none() {
        return Err(s3_error!(InvalidRequest, "Bucket is missing Object Lock Configuration"));
    }
    Ok(operations.bucket(bucket).await?.head(key).await.map_err(refuse)?.lock)
}
