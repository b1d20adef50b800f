//! `CreateTrail` makes a trail that does not log yet. Its bucket must exist and take its marker objects.

use cairn_catalog::{Trail, TrailTargets};
use cairn_model::{BucketName, EventSelectors, KeyPrefix, TrailName};
use serde::{Deserialize, Serialize};

use super::tag_shape::{TagShape, tags_by_key};
use super::trail_ask::{pairs, targets_asks};
use super::trail_key::set_key;
use super::trail_shape::TrailShape;
use super::trail_targets::{Targets, try_targets};
use crate::ask::Ask;
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
        ErrorCode::CloudTrailAccessNotEnabledException,
        ErrorCode::ConflictException,
        ErrorCode::InsufficientDependencyServiceAccessPermissionException,
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
        ErrorCode::InsufficientEncryptionPolicyException,
        ErrorCode::KmsException,
        ErrorCode::KmsKeyNotFoundException,
        ErrorCode::MaximumNumberOfTrailsExceededException,
        ErrorCode::NotOrganizationMasterAccountException,
        ErrorCode::OrganizationNotInAllFeaturesModeException,
        ErrorCode::OrganizationsNotInUseException,
        ErrorCode::S3BucketDoesNotExistException,
        ErrorCode::TagsLimitExceededException,
        ErrorCode::TrailAlreadyExistsException,
        ErrorCode::UnsupportedOperationException,
    ];
    type Request = Request;
    type Response = TrailShape;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let ask = |ask: Ask| ask.requesting(pairs(request.tags_list.as_ref()));
        let arn = cx.new_trail_arn(request.name.as_deref());
        let mut asks = vec![ask(Ask::itself().on(&*arn))];
        if request.tags_list.as_ref().is_some_and(|tags| !tags.is_empty()) {
            asks.push(ask(Ask::to("cloudtrail:AddTags").on(arn)));
        }
        asks.extend(targets_asks(request.cloud_watch_logs_role_arn.as_deref(), request.is_organization_trail));
        asks
    }

    async fn run(cx: &Context, request: Request) -> Result<TrailShape, ApiError> {
        check_region(cx)?;
        let targets = Targets {
            sns_topic_name: request.sns_topic_name.as_deref(),
            log_group_arn: request.cloud_watch_logs_log_group_arn.as_deref(),
            role_arn: request.cloud_watch_logs_role_arn.as_deref(),
            kms_key_id: request.kms_key_id.as_deref(),
        };
        let mut trail = new_trail(cx, &request)?;
        targets.check_syntax(cx)?;
        targets.set(&mut trail);
        let owner = cx.owner_of_new_trail(request.is_organization_trail)?;
        (trail.account, trail.organization) = (owner.account, owner.organization);
        cx.services.catalog.check_new_trail(&trail)?;
        cx.services.delivery.check_destination(&trail).await?;
        set_key(cx, &mut trail, request.kms_key_id.as_deref()).await?;
        try_targets(cx, &trail).await?;
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
        event_selectors: EventSelectors::default(),
        insight_selectors: Vec::new(),
        aggregation_configurations: Vec::new(),
        targets: TrailTargets::default(),
        organization: None,
        member: None,
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, answer, arn, refused};

    #[tokio::test]
    async fn a_minimal_trail_is_answered_with_its_defaults_and_does_not_log() {
        let fixture = Fixture::new().await;
        let response = fixture.call("CreateTrail", json!({"Name": "main", "S3BucketName": "logs"})).await.unwrap();
        let expected = json!({
            "Name": "main", "S3BucketName": "logs", "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": false,
            "TrailARN": arn("main"), "LogFileValidationEnabled": false, "IsOrganizationTrail": false,
            "RecursiveLogging": true,
        });
        assert_eq!(response, expected);
        let status = fixture.call("GetTrailStatus", json!({"Name": "main"})).await.unwrap();
        assert_eq!(status["IsLogging"], false);
    }

    #[tokio::test]
    async fn every_setting_is_kept_and_tags_are_not_echoed() {
        let fixture = Fixture::new().await;
        let request = json!({
            "Name": "main", "S3BucketName": "logs", "S3KeyPrefix": "a/b", "IncludeGlobalServiceEvents": true,
            "IsMultiRegionTrail": true, "EnableLogFileValidation": true, "RecursiveLogging": false,
            "IsOrganizationTrail": false, "TagsList": [{"Key": "team", "Value": "blue"}, {"Key": "bare"}],
            "SnsTopicName": "", "KmsKeyId": "", "CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": "",
        });
        let response = fixture.call("CreateTrail", request).await.unwrap();
        let expected = json!({
            "Name": "main", "S3BucketName": "logs", "S3KeyPrefix": "a/b", "IncludeGlobalServiceEvents": true,
            "IsMultiRegionTrail": true, "TrailARN": arn("main"), "LogFileValidationEnabled": true,
            "IsOrganizationTrail": false, "RecursiveLogging": false,
        });
        assert_eq!(response, expected);
        let tags = fixture.call("ListTags", json!({"ResourceIdList": [arn("main")]})).await.unwrap();
        let expected = json!([{"Key": "bare"}, {"Key": "team", "Value": "blue"}]);
        assert_eq!(tags["ResourceTagList"][0]["TagsList"], expected);
    }

    #[tokio::test]
    async fn the_event_has_the_request_and_the_response_in_lower_case() {
        let fixture = Fixture::new().await;
        let request = json!({"Name": "main", "S3BucketName": "logs", "Unknown": 1, "TagsList": [{"Key": "k"}]});
        let answer = answer(&fixture.cx, "CreateTrail", &request).await;
        let expected = json!({"name": "main", "s3BucketName": "logs", "tagsList": [{"key": "k"}]});
        assert_eq!(answer.request_parameters, Some(expected));
        let elements = answer.response_elements.unwrap();
        assert_eq!((&elements["trailARN"], &elements["isMultiRegionTrail"]), (&json!(arn("main")), &json!(false)));
    }

    async fn refuse(fixture: &Fixture, change: Value) -> (String, String) {
        let mut request = json!({"Name": "main", "S3BucketName": "logs"});
        request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = fixture.call("CreateTrail", request).await.unwrap_err();
        assert_eq!(fixture.call("ListTrails", json!({})).await.unwrap()["Trails"], json!([]));
        refused
    }

    #[tokio::test]
    async fn each_broken_rule_has_its_error_and_leaves_nothing() {
        let fixture = Fixture::new().await;
        let key = "12345678-1234-1234-1234-123456789012";
        for (change, code, text) in [
            (json!({"Name": null}), "InvalidTrailNameException", "Trail name cannot be blank!"),
            (json!({"Name": "a--b"}), "InvalidTrailNameException", "adjacent"),
            (json!({"Name": arn("x-x")}), "InvalidTrailNameException", "can only contain"),
            (json!({"S3BucketName": null}), "InvalidS3BucketNameException", "Bucket name cannot be blank!"),
            (json!({"S3BucketName": "../etc"}), "InvalidS3BucketNameException", "can only contain"),
            (json!({"S3KeyPrefix": "../x"}), "InvalidS3PrefixException", "S3 key prefix"),
            (json!({"S3KeyPrefix": "x".repeat(201)}), "InvalidS3PrefixException", "too long"),
            (json!({"S3BucketName": "absent"}), "S3BucketDoesNotExistException", "S3 bucket absent does not exist!"),
            (
                json!({"IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": false}),
                "InvalidParameterCombinationException",
                "Multi-Region trail must include global service events.",
            ),
            (json!({"IsOrganizationTrail": true}), "OrganizationsNotInUseException", "not a member"),
            (json!({"SnsTopicName": "a.fifo"}), "InvalidSnsTopicNameException", "can only contain"),
            (json!({"SnsTopicName": "x".repeat(257)}), "InvalidSnsTopicNameException", "too long"),
            (json!({"SnsTopicName": "arn:aws:sqs:x:1:t"}), "InvalidSnsTopicNameException", "malformed"),
            (
                json!({"SnsTopicName": "topic"}),
                "InsufficientSnsTopicPolicyException",
                "SNS Topic does not exist or the topic policy is incorrect!",
            ),
            (json!({"KmsKeyId": "alias/"}), "InvalidKmsKeyIdException", "malformed"),
            (json!({"KmsKeyId": "alias/mine"}), "InsufficientEncryptionPolicyException", "KMS key"),
            (json!({"KmsKeyId": key}), "InsufficientEncryptionPolicyException", "KMS key"),
            (json!({"TagsList": [{"Key": ""}]}), "InvalidTagParameterException", "1 to 128"),
            (json!({"TagsList": [{"Key": "a"}, {"Key": "a"}]}), "InvalidTagParameterException", "more than once"),
        ] {
            let (got, message) = refuse(&fixture, change.clone()).await;
            assert_eq!(got, code, "{change}: {message}");
            assert!(message.contains(text), "{change}: {message}");
        }
    }

    #[tokio::test]
    async fn log_groups_are_checked_as_a_pair_and_then_not_found() {
        let fixture = Fixture::new().await;
        let group = "arn:aws:logs:us-east-1:123456789012:log-group:g:*";
        let role = "arn:aws:iam::123456789012:role/r";
        for (group, role, code, message) in [
            (group, "", "InvalidCloudWatchLogsRoleArnException", "You must specify a log group and a role ARN."),
            ("", role, "InvalidCloudWatchLogsLogGroupArnException", "You must specify a log group and a role ARN."),
            (
                "arn:aws:logs:us-east-1:123456789012:log-group:g",
                role,
                "InvalidCloudWatchLogsLogGroupArnException",
                "CloudTrail cannot validate the specified log group ARN.",
            ),
            (
                "arn:aws:logs:eu-west-1:123456789012:log-group:g:*",
                role,
                "InvalidCloudWatchLogsLogGroupArnException",
                "You must specify a log group that is in the current region.",
            ),
            (group, "r", "InvalidCloudWatchLogsRoleArnException", "CloudTrail cannot validate the specified role ARN."),
            (
                group,
                role,
                "InvalidCloudWatchLogsRoleArnException",
                "Access denied. Verify in IAM that the role has adequate trust relationships.",
            ),
        ] {
            let change = json!({"CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": role});
            assert_eq!(refuse(&fixture, change).await, (code.to_owned(), message.to_owned()));
        }
    }

    #[tokio::test]
    async fn a_topic_and_a_log_group_are_tried_and_shown_as_they_were_spelled() {
        let (fixture, endpoints) = Fixture::with_endpoints().await;
        let topic = "arn:aws:sns:us-east-1:123456789012:files";
        let (group, role) = ("arn:aws:logs:us-east-1:123456789012:log-group:g:*", "arn:aws:iam::123456789012:role/r");
        let targets = json!({
            "SnsTopicName": "files", "CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": role,
        });
        assert_eq!(refuse(&fixture, targets.clone()).await.0, "InsufficientSnsTopicPolicyException");
        endpoints.create_topic(topic);
        let (code, message) = refuse(&fixture, targets.clone()).await;
        assert_eq!(code, "InvalidCloudWatchLogsLogGroupArnException");
        assert_eq!(message, "Access denied. Verify in IAM that the role has adequate permissions.");
        assert_eq!(endpoints.published(topic)[0].message, "CloudTrail validation message.", "earlier effects stay");
        endpoints.create_group(group);
        let mut foreign = targets.clone();
        foreign["CloudWatchLogsRoleArn"] = json!("arn:aws:iam::111122223333:role/r");
        assert_eq!(refuse(&fixture, foreign).await.0, "InvalidCloudWatchLogsRoleArnException");
        let mut request = targets;
        request
            .as_object_mut()
            .unwrap()
            .extend([("Name".to_owned(), json!("main")), ("S3BucketName".to_owned(), json!("logs"))]);
        let response = fixture.call("CreateTrail", request).await.unwrap();
        assert_eq!((&response["SnsTopicName"], &response["SnsTopicARN"]), (&json!("files"), &json!(topic)));
        let got = fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
        assert_eq!(got["Trail"]["CloudWatchLogsLogGroupArn"], group);
        assert_eq!(got["Trail"]["CloudWatchLogsRoleArn"], role);
        assert_eq!(endpoints.streams(group), ["123456789012_CloudTrail_us-east-1"]);
    }

    #[tokio::test]
    async fn names_and_places_run_out_with_the_words_of_aws() {
        let fixture = Fixture::new().await;
        fixture.create_trail("trail-1").await;
        let again = fixture.call("CreateTrail", json!({"Name": "trail-1", "S3BucketName": "logs"})).await;
        let text = "Trail trail-1 already exists for customer: 123456789012";
        assert_eq!(again, refused("TrailAlreadyExistsException", text));
        for name in ["trail-2", "trail-3", "trail-4"] {
            fixture.create_trail(name).await;
        }
        let request = json!({"Name": "shadow", "S3BucketName": "logs", "IsMultiRegionTrail": true});
        fixture.call_in("eu-west-1", "CreateTrail", request).await.unwrap();
        let sixth = fixture.call("CreateTrail", json!({"Name": "trail-6", "S3BucketName": "logs"})).await;
        let text = "User: 123456789012 already has 5 trails in us-east-1.";
        assert_eq!(sixth, refused("MaximumNumberOfTrailsExceededException", text));
    }

    #[tokio::test]
    async fn no_trail_is_at_home_in_the_region_of_all_lookups() {
        let fixture = Fixture::new().await;
        let request = json!({"Name": "main", "S3BucketName": "logs"});
        let (code, _) = fixture.call_in("all", "CreateTrail", request).await.unwrap_err();
        assert_eq!(code, "UnsupportedOperationException");
    }

    #[tokio::test]
    async fn fifty_tags_are_taken_and_one_more_is_not() {
        let fixture = Fixture::new().await;
        let tags = |count: usize| (0..count).map(|n| json!({"Key": format!("k{n}")})).collect::<Vec<_>>();
        let (code, message) = refuse(&fixture, json!({"TagsList": tags(51)})).await;
        assert_eq!(code, "TagsLimitExceededException", "{message}");
        let request = json!({"Name": "main", "S3BucketName": "logs", "TagsList": tags(50)});
        fixture.call("CreateTrail", request).await.unwrap();
    }

    #[tokio::test]
    async fn a_bucket_with_a_policy_must_let_cloudtrail_in_and_the_refusal_says_how() {
        let fixture = Fixture::new().await;
        let set = async |policy: &str| fixture.buckets.set_policy("logs", Some(policy.to_owned())).await.unwrap();
        set(r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:Put*","Resource":"arn:aws:s3:::logs/*"}}"#)
            .await;
        let (code, message) = refuse(&fixture, json!({})).await;
        assert_eq!(code, "InsufficientS3BucketPolicyException");
        assert!(message.starts_with("Incorrect S3 bucket policy is detected for bucket: logs. "), "{message}");
        let (_, policy) = message.split_once("It needs this policy: ").unwrap();
        assert!(policy.contains(&arn("main")), "{policy}");
        set(policy).await;
        fixture.create_trail("main").await;
        set(&policy.replace("123456789012/*", "123456789012/CloudTrail/*")).await;
        let update = json!({"Name": "main", "EnableLogFileValidation": true});
        let (code, _) = fixture.call("UpdateTrail", update.clone()).await.unwrap_err();
        assert_eq!(code, "InsufficientS3BucketPolicyException");
        let trail = fixture.call("GetTrail", json!({"Name": "main"})).await.unwrap();
        assert_eq!(trail["Trail"]["LogFileValidationEnabled"], false);
        set(policy).await;
        fixture.call("UpdateTrail", update).await.unwrap();
    }
}
