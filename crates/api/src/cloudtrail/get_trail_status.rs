//! `GetTrailStatus` says whether a trail logs and how its deliveries in the Region went.

use cairn_catalog::Trail;
use cairn_delivery::TrailStatus;
use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::operation::Operation;
use crate::wire_time::WireTime;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetTrailStatus;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    name: Option<String>,
}

/// The texts at the end are from before there were times; AWS still sends them, empty when there is nothing to say.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    is_logging: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_delivery_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_notification_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_delivery_time: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_notification_time: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_logging_time: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_logging_time: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_cloud_watch_logs_delivery_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_cloud_watch_logs_delivery_time: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_digest_delivery_time: Option<WireTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_digest_delivery_error: Option<String>,
    latest_delivery_attempt_time: String,
    latest_notification_attempt_time: String,
    latest_notification_attempt_succeeded: String,
    latest_delivery_attempt_succeeded: String,
    time_logging_started: String,
    time_logging_stopped: String,
}

impl Operation for GetTrailStatus {
    const NAME: &'static str = "GetTrailStatus";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::InvalidTrailNameException,
        ErrorCode::TrailNotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_trail(request.name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail(request.name.as_deref())?;
        let status = cx.services.delivery.status(&trail.part_of(cx.caller.account), &cx.region).await;
        Ok(response(&trail, status))
    }
}

fn response(trail: &Trail, status: TrailStatus) -> Response {
    let started = trail.logging.last().map(|span| span.started_at);
    let stopped = trail.logging.iter().rev().find_map(|span| span.stopped).map(|end| end.at);
    Response {
        is_logging: trail.is_logging(),
        latest_delivery_error: status.log_files.error,
        latest_notification_error: status.notifications.error,
        latest_delivery_time: status.log_files.succeeded_at.map(WireTime),
        latest_notification_time: status.notifications.succeeded_at.map(WireTime),
        start_logging_time: started.map(WireTime),
        stop_logging_time: stopped.map(WireTime),
        latest_cloud_watch_logs_delivery_error: status.log_events.error,
        latest_cloud_watch_logs_delivery_time: status.log_events.succeeded_at.map(WireTime),
        latest_digest_delivery_time: status.digests.succeeded_at.map(WireTime),
        latest_digest_delivery_error: status.digests.error,
        latest_delivery_attempt_time: text(status.log_files.attempted_at),
        latest_notification_attempt_time: text(status.notifications.attempted_at),
        latest_notification_attempt_succeeded: text(status.notifications.succeeded_at),
        latest_delivery_attempt_succeeded: text(status.log_files.succeeded_at),
        time_logging_started: text(started),
        time_logging_stopped: text(stopped),
    }
}

fn text(time: Option<Timestamp>) -> String {
    time.map(Timestamp::iso_seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use cairn_catalog::TrailTargets;

    use crate::fixture::Fixture;

    #[tokio::test]
    async fn a_trail_that_just_started_says_so_and_nothing_else() {
        let fixture = Fixture::new().await;
        let arn = fixture.create_trail("main").await;
        fixture.call("StartLogging", json!({"Name": "main"})).await.unwrap();
        let expected = json!({
            "IsLogging": true, "StartLoggingTime": 1_790_841_792.345,
            "LatestDeliveryAttemptTime": "", "LatestNotificationAttemptTime": "",
            "LatestNotificationAttemptSucceeded": "", "LatestDeliveryAttemptSucceeded": "",
            "TimeLoggingStarted": "2026-10-01T08:03:12Z", "TimeLoggingStopped": "",
        });
        assert_eq!(fixture.call("GetTrailStatus", json!({"Name": "main"})).await.unwrap(), expected);
        fixture.call("StopLogging", json!({"Name": "main"})).await.unwrap();
        let stopped = fixture.call_in("eu-west-1", "GetTrailStatus", json!({"Name": arn})).await.unwrap();
        assert_eq!(stopped["IsLogging"], false);
        assert_eq!(stopped["StopLoggingTime"], json!(1_790_841_792.345));
        assert_eq!(stopped["TimeLoggingStopped"], "2026-10-01T08:03:12Z");
    }

    #[tokio::test]
    async fn each_wrong_name_has_its_error() {
        let fixture = Fixture::new().await;
        for (name, code) in [
            ("x", "InvalidTrailNameException"),
            ("arn:x", "CloudTrailARNInvalidException"),
            ("absent", "TrailNotFoundException"),
        ] {
            assert_eq!(fixture.call("GetTrailStatus", json!({"Name": name})).await.unwrap_err().0, code);
        }
    }

    #[test]
    fn deliveries_and_their_errors_stand_in_their_members() {
        let at = |seconds| Some(Timestamp::from_unix_seconds(seconds));
        let attempts = |error: Option<&str>| cairn_delivery::Attempts {
            succeeded_at: at(100),
            attempted_at: at(200),
            error: error.map(str::to_owned),
        };
        let status = TrailStatus {
            log_files: attempts(Some("NoSuchBucket")),
            digests: attempts(Some("AccessDenied")),
            notifications: attempts(Some("AuthorizationError")),
            log_events: attempts(Some("ResourceNotFoundException")),
        };
        let trail = Trail {
            id: "id".into(),
            name: cairn_model::TrailName::parse("main").unwrap(),
            account: cairn_model::AccountId::DEFAULT,
            home_region: cairn_model::Region::us_east_1(),
            s3_bucket_name: "logs".into(),
            s3_key_prefix: None,
            include_global_service_events: true,
            is_multi_region: false,
            log_file_validation: None,
            recursive_logging: true,
            event_selectors: cairn_model::EventSelectors::default(),
            insight_selectors: Vec::new(),
            aggregation_configurations: Vec::new(),
            targets: TrailTargets::default(),
            organization: None,
            member: None,
            logging: Vec::new(),
            tags: std::collections::BTreeMap::new(),
            created_at: Timestamp::default(),
            deleted_at: None,
        };
        let expected = json!({
            "IsLogging": false, "LatestDeliveryError": "NoSuchBucket", "LatestDeliveryTime": 100,
            "LatestDigestDeliveryTime": 100, "LatestDigestDeliveryError": "AccessDenied",
            "LatestNotificationError": "AuthorizationError", "LatestNotificationTime": 100,
            "LatestCloudWatchLogsDeliveryError": "ResourceNotFoundException", "LatestCloudWatchLogsDeliveryTime": 100,
            "LatestDeliveryAttemptTime": "1970-01-01T00:03:20Z",
            "LatestNotificationAttemptTime": "1970-01-01T00:03:20Z",
            "LatestNotificationAttemptSucceeded": "1970-01-01T00:01:40Z", "LatestDeliveryAttemptSucceeded": "1970-01-01T00:01:40Z",
            "TimeLoggingStarted": "", "TimeLoggingStopped": "",
        });
        assert_eq!(serde_json::to_value(response(&trail, status)).unwrap(), expected);
    }
}
