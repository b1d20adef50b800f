//! `TagMFADevice` adds tags to a virtual MFA device.

use serde::{Deserialize, Serialize};

use super::asks::pairs;
use super::failure::refuse;
use super::requests::{required, tag_pairs};
use super::shapes::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct TagMFADevice;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    serial_number: Option<String>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for TagMFADevice {
    const NAME: &'static str = "TagMFADevice";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConcurrentModification,
        ErrorCode::InvalidInput,
        ErrorCode::LimitExceeded,
        ErrorCode::NoSuchEntity,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_device(request.serial_number.as_deref()).requesting(pairs(request.tags.as_deref()))]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("serialNumber", request.serial_number)?;
        let tags = tag_pairs(request.tags)?;
        cx.services.iam.tag_mfa_device(cx.caller.account, &name, &tags).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
