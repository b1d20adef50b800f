//! `GetMFADevice` describes an MFA device that somebody has.

use std::collections::BTreeMap;

use cairn_iam::MfaDevice;
use serde::{Deserialize, Serialize};

use super::requests::{ROOT, required};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::wire_time::IsoTime;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetMFADevice;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    serial_number: Option<String>,
    user_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    user_name: Option<String>,
    serial_number: Option<String>,
    enable_date: Option<IsoTime>,
    certifications: Option<BTreeMap<String, String>>,
}

impl Operation for GetMFADevice {
    const NAME: &'static str = "GetMFADevice";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let serial = required("serialNumber", request.serial_number)?;
        let iam = &cx.services.iam;
        let found = iam.mfa_device(&serial).filter(|device| device.account == cx.caller.account);
        let owner = found.as_ref().and_then(|device| owner_name(cx, device));
        let is_asked = |name: &str| request.user_name.as_deref().is_none_or(|asked| asked.eq_ignore_ascii_case(name));
        let shown: String = serial.chars().take(256).collect();
        let message = format!("MFA Device with serial number {shown} does not exist.");
        let absent = || ApiError::new(ErrorCode::NoSuchEntity, message);
        let (device, name) = found.zip(owner).filter(|(_, name)| is_asked(name)).ok_or_else(absent)?;
        Ok(Response {
            user_name: Some(name),
            serial_number: Some(device.serial.clone()),
            enable_date: device.enabled_at.map(IsoTime),
            certifications: None,
        })
    }
}

fn owner_name(cx: &Context, device: &MfaDevice) -> Option<String> {
    let id = device.user_id.as_deref()?;
    if id == device.account.as_str() {
        return Some(ROOT.to_owned());
    }
    cx.services.iam.user_by_id(id).map(|user| user.name.clone())
}
