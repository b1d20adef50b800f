//! `ResyncMFADevice` finds out anew how far the clock of a virtual MFA device is off.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::refuse;
use super::requests::{person, required, without};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ResyncMFADevice;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    serial_number: Option<String>,
    authentication_code1: Option<String>,
    authentication_code2: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for ResyncMFADevice {
    const NAME: &'static str = "ResyncMFADevice";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConcurrentModification,
        ErrorCode::InvalidAuthenticationCode,
        ErrorCode::LimitExceeded,
        ErrorCode::NoSuchEntity,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("userName", request.user_name)?;
        let serial = required("serialNumber", request.serial_number)?;
        let first = required("authenticationCode1", request.authentication_code1)?;
        let second = required("authenticationCode2", request.authentication_code2)?;
        cx.services
            .iam
            .resync_mfa_device(cx.caller.account, (person(cx, &name), &serial), (&first, &second))
            .await
            .map_err(refuse::<Self>)?;
        Ok(Response {})
    }

    fn parameters(request: &Request) -> Value {
        without(request, &["AuthenticationCode1", "AuthenticationCode2"])
    }
}
