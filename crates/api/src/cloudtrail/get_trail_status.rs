//! `GetTrailStatus` says whether a trail logs and how its deliveries in the Region went.

use cairn_catalog::Trail;
use cairn_delivery::TrailStatus;
use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

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

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.trail(request.name.as_deref())?;
        let status = cx.services.delivery.status(&trail, &cx.region).await;
        Ok(response(&trail, status))
    }
}

fn response(trail: &Trail, status: TrailStatus) -> Response {
    let started = trail.logging.last().map(|span| span.started_at);
    let stopped = trail.logging.iter().rev().find_map(|span| span.stopped).map(|end| end.at);
    Response {
        is_logging: trail.is_logging(),
        latest_delivery_error: status.log_files.error,
        latest_delivery_time: status.log_files.succeeded_at.map(WireTime),
        start_logging_time: started.map(WireTime),
        stop_logging_time: stopped.map(WireTime),
        latest_digest_delivery_time: status.digests.succeeded_at.map(WireTime),
        latest_digest_delivery_error: status.digests.error,
        latest_delivery_attempt_time: text(status.log_files.attempted_at),
        latest_delivery_attempt_succeeded: text(status.log_files.succeeded_at),
        time_logging_started: text(started),
        time_logging_stopped: text(stopped),
        ..Response::default()
    }
}

fn text(time: Option<Timestamp>) -> String {
    time.map(Timestamp::iso_seconds).unwrap_or_default()
}
