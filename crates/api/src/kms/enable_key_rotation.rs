//! `EnableKeyRotation` gives a key new material at intervals.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use cairn_kms::Rotation;

use super::requests::number_within;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct EnableKeyRotation;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    rotation_period_in_days: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for EnableKeyRotation {
    const NAME: &'static str = "EnableKeyRotation";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::DisabledException, ErrorCode::KMSInvalidStateException, ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let period_days = request.rotation_period_in_days.unwrap_or(DEFAULT_PERIOD_DAYS);
        number_within("rotationPeriodInDays", period_days, PERIOD_DAYS)?;
        let now = cx.received_at;
        cx.change_key(request.key_id.as_deref(), |key| {
            key.check_usable()?;
            key.rotation = Some(Rotation::from(period_days, now));
            Ok(())
        })
        .await?;
        Ok(Response {})
    }
}

const DEFAULT_PERIOD_DAYS: u32 = 365;
const PERIOD_DAYS: RangeInclusive<u32> = 90..=2560;
