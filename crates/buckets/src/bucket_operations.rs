//! Operations on buckets: create, delete, list, and what is kept about each.

use cairn_model::{AccountId, Region};
use cairn_objects::{
    BUCKET_POLICY_BYTES_MAX, BucketRecord, CreateBucketError, RemoveBucketError, Versioning, read_bucket_policy,
};
use s3s::dto::{
    Bucket, BucketLocationConstraint, BucketVersioningStatus, CreateBucketInput, CreateBucketOutput,
    GetBucketAclOutput, GetBucketLocationOutput, GetBucketPolicyOutput, GetBucketVersioningOutput, Grant, Grantee,
    HeadBucketOutput, ListBucketsInput, ListBucketsOutput, Owner, Permission, PutBucketPolicyInput,
    PutBucketVersioningInput, PutBucketVersioningOutput, Type,
};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use crate::object_reads::timestamp;
use crate::operations::Operations;
use crate::refusal::refuse;

pub(crate) async fn create(operations: &Operations, input: CreateBucketInput) -> S3Result<CreateBucketOutput> {
    let constraint = input.create_bucket_configuration.and_then(|configuration| configuration.location_constraint);
    let caller = &operations.caller;
    let region = match constraint.as_ref().map(BucketLocationConstraint::as_str) {
        None | Some("") => caller.region.clone(),
        // What the first European Region was called before Regions had names.
        Some("EU") => Region::parse("eu-west-1").map_err(|_| s3_error!(InternalError))?,
        Some(name) => Region::parse(name)
            .map_err(|_| s3_error!(InvalidLocationConstraint, "The specified location-constraint is not valid"))?,
    };
    let output = CreateBucketOutput { location: Some(format!("/{}", input.bucket)) };
    let created = if input.object_lock_enabled_for_bucket == Some(true) {
        operations.buckets.create_with_object_lock(&input.bucket, caller.caller.account, &region).await
    } else {
        operations.buckets.create(&input.bucket, caller.caller.account, &region).await
    };
    match created {
        Ok(()) => Ok(output),
        // In this Region, creating a bucket of one's own again has always succeeded.
        Err(CreateBucketError::AlreadyOwnedByYou) if region == Region::us_east_1() => Ok(output),
        Err(CreateBucketError::AlreadyOwnedByYou) => Err(s3_error!(BucketAlreadyOwnedByYou)),
        Err(CreateBucketError::AlreadyExists) => Err(s3_error!(BucketAlreadyExists)),
        Err(CreateBucketError::InvalidName(_)) => Err(s3_error!(InvalidBucketName)),
        Err(CreateBucketError::Object(error)) => Err(refuse(error)),
    }
}

pub(crate) async fn delete(operations: &Operations, bucket: &str) -> S3Result<()> {
    match operations.buckets.remove(bucket).await {
        Ok(()) => Ok(()),
        Err(RemoveBucketError::NotEmpty) => Err(s3_error!(BucketNotEmpty)),
        Err(RemoveBucketError::Object(error)) => Err(refuse(error)),
    }
}

pub(crate) async fn head(operations: &Operations, bucket: &str) -> S3Result<HeadBucketOutput> {
    let record = operations.record(bucket).await?;
    Ok(HeadBucketOutput { bucket_region: Some(record.region.to_string()), ..HeadBucketOutput::default() })
}

pub(crate) async fn list(operations: &Operations, input: ListBucketsInput) -> ListBucketsOutput {
    let wanted = |record: &BucketRecord| {
        let has_prefix = input.prefix.as_ref().is_none_or(|prefix| record.name.as_str().starts_with(prefix.as_str()));
        let is_there = input.bucket_region.as_ref().is_none_or(|region| record.region.as_str() == region.as_str());
        has_prefix && is_there
    };
    let account = operations.caller.caller.account;
    let records = operations.buckets.list_owned(account).await;
    let buckets = records.iter().filter(|record| wanted(record)).map(|record| Bucket {
        bucket_region: Some(record.region.to_string()),
        creation_date: Some(timestamp(record.created_at)),
        name: Some(record.name.to_string()),
    });
    ListBucketsOutput {
        buckets: Some(buckets.collect()),
        owner: Some(owner(account)),
        prefix: input.prefix.clone(),
        ..ListBucketsOutput::default()
    }
}

pub(crate) async fn location(operations: &Operations, bucket: &str) -> S3Result<GetBucketLocationOutput> {
    let region = operations.record(bucket).await?.region;
    // The first Region has no name here.
    let named = Some(region).filter(|region| *region != Region::us_east_1());
    let location_constraint = named.map(|region| BucketLocationConstraint::from(region.to_string()));
    Ok(GetBucketLocationOutput { location_constraint })
}

pub(crate) async fn acl(operations: &Operations, bucket: &str) -> S3Result<GetBucketAclOutput> {
    let owner = owner(operations.record(bucket).await?.owner);
    let grantee = Grantee {
        display_name: None,
        email_address: None,
        id: owner.id.clone(),
        type_: Type::from_static(Type::CANONICAL_USER),
        uri: None,
    };
    let permission = Some(Permission::from_static(Permission::FULL_CONTROL));
    let grants = Some(vec![Grant { grantee: Some(grantee), permission }]);
    Ok(GetBucketAclOutput { grants, owner: Some(owner) })
}

pub(crate) async fn versioning(operations: &Operations, bucket: &str) -> S3Result<GetBucketVersioningOutput> {
    let status = match operations.record(bucket).await?.versioning {
        Versioning::NeverSet => None,
        Versioning::Enabled => Some(BucketVersioningStatus::from_static(BucketVersioningStatus::ENABLED)),
        Versioning::Suspended => Some(BucketVersioningStatus::from_static(BucketVersioningStatus::SUSPENDED)),
    };
    Ok(GetBucketVersioningOutput { mfa_delete: None, status })
}

pub(crate) async fn set_versioning(
    operations: &Operations,
    input: PutBucketVersioningInput,
) -> S3Result<PutBucketVersioningOutput> {
    let versioning = match input.versioning_configuration.status.as_ref().map(BucketVersioningStatus::as_str) {
        Some(BucketVersioningStatus::ENABLED) => Versioning::Enabled,
        Some(BucketVersioningStatus::SUSPENDED) => Versioning::Suspended,
        _ => return Err(s3_error!(MalformedXML)),
    };
    operations.buckets.set_versioning(&input.bucket, versioning).await.map_err(refuse)?;
    Ok(PutBucketVersioningOutput {})
}

pub(crate) async fn policy(operations: &Operations, bucket: &str) -> S3Result<GetBucketPolicyOutput> {
    let policy = operations.record(bucket).await?.policy.ok_or_else(|| s3_error!(NoSuchBucketPolicy))?;
    Ok(GetBucketPolicyOutput { policy: Some(policy) })
}

pub(crate) async fn set_policy(operations: &Operations, input: PutBucketPolicyInput) -> S3Result<()> {
    if input.policy.len() > BUCKET_POLICY_BYTES_MAX {
        return Err(s3_error!(MalformedPolicy, "Normalized policy document exceeds the maximum allowed size"));
    }
    if let Err(fault) = read_bucket_policy(&input.bucket, &input.policy) {
        return Err(S3Error::with_message(S3ErrorCode::MalformedPolicy, fault.to_string()));
    }
    operations.buckets.set_policy(&input.bucket, Some(input.policy)).await.map_err(refuse)
}

pub(crate) async fn delete_policy(operations: &Operations, bucket: &str) -> S3Result<()> {
    operations.buckets.set_policy(bucket, None).await.map_err(refuse)
}

/// The owner as S3 names one: 64 hexadecimal digits, here the account id behind zeros.
pub(crate) fn owner(account: AccountId) -> Owner {
    Owner { display_name: None, id: Some(format!("{account:0>64}", account = account.as_str())) }
}
