//! `GetKeyRotationStatus` says whether and when a key gets new material by itself.

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::operation::Operation;
use crate::wire_time::WireTime;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetKeyRotationStatus;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    key_rotation_enabled: bool,
    key_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rotation_period_in_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_rotation_date: Option<WireTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_demand_rotation_start_date: Option<WireTime>,
}

impl Operation for GetKeyRotationStatus {
    const NAME: &'static str = "GetKeyRotationStatus";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::KMSInvalidStateException, ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let key = cx.key(request.key_id.as_deref())?;
        Ok(Response {
            key_rotation_enabled: key.rotation.is_some(),
            key_id: key.arn(),
            rotation_period_in_days: key.rotation.map(|rotation| rotation.period_days),
            next_rotation_date: key.rotation.map(|rotation| WireTime(rotation.next_at)),
            on_demand_rotation_start_date: None,
        })
    }
}
