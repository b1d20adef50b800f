//! `UntagMFADevice` takes tags from a virtual MFA device.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UntagMFADevice;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    serial_number: Option<String>,
    tag_keys: Option<Vec<String>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UntagMFADevice {
    const NAME: &'static str = "UntagMFADevice";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::ConcurrentModification, ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![
            cx.ask_on_device(request.serial_number.as_deref())
                .naming_tags(request.tag_keys.clone().unwrap_or_default()),
        ]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("serialNumber", request.serial_number)?;
        cx.services
            .iam
            .untag_mfa_device(cx.caller.account, &name, &request.tag_keys.unwrap_or_default())
            .await
            .map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
