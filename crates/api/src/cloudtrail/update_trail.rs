//! `UpdateTrail` changes the members that are given; an empty text clears what it names. The targets that stay are
//! checked again.

use cairn_catalog::{ChangeError, Trail};
use cairn_model::{BucketName, KeyPrefix};
use serde::{Deserialize, Serialize};

use super::create_trail::check_global_events;
use super::trail_ask::targets_asks;
use super::trail_key::set_key;
use super::trail_shape::TrailShape;
use super::trail_targets::{Targets, try_targets};
use crate::ask::Ask;
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
        ErrorCode::CloudTrailAccessNotEnabledException,
        ErrorCode::ConflictException,
        ErrorCode::InsufficientDependencyServiceAccessPermissionException,
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
        ErrorCode::InsufficientEncryptionPolicyException,
        ErrorCode::KmsException,
        ErrorCode::KmsKeyNotFoundException,
        ErrorCode::NotOrganizationMasterAccountException,
        ErrorCode::OperationNotPermittedException,
        ErrorCode::OrganizationNotInAllFeaturesModeException,
        ErrorCode::OrganizationsNotInUseException,
        ErrorCode::S3BucketDoesNotExistException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = TrailShape;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let mut asks = vec![cx.ask_on_trail(request.name.as_deref())];
        asks.extend(targets_asks(request.cloud_watch_logs_role_arn.as_deref(), request.is_organization_trail));
        asks
    }

    async fn run(cx: &Context, request: Request) -> Result<TrailShape, ApiError> {
        let before = cx.trail_at_home(request.name.as_deref())?;
        let targets = Targets {
            sns_topic_name: request.sns_topic_name.as_deref(),
            log_group_arn: request.cloud_watch_logs_log_group_arn.as_deref(),
            role_arn: request.cloud_watch_logs_role_arn.as_deref(),
            kms_key_id: request.kms_key_id.as_deref(),
        };
        let mut after = changed(cx, &before, &request)?;
        targets.check_syntax(cx)?;
        targets.set(&mut after);
        after.organization = cx.organization_after_update(&before, request.is_organization_trail)?;
        cx.services.delivery.check_destination(&after).await?;
        set_key(cx, &mut after, request.kms_key_id.as_deref()).await?;
        try_targets(cx, &after).await?;
        let answer = TrailShape::without_state(&after);
        let catalog = cx.catalog();
        let changed = if before.organization == after.organization {
            catalog.update_trail(before, after).await
        } else {
            catalog.convert_trail(before, after, cx.stop_now()).await
        };
        changed.map_err(widening_refused)?;
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
fn widening_refused(error: ChangeError) -> ApiError {
    let no_room = matches!(error, ChangeError::NameTaken { .. } | ChangeError::TooManyTrails { .. });
    let error = ApiError::from(error);
    if no_room { ApiError::new(ErrorCode::InvalidParameterException, error.message) } else { error }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, arn, refused};

    async fn update(fixture: &Fixture, change: Value) -> Result<Value, (String, String)> {
        let mut request = json!({"Name": "main"});
        request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        fixture.call("UpdateTrail", request).await
    }

    #[tokio::test]
    async fn only_what_is_given_changes_and_an_empty_text_clears() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        fixture.buckets.create("other", fixture.cx.caller.account, &fixture.cx.region).await.unwrap();
        let change = json!({
            "S3BucketName": "other", "S3KeyPrefix": "p", "EnableLogFileValidation": true, "RecursiveLogging": false,
            "IncludeGlobalServiceEvents": false,
        });
        let expected = json!({
            "Name": "main", "S3BucketName": "other", "S3KeyPrefix": "p", "IncludeGlobalServiceEvents": false,
            "IsMultiRegionTrail": false, "TrailARN": arn("main"), "LogFileValidationEnabled": true,
            "IsOrganizationTrail": false, "RecursiveLogging": false,
        });
        assert_eq!(update(&fixture, change).await.unwrap(), expected);
        assert_eq!(update(&fixture, json!({})).await.unwrap(), expected);
        let change = json!({"S3KeyPrefix": "", "SnsTopicName": "", "KmsKeyId": "", "EnableLogFileValidation": false});
        let response = update(&fixture, change).await.unwrap();
        assert_eq!(response.get("S3KeyPrefix"), None);
        assert_eq!((&response["SnsTopicName"], &response["SnsTopicARN"]), (&json!(""), &json!("")));
        assert_eq!(response["LogFileValidationEnabled"], false);
        let got = fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
        assert_eq!(got["Trail"].get("SnsTopicName"), None);
    }

    #[tokio::test]
    async fn global_events_come_and_go_with_every_region() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        update(&fixture, json!({"IncludeGlobalServiceEvents": false})).await.unwrap();
        let wide = update(&fixture, json!({"IsMultiRegionTrail": true})).await.unwrap();
        assert_eq!(wide["IncludeGlobalServiceEvents"], true);
        fixture.call_in("eu-west-1", "GetTrail", json!({"Name": "main"})).await.unwrap();
        let (code, message) = update(&fixture, json!({"IncludeGlobalServiceEvents": false})).await.unwrap_err();
        assert_eq!(code, "InvalidParameterCombinationException");
        assert_eq!(message, "Multi-Region trail must include global service events.");
        let narrow = update(&fixture, json!({"IsMultiRegionTrail": false})).await.unwrap();
        assert_eq!(narrow["IncludeGlobalServiceEvents"], false);
        let (code, _) = fixture.call_in("eu-west-1", "GetTrail", json!({"Name": "main"})).await.unwrap_err();
        assert_eq!(code, "TrailNotFoundException");
    }

    #[tokio::test]
    async fn each_broken_rule_has_its_error_and_changes_nothing() {
        let fixture = Fixture::new().await;
        fixture.create_trail("main").await;
        let before = fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
        for (change, code) in [
            (json!({"Name": null}), "InvalidTrailNameException"),
            (json!({"Name": "arn:x"}), "CloudTrailARNInvalidException"),
            (json!({"Name": "absent"}), "TrailNotFoundException"),
            (json!({"S3BucketName": ""}), "InvalidS3BucketNameException"),
            (json!({"S3BucketName": "absent"}), "S3BucketDoesNotExistException"),
            (json!({"S3KeyPrefix": "a//b"}), "InvalidS3PrefixException"),
            (json!({"SnsTopicName": "a b"}), "InvalidSnsTopicNameException"),
            (json!({"SnsTopicName": "topic"}), "InsufficientSnsTopicPolicyException"),
            (json!({"KmsKeyId": "x"}), "InvalidKmsKeyIdException"),
            (json!({"KmsKeyId": "alias/x"}), "InsufficientEncryptionPolicyException"),
            (json!({"CloudWatchLogsRoleArn": "r"}), "InvalidCloudWatchLogsLogGroupArnException"),
            (json!({"CloudWatchLogsLogGroupArn": "g"}), "InvalidCloudWatchLogsRoleArnException"),
            (json!({"IsOrganizationTrail": true}), "OrganizationsNotInUseException"),
        ] {
            let (got, message) = update(&fixture, change.clone()).await.unwrap_err();
            assert_eq!(got, code, "{change}: {message}");
        }
        assert_eq!(fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap(), before);
    }

    #[tokio::test]
    async fn targets_are_set_cleared_and_tried_again_by_every_update() {
        let (fixture, endpoints) = Fixture::with_endpoints().await;
        fixture.create_trail("main").await;
        let topic = "arn:aws:sns:us-east-1:123456789012:files";
        let (group, role) = ("arn:aws:logs:us-east-1:123456789012:log-group:g:*", "arn:aws:iam::123456789012:role/r");
        endpoints.create_topic(topic);
        endpoints.create_group(group);
        let change = json!({"SnsTopicName": topic, "CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": role});
        let response = update(&fixture, change).await.unwrap();
        assert_eq!((&response["SnsTopicName"], &response["SnsTopicARN"]), (&json!(topic), &json!(topic)));
        update(&fixture, json!({"RecursiveLogging": false})).await.unwrap();
        assert_eq!(endpoints.published(topic).len(), 2, "a kept topic is tried again");
        endpoints.delete_group(group);
        let (code, message) = update(&fixture, json!({"RecursiveLogging": true})).await.unwrap_err();
        assert_eq!(code, "InvalidCloudWatchLogsLogGroupArnException");
        assert_eq!(message, "Access denied. Verify in IAM that the role has adequate permissions.");
        let response = update(&fixture, json!({"CloudWatchLogsLogGroupArn": ""})).await.unwrap();
        assert_eq!((response.get("CloudWatchLogsLogGroupArn"), response.get("CloudWatchLogsRoleArn")), (None, None));
        endpoints.delete_topic(topic);
        let (code, _) = update(&fixture, json!({})).await.unwrap_err();
        assert_eq!(code, "InsufficientSnsTopicPolicyException");
        let response = update(&fixture, json!({"SnsTopicName": ""})).await.unwrap();
        assert_eq!((&response["SnsTopicName"], &response["SnsTopicARN"]), (&json!(""), &json!("")));
        let got = fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
        assert_eq!((got["Trail"].get("SnsTopicName"), got["Trail"].get("SnsTopicARN")), (None, None));
    }

    #[tokio::test]
    async fn a_bucket_that_went_away_refuses_every_update() {
        let fixture = Fixture::new().await;
        fixture.buckets.create("short-lived", fixture.cx.caller.account, &fixture.cx.region).await.unwrap();
        let request = json!({"Name": "main", "S3BucketName": "short-lived"});
        fixture.call("CreateTrail", request).await.unwrap();
        let bucket = fixture.buckets.find("short-lived").await.unwrap();
        for object in bucket.list("", None, 100).await.unwrap() {
            bucket.delete(&object.key).await.unwrap();
        }
        fixture.buckets.remove("short-lived").await.unwrap();
        let refusal = refused("S3BucketDoesNotExistException", "S3 bucket short-lived does not exist!");
        assert_eq!(update(&fixture, json!({"RecursiveLogging": false})).await, refusal);
    }

    #[tokio::test]
    async fn a_trail_is_changed_at_home_only_and_finds_room_before_it_grows() {
        let fixture = Fixture::new().await;
        fixture.create_multi_region_trail("main").await;
        let (code, message) = fixture.call_in("eu-west-1", "UpdateTrail", json!({"Name": "main"})).await.unwrap_err();
        assert_eq!(code, "InvalidHomeRegionException");
        assert!(message.contains("us-east-1"), "{message}");
        let request = json!({"Name": "local", "S3BucketName": "logs"});
        fixture.call_in("eu-west-1", "CreateTrail", request).await.unwrap();
        fixture.create_trail("local").await;
        let widened = fixture.call("UpdateTrail", json!({"Name": "local", "IsMultiRegionTrail": true})).await;
        let text = "Trail local already exists for customer: 123456789012";
        assert_eq!(widened, refused("InvalidParameterException", text));
    }
}
