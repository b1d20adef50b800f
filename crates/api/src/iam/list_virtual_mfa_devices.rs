//! `ListVirtualMFADevices` names the virtual MFA devices of the account.

use serde::{Deserialize, Serialize};

use super::people_shapes::VirtualDeviceShape;
use super::requests::{Page, invalid};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListVirtualMFADevices;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    assignment_status: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    #[serde(rename = "VirtualMFADevices")]
    virtual_mfa_devices: Option<Vec<VirtualDeviceShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListVirtualMFADevices {
    const NAME: &'static str = "ListVirtualMFADevices";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let mut devices = cx.services.iam.list_mfa_devices(cx.caller.account);
        match request.assignment_status.as_deref() {
            None | Some("Any") => {}
            Some("Assigned") => devices.retain(|device| device.user_id.is_some()),
            Some("Unassigned") => devices.retain(|device| device.user_id.is_none()),
            Some(other) => {
                let rule = "Member must satisfy enum value set: [Assigned, Unassigned, Any]";
                return Err(invalid("assignmentStatus", other, rule));
            }
        }
        let page = Page::of(devices, request.max_items, request.marker.as_deref(), |device| device.serial.clone())?;
        let devices = page.items.iter().map(|device| VirtualDeviceShape::of(cx, device)).collect();
        Ok(Response { virtual_mfa_devices: Some(devices), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
