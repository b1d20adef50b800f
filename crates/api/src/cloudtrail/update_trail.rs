//! `UpdateTrail` changes the members that are given; an empty text clears what it names. The targets that stay are
//! checked again.

use cairn_catalog::Trail;
use cairn_model::{BucketName, KeyPrefix};
use serde::{Deserialize, Serialize};

use super::create_trail::check_global_events;
use super::trail_shape::TrailShape;
use super::trail_targets::Targets;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateTrail;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    name: Option<String>,
    s3_bucket_name: Option<String>,
    s3_key_prefix: Option<String>,
    sns_topic_name: Option<String>,
    include_global_service_events: Option<bool>,
    is_multi_region_trail: Option<bool>,
    enable_log_file_validation: Option<bool>,
    cloud_watch_logs_log_group_arn: Option<String>,
    cloud_watch_logs_role_arn: Option<String>,
    kms_key_id: Option<String>,
    is_organization_trail: Option<bool>,
    recursive_logging: Option<bool>,
}

impl Operation for UpdateTrail {
    const NAME: &'static str = "UpdateTrail";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::InsufficientS3BucketPolicyException,
        ErrorCode::InsufficientSnsTopicPolicyException,
        ErrorCode::InvalidCloudWatchLogsLogGroupArnException,
        ErrorCode::InvalidCloudWatchLogsRoleArnException,
        ErrorCode::InvalidHomeRegionException,
        ErrorCode::InvalidKmsKeyIdException,
        ErrorCode::InvalidParameterCombinationException,
        ErrorCode::InvalidParameterException,
        ErrorCode::InvalidS3BucketNameException,
        ErrorCode::InvalidS3PrefixException,
        ErrorCode::InvalidSnsTopicNameException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::KmsKeyNotFoundException,
        ErrorCode::OrganizationsNotInUseException,
        ErrorCode::S3BucketDoesNotExistException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = TrailShape;

    async fn run(cx: &Context, request: Request) -> Result<TrailShape, ApiError> {
        let before = cx.trail_at_home(request.name.as_deref())?;
        let targets = Targets {
            sns_topic_name: request.sns_topic_name.as_deref(),
            log_group_arn: request.cloud_watch_logs_log_group_arn.as_deref(),
            role_arn: request.cloud_watch_logs_role_arn.as_deref(),
            kms_key_id: request.kms_key_id.as_deref(),
            is_organization_trail: request.is_organization_trail,
        };
        let after = changed(cx, &before, &request)?;
        targets.check_syntax(cx)?;
        cx.services.delivery.check_destination(&after).await?;
        targets.check_existence()?;
        let answer = TrailShape::without_state(&after);
        cx.services.catalog.update_trail(before, after).await.map_err(widening_refused)?;
        let topic_cleared = request.sns_topic_name.as_deref() == Some("");
        Ok(if topic_cleared { answer.with_cleared_topic() } else { answer })
    }
}

fn changed(cx: &Context, before: &Trail, request: &Request) -> Result<Trail, ApiError> {
    let mut trail = before.clone();
    if let Some(bucket) = &request.s3_bucket_name {
        trail.s3_bucket_name = BucketName::parse(bucket)?.to_string();
    }
    match request.s3_key_prefix.as_deref() {
        None => {}
        Some("") => trail.s3_key_prefix = None,
        Some(prefix) => trail.s3_key_prefix = Some(KeyPrefix::parse(prefix)?.to_string()),
    }
    if let Some(is_multi_region) = request.is_multi_region_trail.filter(|wanted| *wanted != trail.is_multi_region) {
        trail.is_multi_region = is_multi_region;
        // Global events come with every Region and go with them, unless the request says otherwise.
        trail.include_global_service_events = is_multi_region;
    }
    if let Some(include) = request.include_global_service_events {
        trail.include_global_service_events = include;
    }
    check_global_events(trail.is_multi_region, trail.include_global_service_events)?;
    match request.enable_log_file_validation {
        None => {}
        Some(true) => trail.log_file_validation = trail.log_file_validation.or(Some(cx.received_at)),
        Some(false) => trail.log_file_validation = None,
    }
    trail.recursive_logging = request.recursive_logging.unwrap_or(trail.recursive_logging);
    Ok(trail)
}

/// A trail that becomes multi-Region needs room in every Region; the model lists no error of its own for an update
/// that finds none.
fn widening_refused(error: cairn_catalog::ChangeError) -> ApiError {
    let error = ApiError::from(error);
    match error.code {
        ErrorCode::MaximumNumberOfTrailsExceededException | ErrorCode::TrailAlreadyExistsException => {
            ApiError::new(ErrorCode::InvalidParameterException, error.message)
        }
        _ => error,
    }
}
