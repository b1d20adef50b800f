//! `ScheduleKeyDeletion` takes a key out of use at once, and deletes it after a time in which this can be undone.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use cairn_kms::{Key, KeyState};

use super::requests::number_within;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::wire_time::WireTime;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ScheduleKeyDeletion;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    pending_window_in_days: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    key_id: String,
    deletion_date: WireTime,
    key_state: String,
    pending_window_in_days: u32,
}

impl Operation for ScheduleKeyDeletion {
    const NAME: &'static str = "ScheduleKeyDeletion";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::KMSInvalidStateException, ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let window_days = request.pending_window_in_days.unwrap_or(DEFAULT_WINDOW_DAYS);
        number_within("pendingWindowInDays", window_days, WINDOW_DAYS)?;
        let at = cx.received_at.plus(Duration::from_secs(u64::from(window_days) * 86_400));
        let schedule = |key: &mut Key| {
            key.check_changeable()?;
            key.state = KeyState::PendingDeletion { at, window_days };
            Ok(())
        };
        let key = cx.change_key(request.key_id.as_deref(), schedule).await?;
        Ok(Response {
            key_id: key.arn(),
            deletion_date: WireTime(at),
            key_state: "PendingDeletion".to_owned(),
            pending_window_in_days: window_days,
        })
    }
}

const DEFAULT_WINDOW_DAYS: u32 = 30;
const WINDOW_DAYS: RangeInclusive<u32> = 7..=30;
