//! The shapes of a trail in answers: whole, and as creation and update answer it.

use cairn_catalog::Trail;
use serde::{Deserialize, Serialize};

/// `Trail` of the service model.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TrailShape {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s3_bucket_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s3_key_prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sns_topic_name: Option<String>,
    #[serde(rename = "SnsTopicARN", skip_serializing_if = "Option::is_none")]
    sns_topic_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    include_global_service_events: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_multi_region_trail: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_region: Option<String>,
    #[serde(rename = "TrailARN", skip_serializing_if = "Option::is_none")]
    trail_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_file_validation_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_watch_logs_log_group_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_watch_logs_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_custom_event_selectors: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_insight_selectors: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_organization_trail: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recursive_logging: Option<bool>,
}

impl From<&Trail> for TrailShape {
    fn from(trail: &Trail) -> Self {
        Self {
            home_region: Some(trail.home_region.to_string()),
            has_custom_event_selectors: Some(trail.has_custom_event_selectors()),
            has_insight_selectors: Some(!trail.insight_selectors.is_empty()),
            ..Self::without_state(trail)
        }
    }
}

impl TrailShape {
    /// The members that `CreateTrail` and `UpdateTrail` answer.
    pub(crate) fn without_state(trail: &Trail) -> Self {
        let topic = trail.targets.sns_topic.as_ref();
        let group = trail.targets.log_group.as_ref();
        Self {
            name: Some(trail.name.to_string()),
            s3_bucket_name: Some(trail.s3_bucket_name.clone()),
            s3_key_prefix: trail.s3_key_prefix.clone(),
            sns_topic_name: topic.map(|topic| topic.name.clone()),
            sns_topic_arn: topic.map(|topic| topic.arn.clone()),
            cloud_watch_logs_log_group_arn: group.map(|group| group.arn.clone()),
            cloud_watch_logs_role_arn: group.map(|group| group.role_arn.clone()),
            kms_key_id: trail.targets.kms_key_arn.clone(),
            include_global_service_events: Some(trail.include_global_service_events),
            is_multi_region_trail: Some(trail.is_multi_region),
            trail_arn: Some(trail.arn()),
            log_file_validation_enabled: Some(trail.log_file_validation.is_some()),
            is_organization_trail: Some(trail.organization.is_some()),
            recursive_logging: Some(trail.recursive_logging),
            ..Self::default()
        }
    }

    /// The same with an emptied topic, as an update answers that clears it.
    pub(crate) fn with_cleared_topic(self) -> Self {
        Self { sns_topic_name: Some(String::new()), sns_topic_arn: Some(String::new()), ..self }
    }
}
