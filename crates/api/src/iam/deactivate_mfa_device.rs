//! `DeactivateMFADevice` takes an MFA device from a user.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::{person, person_or_caller, required};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeactivateMFADevice;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    serial_number: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeactivateMFADevice {
    const NAME: &'static str = "DeactivateMFADevice";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConcurrentModification,
        ErrorCode::EntityTemporarilyUnmodifiable,
        ErrorCode::LimitExceeded,
        ErrorCode::NoSuchEntity,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = person_or_caller(cx, request.user_name)?;
        let serial = required("serialNumber", request.serial_number)?;
        cx.services
            .iam
            .deactivate_mfa_device(cx.caller.account, person(cx, &name), &serial)
            .await
            .map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
