//! `CreateTrail` makes a trail that does not log yet. Its bucket must exist and take its marker objects.

use cairn_catalog::Trail;
use cairn_model::{BucketName, EventSelector, KeyPrefix, TrailName};
use serde::{Deserialize, Serialize};

use super::tag_shape::{TagShape, tags_by_key};
use super::trail_shape::TrailShape;
use super::trail_targets::Targets;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateTrail;

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
    tags_list: Option<Vec<TagShape>>,
    recursive_logging: Option<bool>,
}

impl Operation for CreateTrail {
    const NAME: &'static str = "CreateTrail";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConflictException,
        ErrorCode::InsufficientS3BucketPolicyException,
        ErrorCode::InsufficientSnsTopicPolicyException,
        ErrorCode::InvalidCloudWatchLogsLogGroupArnException,
        ErrorCode::InvalidCloudWatchLogsRoleArnException,
        ErrorCode::InvalidKmsKeyIdException,
        ErrorCode::InvalidParameterCombinationException,
        ErrorCode::InvalidS3BucketNameException,
        ErrorCode::InvalidS3PrefixException,
        ErrorCode::InvalidSnsTopicNameException,
        ErrorCode::InvalidTagParameterException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::KmsKeyNotFoundException,
        ErrorCode::MaximumNumberOfTrailsExceededException,
        ErrorCode::OrganizationsNotInUseException,
        ErrorCode::S3BucketDoesNotExistException,
        ErrorCode::TagsLimitExceededException,
        ErrorCode::TrailAlreadyExistsException,
        ErrorCode::UnsupportedOperationException,
    ];
    type Request = Request;
    type Response = TrailShape;

    async fn run(cx: &Context, request: Request) -> Result<TrailShape, ApiError> {
        check_region(cx)?;
        let targets = Targets {
            sns_topic_name: request.sns_topic_name.as_deref(),
            log_group_arn: request.cloud_watch_logs_log_group_arn.as_deref(),
            role_arn: request.cloud_watch_logs_role_arn.as_deref(),
            kms_key_id: request.kms_key_id.as_deref(),
            is_organization_trail: request.is_organization_trail,
        };
        let trail = new_trail(cx, &request)?;
        targets.check_syntax(cx)?;
        cx.services.catalog.check_new_trail(&trail)?;
        cx.services.delivery.check_destination(&trail).await?;
        targets.check_existence()?;
        let answer = TrailShape::without_state(&trail);
        cx.services.catalog.create_trail(trail).await?;
        Ok(answer)
    }
}

/// In the pseudo-Region `all` one can look, but nothing is at home there.
fn check_region(cx: &Context) -> Result<(), ApiError> {
    if !cx.region.is_all() {
        return Ok(());
    }
    let message = "The Region all is for lookups. Create trails in one of AWS's Regions.";
    Err(ApiError::new(ErrorCode::UnsupportedOperationException, message))
}

fn new_trail(cx: &Context, request: &Request) -> Result<Trail, ApiError> {
    let name = TrailName::parse(request.name.as_deref().unwrap_or_default())?;
    let bucket = BucketName::parse(request.s3_bucket_name.as_deref().unwrap_or_default())?;
    let prefix =
        request.s3_key_prefix.as_deref().filter(|prefix| !prefix.is_empty()).map(KeyPrefix::parse).transpose()?;
    let include_global_service_events = request.include_global_service_events.unwrap_or(true);
    let is_multi_region = request.is_multi_region_trail.unwrap_or(false);
    check_global_events(is_multi_region, include_global_service_events)?;
    let validates = request.enable_log_file_validation.unwrap_or(false);
    Ok(Trail {
        id: cx.services.environment.random.uuid(),
        name,
        account: cx.caller.account,
        home_region: cx.region.clone(),
        s3_bucket_name: bucket.to_string(),
        s3_key_prefix: prefix.map(|prefix| prefix.to_string()),
        include_global_service_events,
        is_multi_region,
        log_file_validation: validates.then_some(cx.received_at),
        recursive_logging: request.recursive_logging.unwrap_or(true),
        event_selectors: vec![EventSelector::default()],
        logging: Vec::new(),
        tags: tags_by_key(request.tags_list.clone().unwrap_or_default())?,
        created_at: cx.received_at,
        deleted_at: None,
    })
}

/// A multi-Region trail has the events of global services, always.
pub(crate) fn check_global_events(is_multi_region: bool, include: bool) -> Result<(), ApiError> {
    if include || !is_multi_region {
        return Ok(());
    }
    let message = "Multi-Region trail must include global service events.";
    Err(ApiError::new(ErrorCode::InvalidParameterCombinationException, message))
}
