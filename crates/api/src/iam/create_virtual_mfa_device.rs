//! `CreateVirtualMFADevice` makes a virtual MFA device, whose seed is shown this once, also as a QR code.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::refuse;
use super::people_shapes::VirtualDeviceShape;
use super::requests::{required, tag_pairs};
use super::shapes::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};
use serde_json::json;

pub(crate) struct CreateVirtualMFADevice;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    path: Option<String>,
    #[serde(rename = "VirtualMFADeviceName")]
    virtual_mfa_device_name: Option<String>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    #[serde(rename = "VirtualMFADevice")]
    virtual_mfa_device: Option<VirtualDeviceShape>,
}

impl Operation for CreateVirtualMFADevice {
    const NAME: &'static str = "CreateVirtualMFADevice";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConcurrentModification,
        ErrorCode::EntityAlreadyExists,
        ErrorCode::InvalidInput,
        ErrorCode::LimitExceeded,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_device(request.virtual_mfa_device_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("virtualMFADeviceName", request.virtual_mfa_device_name)?;
        let path = request.path.unwrap_or_else(|| "/".to_owned());
        let tags = tag_pairs(request.tags)?;
        let made = cx.services.iam.create_virtual_mfa_device(cx.caller.account, (&path, &name), &tags).await;
        let (device, seed) = made.map_err(refuse::<Self>)?;
        let alias = cx.services.iam.account(cx.caller.account).alias;
        let account = alias.unwrap_or_else(|| cx.caller.account.to_string());
        Ok(Response { virtual_mfa_device: Some(VirtualDeviceShape::of_new(&device, (&name, &account), &seed)) })
    }

    fn elements(response: &Response) -> Value {
        let serial = response.virtual_mfa_device.as_ref().map(VirtualDeviceShape::key);
        json!({ "VirtualMFADevice": { "SerialNumber": serial } })
    }
}
