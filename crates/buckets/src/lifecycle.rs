//! Lifecycle configurations: read strictly, kept, and told as they were put.

use std::collections::{BTreeMap, BTreeSet};

use cairn_environment::Random;
use cairn_objects::{Expiration, FilterForm, LifecycleFilter, LifecycleRule, NoncurrentExpiration};
use s3s::dto::{
    self, AbortIncompleteMultipartUpload, ExpirationStatus, GetBucketLifecycleConfigurationOutput, LifecycleExpiration,
    LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionExpiration, PutBucketLifecycleConfigurationInput,
    PutBucketLifecycleConfigurationOutput, Tag,
};
use s3s::{S3Result, s3_error};

use crate::lock_headers::moment;
use crate::object_reads::timestamp;
use crate::operations::Operations;
use crate::refusal::refuse;

const RULES_MAX: usize = 1000;
const ID_LETTERS_MAX: usize = 255;
const PREFIX_BYTES_MAX: usize = 1024;
const NEWER_VERSIONS_MAX: u32 = 100;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(crate) async fn configuration(
    operations: &Operations,
    bucket: &str,
) -> S3Result<GetBucketLifecycleConfigurationOutput> {
    let rules = operations.record(bucket).await?.lifecycle;
    if rules.is_empty() {
        return Err(s3_error!(NoSuchLifecycleConfiguration));
    }
    let rules = rules.into_iter().map(told).collect();
    Ok(GetBucketLifecycleConfigurationOutput { rules: Some(rules), ..Default::default() })
}

pub(crate) async fn set_configuration(
    operations: &Operations,
    input: PutBucketLifecycleConfigurationInput,
) -> S3Result<PutBucketLifecycleConfigurationOutput> {
    let asked = input.lifecycle_configuration.ok_or_else(|| s3_error!(MalformedXML))?;
    let rules = read_rules(asked.rules, &operations.environment.random)?;
    operations.buckets.set_lifecycle(&input.bucket, rules).await.map_err(refuse)?;
    Ok(PutBucketLifecycleConfigurationOutput::default())
}

pub(crate) async fn delete_configuration(operations: &Operations, bucket: &str) -> S3Result<()> {
    operations.buckets.set_lifecycle(bucket, Vec::new()).await.map_err(refuse)
}

pub(crate) fn read_rules(asked: Vec<dto::LifecycleRule>, random: &Random) -> S3Result<Vec<LifecycleRule>> {
    if !(1..=RULES_MAX).contains(&asked.len()) {
        return Err(s3_error!(MalformedXML));
    }
    let rules = asked.into_iter().map(|rule| read_rule(rule, random)).collect::<S3Result<Vec<_>>>()?;
    let ids: BTreeSet<&str> = rules.iter().map(|rule| &*rule.id).collect();
    if ids.len() < rules.len() {
        return Err(s3_error!(InvalidArgument, "Rule ID must be unique. Found same ID for more than one rule"));
    }
    Ok(rules)
}

fn read_rule(asked: dto::LifecycleRule, random: &Random) -> S3Result<LifecycleRule> {
    let has = |list: Option<usize>| list.is_some_and(|length| length > 0);
    if has(asked.transitions.as_ref().map(Vec::len)) || has(asked.noncurrent_version_transitions.as_ref().map(Vec::len))
    {
        let message = "Objects have one storage class here: a rule can let them expire, and not transition";
        return Err(s3_error!(NotImplemented, "{message}"));
    }
    let id = asked.id.filter(|id| !id.is_empty()).unwrap_or_else(|| random.uuid());
    if id.chars().count() > ID_LETTERS_MAX {
        return Err(s3_error!(InvalidArgument, "ID length should not exceed allowed limit of 255"));
    }
    let enabled = match asked.status.as_str() {
        ExpirationStatus::ENABLED => true,
        ExpirationStatus::DISABLED => false,
        _ => return Err(s3_error!(MalformedXML)),
    };
    let filter = match (asked.prefix, asked.filter) {
        (Some(prefix), None) => {
            LifecycleFilter { form: FilterForm::Prefix, prefix: Some(prefix), ..Default::default() }
        }
        (None, Some(filter)) => read_filter(filter)?,
        (Some(_), Some(_)) | (None, None) => return Err(s3_error!(MalformedXML)),
    };
    if filter.prefix.as_ref().is_some_and(|prefix| prefix.len() > PREFIX_BYTES_MAX) {
        return Err(s3_error!(InvalidRequest, "The maximum size of a prefix is 1024."));
    }
    let rule = LifecycleRule {
        id,
        enabled,
        filter,
        expiration: asked.expiration.map(read_expiration).transpose()?,
        noncurrent: asked.noncurrent_version_expiration.as_ref().map(read_noncurrent).transpose()?,
        abort_multipart_days: asked.abort_incomplete_multipart_upload.as_ref().map(read_abort).transpose()?,
    };
    check_actions(&rule)?;
    Ok(rule)
}

/// What a rule does must be something, and go together with its filter.
fn check_actions(rule: &LifecycleRule) -> S3Result<()> {
    let LifecycleRule { filter, expiration, noncurrent, abort_multipart_days, .. } = rule;
    if expiration.is_none() && noncurrent.is_none() && abort_multipart_days.is_none() {
        return Err(s3_error!(InvalidRequest, "At least one action needs to be specified in a rule"));
    }
    let has_sizes = filter.size_above.is_some() || filter.size_below.is_some();
    let is_narrow = !filter.tags.is_empty() || has_sizes;
    if abort_multipart_days.is_some() && is_narrow {
        let message = "AbortIncompleteMultipartUpload cannot be specified with Tags or object sizes";
        return Err(s3_error!(InvalidRequest, "{message}"));
    }
    if matches!(expiration, Some(Expiration::DeleteMarkers(_))) && is_narrow {
        let message = "ExpiredObjectDeleteMarker cannot be specified with Tags or object sizes";
        return Err(s3_error!(InvalidRequest, "{message}"));
    }
    Ok(())
}

fn read_filter(asked: LifecycleRuleFilter) -> S3Result<LifecycleFilter> {
    let LifecycleRuleFilter { and, object_size_greater_than, object_size_less_than, prefix, tag } = asked;
    let alone = [object_size_greater_than.is_some(), object_size_less_than.is_some(), prefix.is_some(), tag.is_some()];
    let alone = alone.into_iter().filter(|is_there| *is_there).count();
    let (form, all) = match and {
        None if alone <= 1 => {
            let tags = tag.map(|tag| vec![tag]);
            let all = LifecycleRuleAndOperator { object_size_greater_than, object_size_less_than, prefix, tags };
            (FilterForm::Single, all)
        }
        Some(and) if alone == 0 => (FilterForm::And, and),
        None | Some(_) => return Err(s3_error!(MalformedXML)),
    };
    let tags = read_tags(all.tags.unwrap_or_default())?;
    let filter = LifecycleFilter {
        form,
        prefix: all.prefix,
        tags,
        size_above: all.object_size_greater_than.map(read_size).transpose()?,
        size_below: all.object_size_less_than.map(read_size).transpose()?,
    };
    let conditions = [filter.prefix.is_some(), filter.size_above.is_some(), filter.size_below.is_some()];
    let conditions = conditions.into_iter().filter(|is_there| *is_there).count() + filter.tags.len();
    if form == FilterForm::And && conditions < 2 {
        return Err(s3_error!(MalformedXML));
    }
    if filter.size_above.zip(filter.size_below).is_some_and(|(above, below)| above >= below) {
        let message = "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'";
        return Err(s3_error!(InvalidRequest, "{message}"));
    }
    Ok(filter)
}

fn read_tags(asked: Vec<Tag>) -> S3Result<BTreeMap<String, String>> {
    let mut tags = BTreeMap::new();
    for tag in asked {
        let (key, value) = tag.key.zip(tag.value).ok_or_else(|| s3_error!(MalformedXML))?;
        if tags.insert(key, value).is_some() {
            return Err(s3_error!(InvalidRequest, "Duplicate Tag Keys are not allowed."));
        }
    }
    Ok(tags)
}

fn read_size(asked: i64) -> S3Result<u64> {
    u64::try_from(asked).map_err(|_| s3_error!(InvalidRequest, "Object sizes must not be negative"))
}

fn read_expiration(asked: LifecycleExpiration) -> S3Result<Expiration> {
    match (asked.days, asked.date, asked.expired_object_delete_marker) {
        (Some(days), None, None) => Ok(Expiration::Days(positive(days, "'Days' for Expiration action")?)),
        (None, Some(date), None) => {
            let date = moment(date);
            if date.unix_ms().rem_euclid(DAY_MS) != 0 {
                return Err(s3_error!(InvalidArgument, "'Date' must be at midnight GMT"));
            }
            Ok(Expiration::Date(date))
        }
        (None, None, Some(is_set)) => Ok(Expiration::DeleteMarkers(is_set)),
        _ => Err(s3_error!(MalformedXML)),
    }
}

fn read_noncurrent(asked: &NoncurrentVersionExpiration) -> S3Result<NoncurrentExpiration> {
    let days = asked.noncurrent_days.ok_or_else(|| s3_error!(MalformedXML))?;
    let days = positive(days, "'NoncurrentDays' for NoncurrentVersionExpiration action")?;
    let newer_versions = asked.newer_noncurrent_versions.map(|count| positive(count, "'NewerNoncurrentVersions'"));
    let newer_versions = newer_versions.transpose()?;
    if newer_versions.is_some_and(|count| count > NEWER_VERSIONS_MAX) {
        return Err(s3_error!(InvalidArgument, "'NewerNoncurrentVersions' must be at most 100"));
    }
    Ok(NoncurrentExpiration { days, newer_versions })
}

fn read_abort(asked: &AbortIncompleteMultipartUpload) -> S3Result<u32> {
    let days = asked.days_after_initiation.ok_or_else(|| s3_error!(MalformedXML))?;
    positive(days, "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action")
}

fn positive(asked: i32, what: &str) -> S3Result<u32> {
    let read = u32::try_from(asked).ok().filter(|number| *number > 0);
    read.ok_or_else(|| s3_error!(InvalidArgument, "{what} must be a positive integer"))
}

fn told(rule: LifecycleRule) -> dto::LifecycleRule {
    let status = if rule.enabled { ExpirationStatus::ENABLED } else { ExpirationStatus::DISABLED };
    let (prefix, filter) = match rule.filter.form {
        FilterForm::Prefix => (rule.filter.prefix, None),
        FilterForm::Single | FilterForm::And => (None, Some(told_filter(rule.filter))),
    };
    let number = |number: u32| i32::try_from(number).ok();
    dto::LifecycleRule {
        abort_incomplete_multipart_upload: rule
            .abort_multipart_days
            .map(|days| AbortIncompleteMultipartUpload { days_after_initiation: number(days) }),
        expiration: rule.expiration.map(|expiration| match expiration {
            Expiration::Days(days) => LifecycleExpiration { days: number(days), ..Default::default() },
            Expiration::Date(date) => LifecycleExpiration { date: Some(timestamp(date)), ..Default::default() },
            Expiration::DeleteMarkers(is_set) => {
                LifecycleExpiration { expired_object_delete_marker: Some(is_set), ..Default::default() }
            }
        }),
        filter,
        id: Some(rule.id),
        noncurrent_version_expiration: rule.noncurrent.map(|noncurrent| NoncurrentVersionExpiration {
            newer_noncurrent_versions: noncurrent.newer_versions.and_then(number),
            noncurrent_days: number(noncurrent.days),
        }),
        noncurrent_version_transitions: None,
        prefix,
        status: ExpirationStatus::from_static(status),
        transitions: None,
    }
}

fn told_filter(filter: LifecycleFilter) -> LifecycleRuleFilter {
    let size = |size: u64| i64::try_from(size).ok();
    let tags = filter.tags.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) });
    let all = LifecycleRuleAndOperator {
        object_size_greater_than: filter.size_above.and_then(size),
        object_size_less_than: filter.size_below.and_then(size),
        prefix: filter.prefix,
        tags: Some(tags.collect::<Vec<_>>()).filter(|tags| !tags.is_empty()),
    };
    if filter.form == FilterForm::And {
        return LifecycleRuleFilter { and: Some(all), ..Default::default() };
    }
    LifecycleRuleFilter {
        and: None,
        object_size_greater_than: all.object_size_greater_than,
        object_size_less_than: all.object_size_less_than,
        prefix: all.prefix,
        tag: all.tags.and_then(|tags| tags.into_iter().next()),
    }
}
