//! `ListMFADevices` names a user's MFA devices.

use cairn_iam::Person;
use serde::{Deserialize, Serialize};

use super::people_shapes::DeviceShape;
use super::requests::{Page, ROOT, person, person_or_caller};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListMFADevices;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    #[serde(rename = "MFADevices")]
    mfa_devices: Option<Vec<DeviceShape>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListMFADevices {
    const NAME: &'static str = "ListMFADevices";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = person_or_caller(cx, request.user_name)?;
        let (iam, account) = (&cx.services.iam, cx.caller.account);
        let (name, devices) = match person(cx, &name) {
            Person::Root => (ROOT.to_owned(), iam.mfa_devices_of_root(account)),
            Person::User(name) => {
                let message = format!("The user with name {name} cannot be found.");
                let absent = || ApiError::new(ErrorCode::NoSuchEntity, message);
                let user = iam.user(account, name).ok_or_else(absent)?;
                (user.name.clone(), iam.mfa_devices_of_user(&user.id))
            }
        };
        let page = Page::of(devices, request.max_items, request.marker.as_deref(), |device| device.serial.clone())?;
        let devices = page.items.iter().map(|device| DeviceShape::of(&name, device)).collect();
        Ok(Response { mfa_devices: Some(devices), is_truncated: Some(page.is_truncated), marker: page.marker })
    }
}
