//! `ListMFADeviceTags` names the tags of a virtual MFA device.

use serde::{Deserialize, Serialize};

use super::requests::{Page, required};
use super::shapes::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListMFADeviceTags;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    serial_number: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    tags: Option<Vec<TagShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListMFADeviceTags {
    const NAME: &'static str = "ListMFADeviceTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_device(request.serial_number.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("serialNumber", request.serial_number)?;
        let found = cx.services.iam.mfa_device(&name).filter(|device| device.account == cx.caller.account);
        let shown: String = name.chars().take(256).collect();
        let message = format!("MFA Device with serial number {shown} does not exist.");
        let device = found.ok_or_else(|| ApiError::new(ErrorCode::NoSuchEntity, message))?;
        let tags = TagShape::of(&device.tags);
        let page = Page::of(tags, request.max_items, request.marker.as_deref(), TagShape::key)?;
        Ok(Response { tags: Some(page.items), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
